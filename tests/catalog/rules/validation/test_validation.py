"""Verdicts as they are stored, refreshed and counted."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalog.products.models import Product, Variation
from catalog.rules.models import Problem, ValidationResult, mark_stale
from catalog.rules.services import validations
from jetbridge.core import configuration
from jetbridge.core.models import StoreView
from tests.catalog.checks import check_all
from tests.factories import JetCategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def verdict(product):
    return ValidationResult.objects.get(product=product)


def codes(product):
    return list(Problem.objects.filter(product=product).order_by("pk").values_list("code", flat=True))


def test_a_stale_product_gets_its_verdict_and_all_its_problems():
    mug = ProductFactory(attributes={"ean": "123"}, image="")
    mark_stale([mug.pk])

    report = validations.refresh()

    assert report.done == 1
    found = verdict(mug)
    assert (found.worst, found.blocks, found.not_live, found.stale_since) == ("blocks", 3, 1, None)
    assert codes(mug) == ["category.unmapped", "brand.missing", "EAN.wrong_length", "image.missing"]


def test_a_fixed_product_is_clean_and_its_problems_are_gone():
    mug = ProductFactory(mapped=True, attributes={"ean": "9525000000016"})
    check_all()
    assert verdict(mug).worst == "blocks"

    Product.objects.update(attributes={"ean": "9525000000016", "brand": "Northwind"})
    mark_stale([mug.pk])
    validations.refresh()

    assert verdict(mug).worst == "clean"
    assert codes(mug) == []


def test_nothing_stale_is_nothing_to_do():
    mug = ProductFactory(mapped=True)
    check_all()

    report = validations.refresh()

    assert (report.done, report.note) == (0, "No result is stale.")
    assert verdict(mug).checked_at is not None


def test_a_product_that_changes_while_it_is_judged_stays_stale(monkeypatch):
    mug = ProductFactory(mapped=True)
    mark_stale([mug.pk])
    judge = validations.engine.problems

    def judged_while_edited(subject):
        mark_stale([mug.pk])
        return judge(subject)

    monkeypatch.setattr(validations.engine, "problems", judged_while_edited)

    validations.validate([mug.pk])

    assert verdict(mug).stale_since is not None


def test_a_family_is_judged_by_brand_and_category():
    jet = JetCategoryFactory()
    parent = ProductFactory(kind="configurable", mapped=jet, variation_codes=["size"])
    child = ProductFactory(mapped=True, attributes={"brand": "Other", "size": "S", "ean": "9525000000023"})
    Variation.objects.create(parent=parent, child=child, child_sku=child.sku)

    check_all()

    assert codes(parent) == [
        "variation.attribute_unmapped",
        "variation.other_category",
        "variation.other_brand",
    ]


def test_the_configured_store_view_speaks():
    view = StoreView.objects.create(code="de", name="German")
    mug = ProductFactory(mapped=True, name="Mug")
    mug.texts.create(store_view=view, name="Blaue Tasse")
    check_all()
    assert codes(mug) == ["product_title.too_short"]

    config = configuration.current()
    config.store_view = view
    config.save()
    check_all()

    assert codes(mug) == []


def test_the_number_of_queries_does_not_grow_with_the_products(django_assert_max_num_queries):
    jet = JetCategoryFactory()
    ids = [ProductFactory(mapped=jet).pk for _ in range(30)]

    with django_assert_max_num_queries(32):
        assert validations.validate(ids) == 30


def test_the_command_counts_verdicts_and_causes(capsys):
    ProductFactory(mapped=True)
    ProductFactory(attributes={"brand": "Northwind", "ean": "1"})

    call_command("validate", "--json")

    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["validated"], found["clean"], found["blocks"]) == (2, 1, 1)
    assert {"code": "EAN.wrong_length", "severity": "blocks", "products": 1} in found["problems"]


def test_a_deleted_product_costs_nothing():
    mug = ProductFactory()
    pk = mug.pk
    mug.delete()
    ids = [pk, ProductFactory(mapped=True).pk]

    assert validations.validate(ids) == 1
    assert not ValidationResult.objects.filter(stale_since__gt=timezone.now()).exists()
