"""Objects made of rows at once."""

import pytest
from django.db.models import Value
from django.db.models.signals import post_init
from django.utils import timezone

from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.quick import ByKey, ReadQuickly
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


@pytest.mark.parametrize(("model", "column"), [(Configuration, "id"), (JetAccount, "mode")])
def test_a_row_by_its_key_is_what_a_queryset_reads(account, model, column, django_assert_num_queries):
    account.token, account.token_expires_at = "abc", timezone.now()
    account.save()
    with django_assert_num_queries(1):
        expected = model.objects.first()

    with django_assert_num_queries(1):
        found = ByKey(model, column).read(getattr(expected, column))

    fields = [field.attname for field in model._meta.concrete_fields]
    assert [getattr(found, name) for name in fields] == [getattr(expected, name) for name in fields]
    assert (type(found), found._state.adding, found._state.db) == (model, False, "default")


def test_no_row_is_none_and_the_first_asking_makes_it():
    Configuration.objects.all().delete()
    JetAccount.objects.all().delete()

    assert ByKey(Configuration, "id").read(1) is None
    assert configuration.active_account().mode == "test"
    assert (Configuration.objects.count(), JetAccount.objects.count()) == (1, 1)
