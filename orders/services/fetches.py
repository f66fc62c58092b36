"""Carries out what people asked to be fetched again: wanted first, drained by a job, told as it goes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User as Person
from django.db.models import Q
from django.utils import timezone

from jetapi import JetClient
from jetapi.errors import JetError
from jetbridge.core import retention
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.jobs import queue
from orders.models import OrderFetch
from orders.selectors import FETCH, IMPORT
from orders.services import refreshes
from orders.services.refreshes import Row, Span

# A page of differences beyond this is read by nobody; the counts stay exact, the history has them all.
KEPT = 500
COUNTS = {
    "imported": "imported",
    "changed": "changed",
    "new": "imported",
    "same": "unchanged",
    "failed": "failed",
}


def want_fetch(
    *,
    account: JetAccount,
    jet_ids: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    compare_only: bool = False,
    user: Person | None = None,
) -> OrderFetch:
    """Write down what is to be fetched, and nudge the job that does it."""
    fetch = OrderFetch.objects.create(
        account=account,
        jet_ids=list(jet_ids),
        since=since,
        until=until,
        compare_only=compare_only,
        user=user,
    )
    queue.nudge(FETCH)
    return fetch


def run_fetches(*, client: JetClient, account: JetAccount, beat: Callable[[], None] = lambda: None) -> Report:
    """Carry out what is wanted, and what a dead worker left: that begins anew, and finds less to take over."""
    report = Report()
    for fetch in OrderFetch.objects.filter(account=account, state__in=OrderFetch.UNFINISHED).order_by("pk"):
        _begin(fetch)
        try:
            for total, rows in _rounds(client, fetch):
                _add(fetch, total, rows)
                fetch.save()
                for row in rows:
                    if row.outcome == "failed":
                        report.fail(row.name or row.jet_id, row.reason)
                beat()
            fetch.state = OrderFetch.State.DONE
        except JetError as error:
            fetch.state, fetch.message = OrderFetch.State.FAILED, str(error)
            report.fail(str(fetch), str(error))
        fetch.finished_at = timezone.now()
        fetch.save()
        report.done += fetch.imported + fetch.changed
        report.skipped += fetch.unchanged
    if report.done:
        queue.nudge(IMPORT)
    return report


def delete_old_fetches(*, now: datetime, days: int, beat: Callable[[], None]) -> int:
    """Delete requests that ended more than so many days ago, those with failures later; return how many."""
    old, very_old = now - timedelta(days=days), now - timedelta(days=days * retention.FAILURES_LAST)
    fine = Q(state=OrderFetch.State.DONE, failed=0)
    over = OrderFetch.objects.exclude(state__in=OrderFetch.UNFINISHED)
    return retention.delete(over.filter(Q(finished_at__lt=very_old) | fine & Q(finished_at__lt=old)), beat)


def _rounds(client: JetClient, fetch: OrderFetch) -> Iterator[tuple[int, list[Row]]]:
    span = Span(tuple(fetch.jet_ids), fetch.since, fetch.until)
    return refreshes.read_again(
        client=client, account=fetch.account, span=span, compare_only=fetch.compare_only
    )


def _begin(fetch: OrderFetch) -> None:
    fetch.state, fetch.message = OrderFetch.State.RUNNING, ""
    for name in {"looked_at", "total", *COUNTS.values()}:
        setattr(fetch, name, 0)
    fetch.save()


def _add(fetch: OrderFetch, total: int, rows: Sequence[Row]) -> None:
    """Add a round; what an earlier, dead run told of an order already stays told."""
    told = {row["jet_id"] for row in fetch.rows}
    fetch.total, fetch.looked_at = total, min(fetch.looked_at + refreshes.ROUND, total)
    for row in rows:
        fetch.take({COUNTS[row.outcome]: 1})
        if row.outcome != "same" and row.jet_id not in told and len(fetch.rows) < KEPT:
            fetch.rows.append(asdict(row))
