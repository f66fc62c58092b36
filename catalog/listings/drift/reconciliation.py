"""Brings Jet in line with the store where the drift report shows a difference."""

from collections.abc import Collection, Sequence

from django.db import transaction

from catalog.listings.drift import differences
from catalog.listings.facets import updates
from catalog.listings.models import Drift, Facet, Listing
from catalog.listings.models.drifts import DriftQuerySet
from catalog.listings.services import archives
from catalog.products.models import Product
from jetbridge.mass_actions.models import BulkRun

Figure = Drift.Figure
# What is sent of the store. Content would put a live SKU back under review: it is sent from its own page only.
FACETS = {Figure.PRICE: Facet.PRICE, Figure.STOCK: Facet.INVENTORY}
RECONCILED = (Figure.PRICE, Figure.STOCK, Figure.STATUS)
BY = "drift report"


def rows_of(run: BulkRun) -> DriftQuerySet:
    """Return the differences that a mass action is over: the rows it names, or those that its filter matches."""
    rows = Drift.objects.filter(account=run.account_id, figure__in=RECONCILED)
    if "rows" in run.options:
        return rows.filter(pk__in=run.options["rows"])
    return rows.chosen((run.filters.get("drift") or [""])[0])


def reconcile_products(run: BulkRun, products: Sequence[Product]) -> int:
    """Want the differing figures of these products sent as the store has them now; return how many."""
    rows = rows_of(run).filter(listing__product__in=[product.pk for product in products])
    return reconcile(list(rows.select_related("listing__product")), run=run)


@transaction.atomic
def reconcile(rows: Collection[Drift], *, run: BulkRun | None = None, by: str = BY) -> int:
    """
    Want these figures sent as the store has them now, stopped ones too; return how many.

    A SKU that was closed or opened on Jet by others is opened or closed again first. What was sent is looked
    at again in the next comparison.
    """
    wished = 0
    for figure, facet in FACETS.items():
        listings = [row.listing for row in rows if row.figure == figure]
        updates.reset_blocks([listing.pk for listing in listings], [facet])
        wished += updates.want(listings, facet, run=run, by=by)
    for archived in (True, False):
        listings = [
            row.listing
            for row in rows
            if row.figure == Figure.STATUS
            and differences.wants_archived(row.listing, row.listing.product) is archived
        ]
        updates.reset_blocks([listing.pk for listing in listings], [Facet.ARCHIVE])
        wished += archives.want_archived(listings, archived=archived, run=run, by=by)
    Listing.objects.filter(pk__in=[row.listing_id for row in rows]).update(compared_at=None)
    return wished
