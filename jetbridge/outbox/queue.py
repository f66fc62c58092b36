"""Makes rows pending, and takes back, stops and frees what nobody sends at the moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from jetbridge.core.actors import current_actor
from jetbridge.core.models.ranges import among
from jetbridge.jobs.queue import nudge
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import PENDING, Answer

Rows = QuerySet[Any] | Iterable[Any]


def queue(
    box: Outbox[Any], rows: Rows, *, by: str = "", request_id: str = "", at: datetime | None = None
) -> int:
    """
    Make rows pending under their next number, and nudge the job; return how many.

    What happens once is left alone while an earlier request of it is pending: that one must end first.
    """
    changes = {**_request(by, request_id, at), "number": F("number") + 1, "attempts": 0}
    if not box.block_after:
        # What was said of an earlier request; only identical rejections are counted over several.
        changes["errors"] = []
    found = _all(box, rows)
    queued = (found.filter(next_try_at=None) if box.once_only else found).update(**changes)
    if queued and box.job:
        nudge(box.job)
    return queued


def queued(*, by: str = "", request_id: str = "", at: datetime | None = None) -> dict[str, Any]:
    """Return the columns of a row that is pending from its insert on, where `queue` would be a second write."""
    return {**_request(by, request_id, at), "number": 1}


def _request(by: str, request_id: str, at: datetime | None) -> dict[str, Any]:
    now = timezone.now()
    return {
        "next_try_at": at or now,
        "queued_at": now,
        "queued_by": by[:100] or asking(),
        "request_id": request_id or current_actor().request_id,
    }


def asking() -> str:
    """Return what asks now for something to be sent: a job, a person or a command."""
    actor = current_actor()
    return actor.job or ("person" if actor.user_id else "command")


def withdraw(box: Outbox[Any], rows: Rows) -> list[Any]:
    """Take back what nobody holds and was surely not sent; return the keys of those rows."""
    untouched = Q(next_try_at__isnull=False, claimed_by="") & ~Q(answer__in=(Answer.UNKNOWN, Answer.SENT))
    with transaction.atomic():
        keys = list(_all(box, rows).filter(untouched).select_for_update().values_list("pk", flat=True))
        if keys:
            _all(box, keys).filter(untouched).update(next_try_at=None)
    return keys


def drop(box: Outbox[Any], rows: Rows, *, freed: bool = False, **own: Any) -> int:
    """
    Let nothing be sent of rows any more; return how many. `own` are columns of the box.

    What somebody sends at this moment he settles all the same, unless the rows are `freed` of their holders.
    """
    free = {"claimed_by": "", "claimed_until": None} if freed else {}
    return _all(box, rows).update(next_try_at=None, attempts=0, **free, **own)


def block(box: Outbox[Any], rows: Rows, *, reason: str) -> int:
    """Stop trying; what is pending stays so and goes on once it is unblocked. Return how many were stopped."""
    return _all(box, rows).filter(blocked_at=None).update(blocked_at=timezone.now(), errors=[reason])


def unblock(box: Outbox[Any], rows: Rows) -> int:
    """Let blocked rows be tried again, and nudge the job; return how many."""
    freed = _all(box, rows).filter(blocked_at__isnull=False).update(blocked_at=None, failures=0)
    if freed and box.job:
        nudge(box.job)
    return freed


def hasten() -> int:
    """Let what pauses after lost answers be tried again now, since Jet is back; return how much."""
    now, hastened = timezone.now(), 0
    for model in {box.model for box in boxes.boxes() if box.other_side == Outbox.other_side}:
        pausing = model._default_manager.filter(PENDING, next_try_at__gt=now, answer=Answer.UNKNOWN)
        hastened += pausing.filter(claimed_by="").update(next_try_at=now, attempts=0)
    return hastened


def _all(box: Outbox[Any], rows: Rows) -> "QuerySet[Any]":
    """Return rows as a query, whether they come as one, as rows or as keys."""
    if isinstance(rows, QuerySet):
        return rows
    return box.model._default_manager.filter(
        among("pk", [row.pk if isinstance(row, Model) else row for row in rows])
    )
