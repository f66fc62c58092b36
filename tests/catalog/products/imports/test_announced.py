"""What an import sends to Jet, by what it announces."""

import pytest

from catalog.listings.models import ListingFacet
from jetbridge.core import configuration
from tests.catalog.products.imports.files import imported
from tests.facets import Facet
from tests.factories import ListingFactory

pytestmark = pytest.mark.django_db
SENT = "2018-02-01T00:00:00Z"


def wanted():
    rows = ListingFacet.objects.filter(next_try_at__isnull=False)
    return set(rows.values_list("listing__sku", "facet"))


def test_a_changed_price_and_quantity_are_wanted_where_jet_has_the_product(tmp_path):
    on_jet, at_home = (
        ListingFactory(sku="A", product__sku="A", first_sent_at=SENT),
        ListingFactory(product__sku="B"),
    )

    imported(tmp_path, "sku,price,qty\nA,7,3\nB,7,3\n")

    assert on_jet.product_id != at_home.product_id
    assert wanted() == {("A", Facet.PRICE), ("A", Facet.INVENTORY)}


def test_content_stays_at_home_unless_the_merchant_sends_edits(tmp_path):
    ListingFactory(sku="A", product__sku="A", first_sent_at=SENT)
    imported(tmp_path, "sku,name\nA,New name\n")
    assert wanted() == set()

    config = configuration.current()
    config.sync_details_on_edit = True
    config.save()
    imported(tmp_path, "sku,name\nA,Newer name\n")

    assert wanted() == {("A", Facet.DETAILS)}


def test_a_disabled_product_is_closed_on_jet_and_opened_again_when_enabled(tmp_path):
    listing = ListingFactory(sku="A", product__sku="A", first_sent_at=SENT)

    imported(tmp_path, "sku,product_online\nA,2\n")
    listing.refresh_from_db()
    assert (listing.archive_requested, ("A", Facet.ARCHIVE) in wanted()) == (True, True)

    imported(tmp_path, "sku,product_online\nA,1\n")

    listing.refresh_from_db()
    assert listing.archive_requested is False


def test_an_unchanged_row_wants_nothing(tmp_path):
    listing = ListingFactory(sku="A", product__sku="A", first_sent_at=SENT)

    imported(tmp_path, f"sku,price,qty\nA,{listing.product.price},{listing.product.quantity}\n")

    assert wanted() == set()
