"""Closing a SKU on Jet and opening it again; the delivery stands on the listing, so it outlives the product."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from catalog.listings.facets import base, closings, registry, updates
from catalog.listings.facets.base import Answer, FacetDelivery
from catalog.listings.facets.contexts import Listed, PayloadContext, Target
from catalog.listings.facets.figures import Figure, Ground, Reading, is_newer, sent
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.models import Drift, Listing, ListingFacet
from catalog.listings.models.facets import Word
from catalog.products.models import Product
from jetbridge.core import configuration
from jetbridge.core.jet.clients import Client
from jetbridge.core.models.ranges import among
from jetbridge.mass_actions.models import MassAction

BY = "unarchive"
CLOSED, OPEN = "Archived", "Open"


@registry.register
class Archive(base.Facet):
    """Whether buyers can order the SKU at all."""

    name, label, order = "archive", "Archive", 10
    path = "/status/archive"
    file_kind = Word("Archive", "Archive", 90)
    figure = Word("status", "Open or archived", 3)
    closes_sku = True
    is_reconciled = True

    def products(self, listings: Sequence[Listed], context: PayloadContext) -> dict[int, Product]:
        """Read none: what is to be closed is a matter of the listing."""
        return {}

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        return {"is_archived": listing.archive_requested}

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Replace what Jet holds of it."""
        at_jet.put_part(client, sku, self.path, body)

    def figure_of(self, reading: Reading, product: Product, ground: Ground) -> Figure | None:
        """Compare whether the SKU is open; mere statuses show it too."""
        row, listing = ground.row(reading, self), reading.listing
        if is_newer(row, reading):
            return None
        facts = sent(row, lambda body: CLOSED if body["is_archived"] else OPEN)
        if facts.get("sent_at") is None:
            # A SKU is born open.
            facts |= {"sent": OPEN, "sent_at": listing.first_sent_at}
        return Figure(
            self.figure.name,
            CLOSED if _is_to_close(listing, product) else OPEN,
            CLOSED if reading.archived else OPEN,
            store_at=product.updated_at,
            **facts,
        )

    def reconcile(self, rows: Sequence[Drift], *, run: MassAction | None, by: str) -> int:
        """Open or close again what others closed or opened on Jet."""
        queued = 0
        for closed in (True, False):
            listings = [
                row.listing for row in rows if _is_to_close(row.listing, row.listing.product) is closed
            ]
            updates.reset_blocks([listing.pk for listing in listings], [self])
            queued += closings.queue_archive(listings, archived=closed, run=run, by=by)
        return queued

    def accepted(self, answers: Sequence[Answer], now: datetime) -> None:
        """Jet puts a SKU that is opened back under review."""
        for closed, status in ((True, Listing.Status.ARCHIVED), (False, Listing.Status.UNDER_REVIEW)):
            some = [answer.row.listing_id for answer in answers if _closes(answer) is closed]
            Listing.objects.filter(among("pk", some)).update(
                status=status, sub_statuses=[], status_at=now, status_due_at=now
            )
        opened = [answer.row.listing for answer in answers if not _closes(answer)]
        _reopened(opened)
        # A group that was sent meanwhile went without the children that were closed.
        registry.note_opened(opened)

    def met(self, answers: Sequence[Answer]) -> None:
        """It was to be closed for a while, and edits made then were held back all the same."""
        _reopened([answer.row.listing for answer in answers if not answer.row.listing.archive_requested])

    def unchanged(self, rows: Sequence[FacetDelivery]) -> dict[int, Any]:
        """
        Return the deliveries to open a SKU that Jet never closed: the product came back before the closing was sent.

        Jet puts a SKU that is opened back under review, so that opening a live one would cost weeks.
        """
        ids = [row.pk for row in rows if not row.listing.archive_requested]
        if not ids:
            return {}
        found = ListingFacet.objects.filter(
            among("pk", ids), answer__in=(ListingFacet.Answer.NONE, ListingFacet.Answer.ACCEPTED)
        ).exclude(listing__status=Listing.Status.ARCHIVED)
        return {pk: {"is_archived": False} for pk in found.values_list("pk", flat=True)}


def _is_to_close(listing: Listing, product: Product | None) -> bool:
    """Return whether the store asks for a SKU to be closed on Jet."""
    return listing.archive_requested or product is None or not product.enabled or product.excluded


def _closes(answer: Answer) -> bool:
    return bool(answer.content["is_archived"])


def _reopened(listings: Sequence[Target]) -> None:
    """Have all facets catch up with what was edited while the SKUs were closed."""
    if listings:
        config = configuration.current()
        for facet in registry.facets():
            facet.sku_reopened(listings, config, by=BY)
