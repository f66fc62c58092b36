"""What an edit sends: as the switches say, facet by facet, only where Jet has the product."""

import pytest

from catalog.listings.models import ListingFacet
from catalog.listings.services.store_changes import facets_of
from catalog.products.services import products
from jetbridge.core.models import Configuration
from tests.facets import Facet
from tests.factories import ListingFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"price"}, {Facet.PRICE}),
        ({"quantity"}, {Facet.INVENTORY}),
        ({"name"}, {Facet.DETAILS}),
        ({"images"}, {Facet.IMAGES}),
        ({"visibility"}, set()),
        ({"shipping_exceptions"}, {Facet.SHIPPING_EXCEPTION}),
    ],
)
def test_each_kind_of_edit_wants_its_facet(changed, expected):
    config = Configuration(sync_details_on_edit=True, sync_images_on_edit=True)

    assert facets_of(changed, config) == expected


def test_the_switches_hold_content_back_by_default():
    assert facets_of({"name", "price", "images"}, Configuration()) == {Facet.PRICE}


def test_the_master_switch_holds_everything_back():
    assert facets_of({"price"}, Configuration(auto_sync=False)) == set()


def test_an_edit_of_a_product_that_jet_does_not_have_wants_nothing(account):
    pending = products.finish(product=ProductFactory(), changed={"price"})

    assert pending == set()
    assert not ListingFacet.objects.exists()


def test_disabling_a_product_closes_it_on_jet_whatever_the_switches_say(account):
    Configuration.objects.update(auto_sync=False)
    listing = ListingFactory(first_sent_at="2026-01-01T00:00:00Z", product__enabled=False)

    products.finish(product=listing.product, changed={"enabled"})

    listing.refresh_from_db()
    assert listing.archive_requested
    assert ListingFacet.objects.get().facet == Facet.ARCHIVE
