"""Brings Jet in line with the store where the drift report shows a difference."""

from collections.abc import Collection, Sequence

from django.db import transaction

from catalog.listings.facets import registry
from catalog.listings.facets.base import Facet
from catalog.listings.models import Drift, Listing
from catalog.listings.models.drifts import DriftQuerySet
from catalog.products.models import Product
from jetbridge.mass_actions.models import MassAction

BY = "drift report"


def _reconciled() -> list[Facet]:
    """Return what is sent of the store; content would go back under review, and goes from its own page only."""
    return registry.that(lambda facet: facet.figure and facet.is_reconciled)


def reconciled(rows: DriftQuerySet) -> DriftQuerySet:
    """Keep the differences that may be sent straight from the report."""
    return rows.filter(figure__in=[facet.figure.name for facet in _reconciled() if facet.figure])


def is_reconciled(row: Drift) -> bool:
    """Return whether a difference may be sent straight from the report."""
    return any(facet.figure and facet.figure.name == row.figure for facet in _reconciled())


def rows_of(run: MassAction) -> DriftQuerySet:
    """Return the differences that a mass action is over: the rows it names, or those that its filter matches."""
    rows = reconciled(Drift.objects.filter(account=run.account_id))
    if "rows" in run.options:
        return rows.filter(pk__in=run.options["rows"])
    return rows.chosen((run.filters.get("drift") or [""])[0])


def reconcile_products(run: MassAction, products: Sequence[Product]) -> int:
    """Queue the differing figures of these products as the store has them now; return how many."""
    rows = rows_of(run).filter(listing__product__in=[product.pk for product in products])
    return reconcile(list(rows.select_related("listing__product")), run=run)


@transaction.atomic
def reconcile(rows: Collection[Drift], *, run: MassAction | None = None, by: str = BY) -> int:
    """
    Queue these figures as the store has them now, stopped ones too; return how many.

    A SKU that was closed or opened on Jet by others is opened or closed again first. What was sent is looked
    at again in the next comparison.
    """
    queued = 0
    for facet in _reconciled():
        some = [row for row in rows if facet.figure is not None and row.figure == facet.figure.name]
        queued += facet.reconcile(some, run=run, by=by)
    Listing.objects.filter(pk__in=[row.listing_id for row in rows]).update(compared_at=None)
    return queued
