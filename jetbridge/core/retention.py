"""What grows for ever unless somebody cleans up: by age and by number; each room registers what is its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from jetbridge.core.models import ApiCall, ComparedItem, JobRun

# Rows a statement: a delete of a night's log must not hold the database for seconds.
CHUNK = 1_000
# Failures say more than successes and are asked for later.
FAILURES_LAST = 3


@dataclass(frozen=True)
class Ages:
    """From which moments on rows are kept: in general, and where failures are kept longer."""

    now: datetime
    old: datetime
    very_old: datetime


class Cleaner(Protocol):
    """Deletes what is older than so many days, and returns how much."""

    def __call__(self, *, now: datetime, days: int, heartbeat: Callable[[], None]) -> int:
        """Give heartbeats in between: the job must not look dead meanwhile."""


OldRows = Callable[[Ages], "QuerySet[Any]"]
_old_rows: list[OldRows] = []
_cleaners: list[Cleaner] = []


def rows_grow_old(rows: OldRows) -> None:
    """Have a room's rows deleted once they are as old as its query says."""
    _old_rows.append(rows)


def cleaned_by(cleaner: Cleaner) -> None:
    """Have a room clean up by itself what takes more than a query, such as files."""
    _cleaners.append(cleaner)


def delete_old(*, now: datetime, days: int, calls: int, heartbeat: Callable[[], None]) -> int:
    """
    Delete what is older than so many days, and calls beyond so many; return how much.

    Failures stay three times as long, by either measure.
    """
    ages = Ages(now, now - timedelta(days=days), now - timedelta(days=days * FAILURES_LAST))
    compared = ComparedItem.objects.filter(comparison__finished_at__lt=ages.very_old)
    chosen = [_calls(ages, calls), _runs(ages), compared, *_logins(ages), *(rows(ages) for rows in _old_rows)]
    deleted = sum(delete(rows, heartbeat) for rows in chosen)
    return deleted + sum(cleaner(now=now, days=days, heartbeat=heartbeat) for cleaner in _cleaners)


def delete(rows: QuerySet[Any], heartbeat: Callable[[], None]) -> int:
    """Delete rows in portions that hold the database for a moment only; return how many."""
    deleted = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        rows.model.objects.filter(pk__in=keys).delete()
        deleted += len(keys)
        heartbeat()
    return deleted


def _calls(ages: Ages, calls: int) -> QuerySet[Any]:
    fine = Q(status__range=(200, 399), error="")
    newest = ApiCall.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # Keys are given in order, so this needs no count of a long table.
    many, too_many = newest - calls, newest - calls * FAILURES_LAST
    beyond = Q(at__lt=ages.very_old) | Q(pk__lte=too_many)
    return ApiCall.objects.filter(beyond | fine & (Q(at__lt=ages.old) | Q(pk__lte=many)))


def _runs(ages: Ages) -> QuerySet[Any]:
    achieved = Q(outcome__in=JobRun.QUIET)
    beyond = Q(started_at__lt=ages.very_old) | achieved & Q(started_at__lt=ages.old)
    return JobRun.objects.filter(finished_at__isnull=False).filter(beyond)


def _logins(ages: Ages) -> tuple[QuerySet[Any], ...]:
    """Wrong passwords of strangers, with name and address; where people signed in; logins that ended."""
    attempts = AccessAttempt.objects.filter(attempt_time__lt=ages.old)
    known = AccessLog.objects.filter(attempt_time__lt=ages.very_old)
    return attempts, known, Session.objects.filter(expire_date__lt=ages.now)
