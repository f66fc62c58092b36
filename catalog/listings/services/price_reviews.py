"""
Large price changes wait for a person's yes, where the merchant asks for that.

A held price settles its delivery, so that nothing else waits for it: no other facet, no other product, no file.
What was accepted is taken up by the price job, which finds it by its row.
"""

from collections.abc import Sequence

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.listings.models import PriceReview
from jetbridge.core import history
from jetbridge.core.models import Event
from jetbridge.jobs.queue import nudge

State = PriceReview.State
HELD, ACCEPTED, DECLINED = "price held for review", "price change accepted", "price change declined"
JOB = "catalog.sync_prices"
# Decided, or taken up, in one short transaction.
CHUNK = 200


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
