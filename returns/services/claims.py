"""Claims on documents that are to be sent once: a guarded update gives a document to one worker at a time."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from jetapi.errors import JetError
from jetbridge.core.models import JetAccount
from returns.models import Refund, ReturnRequest
from returns.models.sending import UNSETTLED, SendState

D = TypeVar("D", ReturnRequest, Refund)

CLAIM = timedelta(seconds=120)
CHUNK = 50
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=15)


def claim(documents: "QuerySet[D]", account: JetAccount, *, started: datetime) -> list[D]:
    """
    Take up to a chunk of what was wanted or in doubt, due and with no living worker at the start, oldest first.

    A drain that claims again and again takes each document once: what it tried in vain is due later.
    """
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=started)
    due = (Q(next_try_at=None) | Q(next_try_at__lte=started)) & Q(wanted_at__lte=started)
    rows = documents.filter(free, due, account=account, send_state__in=UNSETTLED)
    chosen = dict(rows.order_by("wanted_at").values_list("pk", "send_state")[:CHUNK])
    token = uuid.uuid4().hex
    rows.filter(pk__in=chosen).update(
        send_state=SendState.SENDING,
        claimed_by=token,
        claimed_until=now + CLAIM,
        sent_at=now,
        attempts=F("attempts") + 1,
    )
    mine = documents.filter(claimed_by=token, send_state=SendState.SENDING)
    taken = list(mine.select_related("order").order_by("wanted_at"))
    for row in taken:
        row.state_before = chosen[row.pk]
    return taken


def give_back(rows: Sequence[D]) -> None:
    """Free documents of which no call was begun, as they were: due for the next drain."""
    for row in rows:
        was_wanted = row.state_before == SendState.WANTED
        mine(row).update(
            # Whose worker died may have been sent by it.
            send_state=SendState.WANTED if was_wanted else SendState.UNKNOWN,
            sent_at=row.sent_at if row.attempts > 1 else None,
            attempts=F("attempts") - 1,
            claimed_by="",
            claimed_until=None,
        )


def mine(row: D) -> "QuerySet[D]":
    """Return the row while this worker's claim stands on it."""
    rows: QuerySet[D] = type(row)._default_manager.filter(
        pk=row.pk, claimed_by=row.claimed_by, send_state=SendState.SENDING
    )
    return rows


def keep(row: D, error: JetError | None) -> None:
    """Give the row back for a later try; in doubt where Jet may have done the work."""
    is_unknown = error is not None and error.sent_maybe
    pause = min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
    mine(row).update(
        send_state=SendState.UNKNOWN if is_unknown else SendState.WANTED,
        claimed_by="",
        claimed_until=None,
        next_try_at=timezone.now() + pause,
        errors=[str(error)],
    )
