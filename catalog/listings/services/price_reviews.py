"""
Large price changes wait for a person's yes, where the merchant wants that.

A held price settles its wish, so that nothing else waits for it: no other facet, no other product, no file.
What was accepted is taken up by the price job, which finds it by its row.
"""

from collections.abc import Sequence

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.listings.facets import updates
from catalog.listings.facets.contexts import NeedsReview
from catalog.listings.models import Facet, Listing, ListingFacet, PriceReview
from catalog.listings.services.answers import Answer
from catalog.listings.services.wishes import Wish
from jetbridge.core import history
from jetbridge.core.models import Event, JetAccount
from jetbridge.inbox.notifications import notify
from jetbridge.jobs.queue import nudge

State = PriceReview.State
HELD, ACCEPTED, DECLINED = "price held for review", "price change accepted", "price change declined"
JOB = "catalog.sync_prices"
# Decided, or taken up, in one short transaction.
CHUNK = 200


def held(row: Wish, change: NeedsReview) -> Answer:
    """Open the review of a price, or bring the open one up to date, and return what settles the wish."""
    if not change.declined:
        _ask(row, change)
    return Answer(row, ListingFacet.Answer.HELD, errors=[str(change)], by_us=True)


def _wanted_by(row: Wish) -> str:
    return str(ListingFacet.objects.values_list("wanted_by", flat=True).get(pk=row.pk))[:200]


def _ask(row: Wish, change: NeedsReview) -> None:
    listing = Listing.objects.select_related("product").get(pk=row.listing_id)
    known = PriceReview.objects.filter(listing=listing, state=State.OPEN)
    if known.filter(old_price=change.old, new_price=change.new).exists():
        return
    values = {"old_price": change.old, "new_price": change.new, "change_percent": change.percent}
    told = f"{change.percent:+} %"
    with transaction.atomic():
        PriceReview.objects.update_or_create(
            listing=listing, state=State.OPEN, defaults={**values, "reason": _wanted_by(row)}
        )
        history.record(
            HELD, listing.product or listing, message=told,
            before={"price": str(change.old)}, after={"price": str(change.new)},
        )  # fmt: skip
    notify(
        "price_review",
        key=str(listing.account_id),
        title="Price changes wait for your yes",
        text=f"{listing.sku}: from {change.old} to {change.new} ({told})",
        severity="warning",
    )


def decide(*, reviews: QuerySet[PriceReview], accept: bool, by: Person | None = None) -> int:
    """
    Accept or decline reviews; return how many. What was declined may still be accepted, what was sent is over.

    Nothing is sent here: the price job takes up what was accepted.
    """
    open_states = [State.OPEN, State.DECLINED] if accept else [State.OPEN]
    ids = list(reviews.filter(state__in=open_states).order_by("pk").values_list("pk", flat=True))
    done = sum(
        _decide_chunk(ids[start : start + CHUNK], open_states, accept, by)
        for start in range(0, len(ids), CHUNK)
    )
    if accept and done:
        nudge(JOB)
    return done


@transaction.atomic
def _decide_chunk(ids: Sequence[int], open_states: Sequence[str], accept: bool, by: Person | None) -> int:
    now = timezone.now()
    rows = list(
        PriceReview.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, state__in=open_states)
        .select_related("listing__product")
    )
    changed = PriceReview.objects.filter(pk__in=[row.pk for row in rows], state__in=open_states).update(
        state=State.ACCEPTED if accept else State.DECLINED, decided_at=now, decided_by=by, taken_up_at=None
    )
    Event.objects.bulk_create(
        history.build(
            ACCEPTED if accept else DECLINED,
            row.listing.product or row.listing,
            message=f"{row.change_percent:+} %",
            before={"price": str(row.old_price)},
            after={"price": str(row.new_price)},
        )
        for row in rows
    )
    return changed


def want_accepted(account: JetAccount) -> int:
    """Want the accepted prices sent; return how many. Wanting one twice does no harm."""
    waiting = accepted().filter(listing__account=account).order_by("pk")
    count = 0
    while rows := list(waiting[:CHUNK]):
        listings = Listing.objects.filter(pk__in=[row.listing_id for row in rows])
        with transaction.atomic():
            count += updates.want(list(listings), Facet.PRICE, by="price review")
            PriceReview.objects.filter(pk__in=[row.pk for row in rows]).update(taken_up_at=timezone.now())
    return count


def accepted() -> QuerySet[PriceReview]:
    """Return what was accepted and not taken up yet."""
    return PriceReview.objects.filter(state=State.ACCEPTED, taken_up_at=None)
