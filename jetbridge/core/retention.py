"""What grows for ever unless somebody cleans up: calls, runs, read notifications, sessions; by age and by number."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from jetbridge.core.models import ApiCall, JobRun
from jetbridge.inbox.models import Notification, NotificationDigest
from jetbridge.jobs.models import SignOfLife

# Rows a statement: a delete of a night's log must not hold the database for seconds.
CHUNK = 1_000
# The digest of a day is claimed by its row, and the next asks when the last one went out.
DIGESTS_NEEDED = timedelta(days=7)
# Failures tell more than successes and are asked for later.
FAILURES_LAST = 3


def delete_old_logs(*, now: datetime, days: int, calls: int, beat: Callable[[], None]) -> int:
    """
    Delete log rows older than so many days, and calls beyond so many; return how many.

    Failures stay three times as long, by either measure.
    """
    old, very_old = now - timedelta(days=days), now - timedelta(days=days * FAILURES_LAST)
    fine = Q(status__range=(200, 399), error="")
    newest = ApiCall.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    # Keys are given in order, so this needs no count of a long table.
    many, too_many = newest - calls, newest - calls * FAILURES_LAST
    achieved = Q(outcome__in=(JobRun.Outcome.ACHIEVED, JobRun.Outcome.NOTHING))
    chosen: tuple[QuerySet[Any], ...] = (
        ApiCall.objects.filter(
            Q(at__lt=very_old) | Q(pk__lte=too_many) | fine & (Q(at__lt=old) | Q(pk__lte=many))
        ),
        JobRun.objects.filter(finished_at__isnull=False).filter(
            Q(started_at__lt=very_old) | achieved & Q(started_at__lt=old)
        ),
        # A line that nobody reads any more goes like a failure.
        Notification.objects.filter(Q(read_at__lt=old) | Q(updated_at__lt=very_old)),
        NotificationDigest.objects.filter(claimed_at__lt=old - DIGESTS_NEEDED),
        # Wrong passwords of strangers, with name and address; logins that ended; machines that are gone.
        AccessAttempt.objects.filter(attempt_time__lt=old),
        Session.objects.filter(expire_date__lt=now),
        SignOfLife.objects.filter(seen_at__lt=old),
    )
    return sum(delete(rows, beat) for rows in chosen)


def delete(rows: QuerySet[Any], beat: Callable[[], None]) -> int:
    """Delete rows in portions that hold the database for a moment only; return how many."""
    deleted = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        rows.model.objects.filter(pk__in=keys).delete()
        deleted += len(keys)
        beat()
    return deleted
