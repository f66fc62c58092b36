"""The strip on top of a product's page shows the truth while something is on its way."""

import pytest
from django.urls import reverse

from catalog.listings.models import Listing, ListingFacet
from catalog.products.services import products
from tests.facets import Facet
from tests.factories import ListingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def live():
    """A product that Jet sells."""
    return ListingFactory(status=Listing.Status.AVAILABLE, first_sent_at="2026-01-01T00:00Z")


def page(client, listing):
    return client.get(reverse("admin:catalog_product_change", args=[listing.product_id])).content.decode()


def test_a_disabled_product_that_jet_still_sells_is_said_to_be_on_its_way_out(admin_client, live):
    live.product.enabled = False
    live.product.save()
    products.finish(product=live.product, changed={"enabled"})

    waiting = page(admin_client, live)
    Listing.objects.update(status=Listing.Status.ARCHIVED)
    closed = page(admin_client, live)

    assert "Being closed on Jet" in waiting
    assert "Being closed on Jet" not in closed


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Being sent"),
        ({"answer": "unknown"}, "Not confirmed, goes again"),
        ({"errors": ["Jet has none of the product's children yet."]}, "Not taken yet, goes again"),
        ({"answer": "held", "next_try_at": None}, "Waits for your yes"),
        ({"answer": "accepted", "next_try_at": None}, "Accepted"),
        ({"answer": "rejected", "next_try_at": None}, "Refused"),
    ],
)
def test_each_part_says_how_it_stands(admin_client, live, facts, words):
    values = {"next_try_at": "2026-01-01T00:00Z"} | facts
    ListingFacet.objects.create(listing=live, facet=Facet.PRICE, **values)

    assert words in page(admin_client, live)
