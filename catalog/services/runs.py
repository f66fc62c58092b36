"""Gives the items of product mass actions their outcome, from the answers to what the run wanted."""

from collections import defaultdict
from collections.abc import Collection

from catalog.models import Facet, ListingFacet
from jetbridge.core import bulk
from jetbridge.core.models import BulkRunItem

State = BulkRunItem.State


def settle_listings(listing_ids: Collection[int]) -> None:
    """Settle the run items of these listings whose wishes of that run have all been answered."""
    rows = (
        ListingFacet.objects.filter(listing_id__in=listing_ids, run__isnull=False, run__finished_at=None)
        .select_related("listing")
        .order_by("listing_id")
    )
    by_item: dict[tuple[int, int], list[ListingFacet]] = defaultdict(list)
    for row in rows:
        if row.run_id and row.listing.product_id:
            by_item[row.run_id, row.listing.product_id].append(row)
    outcomes: dict[tuple[int, State, str], list[int]] = defaultdict(list)
    for (run_id, product_id), facets in by_item.items():
        if not any(is_open(facet) for facet in facets):
            reason = reason_of(facets)
            outcomes[run_id, State.FAILED if reason else State.DONE, reason].append(product_id)
    for (run_id, state, reason), product_ids in outcomes.items():
        bulk.settle(run_id, product_ids, state, code="refused" if reason else "", reason=reason)
    for run_id in {run_id for run_id, _ in by_item}:
        bulk.finish_if_done(run_id)


def is_open(row: ListingFacet) -> bool:
    """Tell whether something is still to be sent or answered for this facet."""
    return row.wanted_at is not None and row.blocked_at is None


def reason_of(rows: Collection[ListingFacet]) -> str:
    """Return why Jet refused, facet by facet, or nothing where all is well."""
    refused = [row for row in rows if row.answer == ListingFacet.Answer.REFUSED]
    return "; ".join(f"{Facet(row.facet).label}: {', '.join(map(str, row.errors))}" for row in refused)
