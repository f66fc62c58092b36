"""Marking verdicts as old."""

import pytest

from catalog.products.models import Product, Variation
from catalog.rules.models import ValidationResult, mark_stale

pytestmark = pytest.mark.django_db


def stale():
    return set(
        ValidationResult.objects.filter(stale_since__isnull=False).values_list("product__sku", flat=True)
    )


def test_a_product_without_a_verdict_gets_an_empty_stale_one():
    mug = Product.objects.create(sku="MUG", name="Mug")

    mark_stale([mug.pk])

    assert stale() == {"MUG"}


def test_a_childs_parent_and_siblings_parent_become_stale_with_it():
    parent = Product.objects.create(sku="P", name="P", kind=Product.Kind.CONFIGURABLE)
    child = Product.objects.create(sku="C", name="C")
    Product.objects.create(sku="OTHER", name="Other")
    Variation.objects.create(parent=parent, child=child, child_sku="C")

    mark_stale([child.pk])

    assert stale() == {"P", "C"}


def test_none_means_every_product():
    for number in range(3):
        Product.objects.create(sku=f"S{number}", name="x")

    mark_stale(None)

    assert stale() == {"S0", "S1", "S2"}
    mark_stale([10_000_000])
    assert len(stale()) == 3
