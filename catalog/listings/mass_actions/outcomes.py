"""Gives the items of product mass actions their outcome, from the answers to what the run queued."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Count, Q
from django.utils import timezone

from catalog.listings.models import Listing, ListingFacet
from catalog.listings.outboxes.facets import Answered
from catalog.products.models import Product
from jetbridge.core.actors import current_actor
from jetbridge.core.models import Event
from jetbridge.core.models.bulk_sql import insert
from jetbridge.core.models.ranges import among
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.outbox.models import PENDING

State = MassActionItem.State
# Items whose outcome is looked for at once.
AT_ONCE = 200
OVERTAKEN = "Nothing of it is left to send: a newer change took it over"
CODES = {State.FAILED: "refused", State.SKIPPED: "held"}


def follow(answered: Answered) -> None:
    """Settle the run items that answers end, in their transaction: whoever dies in between leaves both or neither."""
    for run_id in _settle(answered.listing_ids):
        # The run's counts were just written: of two workers the second waited for that, and sees nothing left.
        lifecycle.finish_if_done(run_id)


def _settle(listing_ids: Collection[int]) -> Collection[int]:
    """Settle the items of these listings whose deliveries of that run have all been answered; return their runs."""
    answered = _answered(listing_ids)
    if not answered:
        return ()
    of_runs = MassAction.objects.filter(finished_at=None).in_bulk({run_id for run_id, _, _ in answered})
    known = Listing.objects.filter(
        among("pk", {listing_id for _, listing_id, _ in answered}), product__isnull=False
    )
    products = {pk: (product_id, sku) for pk, product_id, sku in known.values_list("pk", "product_id", "sku")}
    outcomes: dict[tuple[int, State, str], list[tuple[int, str]]] = defaultdict(list)
    for run_id, listing_id, unwell in answered:
        if run_id in of_runs and listing_id in products:
            facets = ListingFacet.objects.filter(run_id=run_id, listing_id=listing_id) if unwell else ()
            outcomes[run_id, *_outcome(facets)].append(products[listing_id])
    for (run_id, state, reason), done in outcomes.items():
        ids = [product_id for product_id, _ in done]
        if lifecycle.settle(run_id, ids, state, code=CODES.get(state, ""), reason=reason):
            _record(of_runs[run_id], done, state, reason)
    return {run_id for run_id, _, _ in outcomes}


def _answered(listing_ids: Collection[int]) -> list[tuple[int, int, int]]:
    """Return run, listing and the number of refusals where all that a run queued of a listing is answered."""
    queued = ListingFacet.objects.filter(among("listing_id", listing_ids), run__isnull=False).order_by()
    counted = queued.values_list("run_id", "listing_id").annotate(
        unwell=Count("pk", filter=Q(answer__in=(ListingFacet.Answer.REJECTED, ListingFacet.Answer.HELD))),
        open=Count("pk", filter=PENDING),
    )
    return list(counted.filter(open=0).values_list("run_id", "listing_id", "unwell"))


def settle_left(run: MassAction) -> None:
    """
    Settle what a run still waits for though nothing of it is to be sent any more, and close the run.

    A newer change may have taken over what the run queued, or its answers were settled without it.
    """
    open_deliveries = ListingFacet.objects.filter(PENDING, run=run)
    waiting = run.items.filter(state=State.WAITING).order_by("object_id")
    over = run.expanded or run.state == MassAction.State.CANCELLED
    if not (over and waiting.exists()) or open_deliveries.exists():
        return
    while ids := list(waiting.values_list("object_id", flat=True)[:AT_ONCE]):
        queued = ListingFacet.objects.filter(run=run, listing__product__in=ids).order_by()
        _settle(set(queued.values_list("listing_id", flat=True)))
        lifecycle.settle(run.pk, ids, State.SKIPPED, code="overtaken", reason=OVERTAKEN)
    lifecycle.finish_if_done(run.pk)


COLUMNS = (
    "at", "user_id", "who", "job", "action", "kind", "object_id", "label", "message", "note", "request_id",
)  # fmt: skip


def _record(run: MassAction, products: Sequence[tuple[int, str]], state: State, reason: str) -> None:
    """Put the outcome into each product's history, in the name of the person and under the run's request id."""
    action = f"{lifecycle.label_of(run).lower()} {State(state).label.lower()}"[:60]
    now, kind = timezone.now(), Product._meta.label_lower
    insert(
        Event,
        COLUMNS,
        [
            (
                now,
                run.started_by_id,
                run.name,
                current_actor().job,
                action,
                kind,
                str(product_id),
                sku,
                reason or f"Mass action #{run.pk}",
                "",
                run.request_id,
            )
            for product_id, sku in products
        ],
    )


def _outcome(facets: Iterable[ListingFacet]) -> tuple[State, str]:
    facets = list(facets)
    reason = reason_of(facets)
    if reason:
        return State.FAILED, reason
    held = [str(error) for row in facets if row.answer == ListingFacet.Answer.HELD for error in row.errors]
    return (State.SKIPPED, " ".join(held)) if held else (State.DONE, "")


def reason_of(rows: Collection[ListingFacet]) -> str:
    """Return why Jet refused, facet by facet, or nothing where all is well."""
    refused = [row for row in rows if row.answer == ListingFacet.Answer.REJECTED]
    return "; ".join(f"{row.get_facet_display()}: {', '.join(map(str, row.errors))}" for row in refused)
