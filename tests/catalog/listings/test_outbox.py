"""Facets under the law of the outbox, by what Jet holds in the end."""

from pathlib import Path

import pytest

from catalog.listings.facets import updates
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes import facets
from catalog.listings.outboxes.facets import Selection
from catalog.listings.services import answers, direct_updates
from catalog.products.models import Product
from jetbridge.core.jet import client as core_jet
from tests.facets import Facet
from tests.factories import JetCategoryFactory, ListingFactory, ProductFactory
from tests.outbox.kit import DeliveryCase, OverwritingTests
from tests.sandboxes import PathFaults

TRACED = tuple(str(Path(module.__file__)) for module in (answers, direct_updates, facets))


class Faults(PathFaults):
    """What a client learned of a Jet that is down is forgotten with it."""

    def heal(self):
        """Behave from now on."""
        super().heal()
        core_jet._circuit(core_jet.base_url())._answered()


class TestDetails(OverwritingTests):
    """Details by direct calls; what Jet holds is overwritten."""

    @pytest.fixture
    def case(self, transactional_db, jet, account, sandbox, monkeypatch):
        """A product for each row, whose name is what Jet shall hold; rows are few, and so is what goes at once."""
        monkeypatch.setattr(facets.Facets, "chunk", 8)
        monkeypatch.setattr(facets.Facets, "batch", 1)
        category = JetCategoryFactory()

        def make(count):
            listings = [
                ListingFactory(account=account, product=ProductFactory(mapped=category)) for _ in range(count)
            ]
            updates.queue_update(listings, Facet.DETAILS)
            return list(ListingFacet.objects.filter(listing__in=listings).values_list("pk", flat=True))

        def change(pk):
            listing = Listing.objects.get(facets=pk)
            Product.objects.filter(pk=listing.product_id).update(name="A newer name")
            updates.queue_update([listing], Facet.DETAILS)

        def exact(count):
            rows = list(ListingFacet.objects.select_related("listing__product"))
            assert len(rows) == count
            for row in rows:
                name = row.listing.product.name
                held = jet.products.get(row.listing.sku).product_title
                assert (row.state, row.claimed_by, row.accepted["product_title"], held) == (
                    "accepted", "", name, name,
                )  # fmt: skip
                assert row.listing.first_sent_at is not None

        return DeliveryCase(
            box=lambda: direct_updates.FacetSender(jet, Selection(account, (Facet.DETAILS,))),
            make=make,
            exact=exact,
            faults=Faults(sandbox, "/merchant-skus/", "PUT", "/merchant-skus/"),
            worker="tests.catalog.listings.workers:send_details",
            change=change,
            traced=TRACED,
        )
