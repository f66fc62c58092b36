"""Gives the items of product mass actions their outcome, from the answers to what the run wanted."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.utils import timezone

from catalog.models import Facet, Listing, ListingFacet, Product
from jetbridge.core import bulk
from jetbridge.core.actors import current_actor
from jetbridge.core.models import BulkRun, BulkRunItem, Event
from jetbridge.core.models.bulk_sql import insert

State = BulkRunItem.State
CODES = {State.FAILED: "refused", State.SKIPPED: "held"}


def settle_listings(listing_ids: Collection[int]) -> None:
    """Settle the run items of these listings whose wishes of that run have all been answered."""
    rows = (
        ListingFacet.objects.filter(listing_id__in=listing_ids, run__isnull=False, run__finished_at=None)
        .select_related("listing")
        .defer("sent", "accepted")
        .order_by("listing_id")
    )
    by_item: dict[tuple[int, int], list[ListingFacet]] = defaultdict(list)
    for row in rows:
        if row.run_id and row.listing.product_id:
            by_item[row.run_id, row.listing.product_id].append(row)
    outcomes: dict[tuple[int, State, str], list[Listing]] = defaultdict(list)
    for (run_id, _), facets in by_item.items():
        if not any(is_open(facet) for facet in facets):
            outcomes[run_id, *_outcome(facets)].append(facets[0].listing)
    actions = dict(BulkRun.objects.filter(pk__in={key[0] for key in outcomes}).in_bulk()) if outcomes else {}
    for (run_id, state, reason), listings in outcomes.items():
        ids = [listing.product_id or 0 for listing in listings]
        if bulk.settle(run_id, ids, state, code=CODES.get(state, ""), reason=reason):
            _record(actions[run_id], listings, state, reason)
    for run_id in {run_id for run_id, _ in by_item}:
        bulk.finish_if_done(run_id)


def _record(run: BulkRun, listings: Sequence[Listing], state: State, reason: str) -> None:
    """Put the outcome into each product's history, in the name of the person and under the run's request id."""
    action = f"{bulk.label_of(run).lower()} {State(state).label.lower()}"[:60]
    now, kind = timezone.now(), Product._meta.label_lower
    insert(
        Event,
        ("at", "user_id", "job", "action", "kind", "object_id", "label", "message", "note", "request_id"),
        [
            (
                now,
                run.started_by_id,
                current_actor().job,
                action,
                kind,
                str(listing.product_id),
                listing.sku,
                reason or f"Mass action #{run.pk}",
                "",
                run.request_id,
            )
            for listing in listings
        ],
    )


def _outcome(facets: Collection[ListingFacet]) -> tuple[State, str]:
    reason = reason_of(facets)
    if reason:
        return State.FAILED, reason
    held = [str(error) for row in facets if row.answer == ListingFacet.Answer.HELD for error in row.errors]
    return (State.SKIPPED, " ".join(held)) if held else (State.DONE, "")


def is_open(row: ListingFacet) -> bool:
    """Tell whether something is still to be sent or answered for this facet."""
    return row.wanted_at is not None and row.blocked_at is None


def reason_of(rows: Collection[ListingFacet]) -> str:
    """Return why Jet refused, facet by facet, or nothing where all is well."""
    refused = [row for row in rows if row.answer == ListingFacet.Answer.REFUSED]
    return "; ".join(f"{Facet(row.facet).label}: {', '.join(map(str, row.errors))}" for row in refused)
