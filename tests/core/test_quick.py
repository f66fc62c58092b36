"""Objects made of rows at once."""

import pytest
from django.db.models import Value
from django.db.models.signals import post_init

from catalog.products.models import Product
from jetbridge.core.models.quick import ReadQuickly
from tests.factories import ListingFactory, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_row_becomes_the_object_that_was_saved():
    made = ProductFactory(sku="MUG-1", attributes={"color": "Blue"})

    found = Product.objects.annotate(note=Value("seen")).get()

    fields = [field.attname for field in Product._meta.concrete_fields]
    made.refresh_from_db()
    assert [getattr(found, name) for name in fields] == [getattr(made, name) for name in fields]
    assert (found, hash(found), found.note) == (made, hash(made), "seen")


def test_what_was_not_read_is_read_when_it_is_asked_for(django_assert_num_queries):
    ProductFactory(name="Blue mug", description="For tea")
    found = Product.objects.only("sku").get()

    assert "name" in found.get_deferred_fields()
    with django_assert_num_queries(1):
        assert found.name == "Blue mug"


def test_an_object_of_a_row_is_changed_and_not_made_anew():
    listing = ListingFactory(product=ProductFactory(name="Blue mug"))
    found = type(listing).objects.select_related("product").get().product
    found.name = "Red mug"

    found.save(update_fields=["name"])

    assert Product.objects.get().name == "Red mug"


def test_nobody_waits_for_the_signals_that_are_left_out():
    quick = [model for model in ReadQuickly.__subclasses__() if not model._meta.abstract]

    assert quick
    assert not [model for model in quick if post_init.has_listeners(model)]
