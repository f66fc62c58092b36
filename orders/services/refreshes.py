"""Reads orders again, by id or by their days, as people asked; imports unknown ones; reports what differed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jetbridge.core import history, retention, starters, store_days
from jetbridge.core.jet.calls import Outcome, send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetFailure, JetKeysRefused, JetNotKnown
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import NO_ITEMS_FAULT, Compared, Comparing, Report, left_as_it_is
from jetbridge.core.reports import Outcome as Result
from jetbridge.jobs import queue
from orders import comparisons
from orders.comparisons import Difference
from orders.jet import messages
from orders.jet import orders as at_jet
from orders.jet.messages import ReadOrder, UnreadableOrder
from orders.jet.orders import OrderDocument
from orders.models import Order, OrderFetch
from orders.models.words import keep_words
from orders.selectors import FETCH, IMPORT
from orders.services import new_orders, order_updates

# Orders read between two looks at the clock; progress is stored as often.
ROUND = 100
# A page of differences beyond this is read by nobody; the counts stay exact, the history has them all.
KEPT = 500
COUNTS = {
    "imported": "imported",
    "changed": "changed",
    "new": "imported",
    "same": "unchanged",
    "failed": "failed",
}
PERMISSION = "orders.import_orders"
# The same for whoever compares all orders with Jet.
RESULTS = {
    "imported": Result.NEW,
    "changed": Result.CHANGED,
    "same": Result.SAME,
    "failed": Result.UNREAD,
}


@dataclass(frozen=True)
class Span:
    """What to read again: these ids, or all orders placed from one day to another, both included."""

    jet_ids: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    def holds(self, placed_at: datetime | None) -> bool:
        """Return whether an order placed then belongs to it."""
        if self.since is None or self.until is None:
            return True
        return placed_at is not None and self.since <= store_days.day_of(placed_at) <= self.until


@dataclass(frozen=True)
class Row:
    """What became of one order."""

    jet_id: str
    outcome: str
    name: str = ""
    pk: int | None = None
    differences: list[Difference] = field(default_factory=list)
    reason: str = ""


def read_again(
    *, client: Client, account: JetAccount, span: Span, compare_only: bool = False
) -> Iterator[tuple[int, list[Row]]]:
    """
    Read orders again in rounds, and yield how many there are in all and each round's rows.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    ids = _ids(client, account, span)
    fetched = send_many(partial(at_jet.get, client), ids)
    for start in range(0, len(ids), ROUND):
        outcomes = [next(fetched) for _ in ids[start : start + ROUND]]
        known = Order.objects.filter(account=account, jet_id__in=[each.item for each in outcomes])
        orders = {order.jet_id: order for order in known.prefetch_related("items")}
        rows = (_isolated(account, each, orders.get(each.item), span, compare_only) for each in outcomes)
        yield len(ids), [row for row in rows if row is not None]


def sync_one(*, client: Client, account: JetAccount, jet_id: str) -> Row:
    """
    Read one order again, or import it.

    :raises JetFailure: Jet does not answer, or has no such order
    """
    outcome: Outcome[str, OrderDocument] = Outcome(jet_id, value=at_jet.get(client, jet_id))
    order = Order.objects.filter(account=account, jet_id=jet_id).first()
    row = _row(account, outcome, order, Span((jet_id,)), compare_only=False)
    return row or Row(jet_id, "same")


def to_compare(*, client: Client, account: JetAccount) -> tuple[list[str], list[str]]:
    """Return the orders to compare, those that we lack first, and which of Jet's lists were full, in words."""
    listed, full = at_jet.all_listed(client)
    ours = Order.objects.filter(account=account)
    still_open = list(ours.filter(status__in=Order.OPEN).order_by("pk").values_list("jet_id", flat=True))
    known = set(ours.filter(jet_id__in=listed).values_list("jet_id", flat=True))
    fresh = [jet_id for jet_id in listed if jet_id not in known]
    return list(dict.fromkeys([*fresh, *still_open, *listed])), full


def compare(*, client: Client, account: JetAccount, ids: Sequence[str]) -> Comparing:
    """
    Read orders again, for whoever compares all of them with Jet.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    for outcome in send_many(partial(at_jet.get, client), ids):
        if isinstance(outcome.error, JetKeysRefused):
            raise outcome.error
        yield outcome.item, partial(_compared, account, outcome)


def _compared(account: JetAccount, outcome: Outcome[str, OrderDocument]) -> Compared:
    """Take over what Jet says of one order, and word what was new."""
    kept = Order.objects.filter(account=account, jet_id=outcome.item)
    if isinstance(outcome.error, JetNotKnown):
        order = kept.first()
        return Compared(Result.GONE, str(order or outcome.item), _url(order), "Jet has no such order.")
    row = _isolated(account, outcome, kept.prefetch_related("items").first(), Span(), compare_only=False)
    order = kept.first()
    text = row.reason if row else ""
    if row and row.differences:
        text = "; ".join(_in_words(each) for each in row.differences)
    elif row and row.outcome == "imported" and order:
        text = " ".join(part for part in (f"{order.get_status_display()}.", text) if part)
    return Compared(RESULTS[row.outcome if row else "same"], str(order or outcome.item), _url(order), text)


def _url(order: Order | None) -> str:
    return order.get_absolute_url() if order else ""


def _in_words(found: Difference) -> str:
    return f"{found.field}: {found.here or 'none'}, at Jet {found.at_jet or 'none'}"


def _ids(client: Client, account: JetAccount, span: Span) -> list[str]:
    """Return what to read: orders we know of those days, and what Jet lists that we do not know."""
    if span.jet_ids:
        return list(dict.fromkeys(_jet_id(account, name) for name in span.jet_ids))
    ours = Order.objects.filter(store_days.within("placed_at", span.since, span.until), account=account)
    listed = at_jet.all_ids(client)
    stored = set(Order.objects.filter(account=account, jet_id__in=listed).values_list("jet_id", flat=True))
    return [*ours.values_list("jet_id", flat=True), *sorted(listed - stored)]


def _jet_id(account: JetAccount, name: str) -> str:
    """Return Jet's id for one of an order's names; what we do not know is taken for Jet's id."""
    named = Q(number=name) | Q(reference_number=name)
    found = Order.objects.filter(named, account=account).values_list("jet_id", flat=True).first()
    return found or name.lower()


def _isolated(
    account: JetAccount,
    outcome: Outcome[str, OrderDocument],
    order: Order | None,
    span: Span,
    compare_only: bool,
) -> Row | None:
    """Return what became of one order; an error that is its own stops no other."""
    try:
        return _row(account, outcome, order, span, compare_only)
    except (JetFailure, *NO_ITEMS_FAULT):
        raise
    except Exception as error:
        name, pk = (str(order), order.pk) if order else (outcome.item, None)
        return Row(outcome.item, "failed", name, pk, reason=left_as_it_is(name, error))


def _row(
    account: JetAccount,
    outcome: Outcome[str, OrderDocument],
    order: Order | None,
    span: Span,
    compare_only: bool,
) -> Row | None:
    """Return what became of one order; None for one of other days that Jet merely listed."""
    name, pk = (str(order), order.pk) if order else (outcome.item, None)
    if outcome.value is None:
        if isinstance(outcome.error, JetKeysRefused):
            raise outcome.error
        is_unknown = isinstance(outcome.error, JetNotKnown)
        reason = "Jet has no such order." if is_unknown else str(outcome.error)
        return Row(outcome.item, "failed", name, pk, reason=reason)
    if order is None or (order.status == Order.Status.CREATED and outcome.value.status != "created"):
        return _new(account, outcome, span, compare_only)
    try:
        found = resync(order=order, document=outcome.value, compare_only=compare_only)
    except UnreadableOrder as error:
        return Row(outcome.item, "failed", name, pk, reason=str(error))
    return Row(outcome.item, "changed" if found else "same", name, pk, differences=found)


def _new(
    account: JetAccount, outcome: Outcome[str, OrderDocument], span: Span, compare_only: bool
) -> Row | None:
    placed_at = outcome.value.placed_at if outcome.value else None
    if not span.holds(placed_at):
        return None
    if compare_only:
        return Row(outcome.item, "new", outcome.item, reason="Not imported yet.")
    report = new_orders.store_orders(account=account, outcomes=[outcome])
    stored = Order.objects.filter(account=account, jet_id=outcome.item).first()
    reason = " ".join(item.reason for item in report.items)
    if stored is None:
        return Row(outcome.item, "failed", outcome.item, reason=reason)
    return Row(outcome.item, "imported", str(stored), stored.pk, reason=reason)


def resync(*, order: Order, document: OrderDocument, compare_only: bool = False) -> list[Difference]:
    """
    Take over what Jet reports otherwise, with a history row of it; return all that differed.

    :raises UnreadableOrder: Jet's order cannot be read
    """
    if order.anonymized_at:
        return []  # the buyer was made anonymous; reading again must not bring them back
    read = messages.read_order(document, now=timezone.now())
    found = comparisons.differences(order, read)
    if not compare_only:
        _take_over(order, read, found)
        order_updates.refresh(order=order, document=document)
    return found


@transaction.atomic
def _take_over(order: Order, read: ReadOrder, found: Sequence[Difference]) -> None:
    taken = [each for each in found if each.can_take]
    if not taken:
        return
    columns: dict[str, Any] = {name: read.columns[name] for name in comparisons.COLUMNS}
    # Somebody may have forgotten the buyer since the order was read.
    if not Order.objects.filter(pk=order.pk, anonymized_at=None).update(**columns):
        return
    lines = {line["jet_id"]: line for line in read.items}
    for item in order.items.all():
        if line := lines.get(item.jet_id):
            names = (*comparisons.LINE_COLUMNS, *comparisons.LINE_MONEY)
            order.items.filter(pk=item.pk).update(**{name: line[name] for name in names})
    keep_words([order.pk])
    history.record(
        "synced",
        order,
        message="Taken over from Jet: " + ", ".join(each.field for each in taken) + ".",
        before={each.field: each.here for each in taken},
        after={each.field: each.at_jet for each in taken},
    )


def queue_fetch(
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
        **starters.columns("user", user),
    )
    queue.nudge(FETCH)
    return fetch


def run_fetches(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> Report:
    """Carry out what is pending, and what a dead worker left: that begins anew, and finds less to take over."""
    report = Report()
    for fetch in OrderFetch.objects.filter(account=account, state__in=OrderFetch.UNFINISHED).order_by("pk"):
        _begin(fetch)
        try:
            starters.ask(fetch, "user", PERMISSION)
            for total, rows in _rounds(client, fetch):
                starters.ask(fetch, "user", PERMISSION)
                _add(fetch, total, rows)
                fetch.save()
                for row in rows:
                    if row.outcome == "failed":
                        report.fail(row.name or row.jet_id, row.reason)
                heartbeat()
            fetch.state = OrderFetch.State.DONE
        except (JetFailure, starters.RightLost) as error:
            fetch.state, fetch.message = OrderFetch.State.FAILED, str(error)
            report.fail(str(fetch), str(error))
        fetch.finished_at = timezone.now()
        fetch.save()
        report.done += fetch.imported + fetch.changed
        report.skipped += fetch.unchanged
    if report.done:
        queue.nudge(IMPORT)
    return report


def delete_old_fetches(*, now: datetime, days: int, heartbeat: Callable[[], None]) -> int:
    """Delete requests that ended more than so many days ago, those with failures later; return how many."""
    old, very_old = now - timedelta(days=days), now - timedelta(days=days * retention.FAILURES_LAST)
    fine = Q(state=OrderFetch.State.DONE, failed=0)
    over = OrderFetch.objects.exclude(state__in=OrderFetch.UNFINISHED)
    return retention.delete(
        over.filter(Q(finished_at__lt=very_old) | fine & Q(finished_at__lt=old)), heartbeat
    )


def _rounds(client: Client, fetch: OrderFetch) -> Iterator[tuple[int, list[Row]]]:
    span = Span(tuple(fetch.jet_ids), fetch.since, fetch.until)
    return read_again(client=client, account=fetch.account, span=span, compare_only=fetch.compare_only)


def _begin(fetch: OrderFetch) -> None:
    fetch.state, fetch.message = OrderFetch.State.RUNNING, ""
    for name in {"looked_at", "total", *COUNTS.values()}:
        setattr(fetch, name, 0)
    fetch.save()


def _add(fetch: OrderFetch, total: int, rows: Sequence[Row]) -> None:
    """Add a round; what an earlier, dead run reported of an order already stays on record."""
    read = {row["jet_id"] for row in fetch.rows}
    fetch.total, fetch.looked_at = total, min(fetch.looked_at + ROUND, total)
    for row in rows:
        fetch.take({COUNTS[row.outcome]: 1})
        if row.outcome != "same" and row.jet_id not in read and len(fetch.rows) < KEPT:
            fetch.rows.append(asdict(row))
