"""Matching many keys at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.listings.models import Listing
from catalog.products.models import Product
from jetbridge.core.models.ranges import FEW, among
from tests.factories import ListingFactory, ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_keys_are_matched_however_many_there_are_and_whatever_lies_between():
    first = ProductFactory.create_batch(3)[0].pk
    every_second = range(first, first + 10 * FEW, 2)
    assert list(Product.objects.filter(among("pk", every_second)).values_list("pk", flat=True)) == [
        first,
        first + 2,
    ]
    assert Product.objects.filter(among("pk", range(first, first + 3))).count() == 3
    assert Product.objects.filter(among("pk", [first + 1, first + 1])).count() == 1
    assert not Product.objects.filter(among("pk", [])).exists()


def test_many_keys_of_a_relation_travel_as_one_parameter(account):
    listing = ListingFactory(account=account)
    key = listing.product_id
    with CaptureQueriesContext(
        connection,
    ) as seen:
        found = Listing.objects.filter(among("product_id", range(key, key + 10 * FEW, 2)))
        assert found.update(live_title="Cup") == 1
    assert str(key + 2) + "," in seen.captured_queries[0]["sql"]
    assert Listing.objects.filter(among("product__pk", range(key, key + 10 * FEW, 2))).get() == listing
