"""Reads what people did in the store with the panel's orders: shipments, credit memos, cancels, edits, holds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.core.send_failures import NotSent
from jetbridge.outbox.models import Answer
from jetbridge.store import deliveries, makers
from jetbridge.store.documents import SkippedRow, StoreCreditMemo, StoreOrder, StoreShipment
from jetbridge.store.models import StoreDocument, StoreLink
from jetbridge.store.ports import Store
from orders.changes import GIVEN_BACK_IN_STORE, GivenBackInStore
from orders.documents import arrivals
from orders.documents.arrivals import Found
from orders.models import Order

Kind = StoreDocument.Kind
# So long after an order is complete its shipments are compared: Jet takes no correction, and somebody should know.
COMPARED = timedelta(days=3)
# Orders read at once.
CHUNK = 100


def read_documents(
    *, store: Store, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> Report:
    """Read the store's side of the orders that it has; safe to run twice: what is known already is not new."""
    report = Report()
    rows = StoreDocument.objects.filter(
        kind=Kind.ORDER, account=account, answer=Answer.ACCEPTED, store_order__isnull=False
    )
    if not rows.exists():
        return report
    since = _marks(store)
    new = list(_read(store.new_shipments(since[0]), report))
    memos = list(_read(store.new_credit_memos(since[1]), report))
    known = {each.order for each in (*new, *memos)}
    followed = rows.filter(Q(order_key__in=_followed(account)) | Q(store_order__in=known)).order_by("pk")
    zips = store.source_zips() if followed.exists() else {}
    for part in _parts(followed.iterator(chunk_size=CHUNK)):
        _read_part(store, part, zips, report)
        heartbeat()
    _take_memos(rows, memos, report)
    if not report.failed:
        _keep(new, memos)
    return report


def _followed(account: JetAccount) -> Any:
    """Return the orders whose shipments are read in each run: later tracks and second shipments move no date."""
    is_fresh = Q(status=Order.Status.COMPLETE, completed_at__gte=timezone.now() - COMPARED)
    orders = Order.objects.filter(Q(status__in=Order.SHIPPABLE) | is_fresh, account=account)
    return orders.values("pk")


def _read_part(store: Store, rows: Sequence[StoreDocument], zips: dict[str, str], report: Report) -> None:
    orders = _current(store, rows, report)
    shipments = defaultdict[int, list[StoreShipment]](list)
    for each in _read(store.shipments({order.id for order in orders.values()}), report):
        shipments[each.order].append(each)
    config = configuration.current()
    for row in rows:
        there = orders.get(row.store_order or 0)
        if there is None:
            continue
        with report.isolating(str(row)), transaction.atomic():
            order = Order.objects.select_for_update().get(pk=row.order_key)
            found = Found(order, row, there, config, zips)
            report.done += _follow(found, shipments[there.id])


def _current(store: Store, rows: Sequence[StoreDocument], report: Report) -> dict[int, StoreOrder]:
    """Read the orders; where one of them cannot be read, one by one, so that the others are."""
    keys = [row.store_order for row in rows if row.store_order is not None]
    try:
        return makers.current_orders(store, keys)
    except NotSent as problem:
        if len(rows) == 1:
            report.fail(str(rows[0]), str(problem))
            return {}
    found: dict[int, StoreOrder] = {}
    for row in rows:
        found |= _current(store, [row], report)
    return found


def _follow(found: Found, shipments: Iterable[StoreShipment]) -> int:
    """Take over what became of one order; return how much of it was new."""
    done = _follow_edit(found) + _go_on(found)
    for each in shipments:
        done += arrivals.take_shipment(found, each)
        found.order.refresh_from_db()
    return done + arrivals.look_at_cancels(found)


def _follow_edit(found: Found) -> bool:
    """Where a person edited the order, go on with the one that took its place."""
    row, there = found.row, found.there
    if row.store_order == there.id:
        return False
    before = row.store_number
    row.store_order, row.store_id, row.store_number = there.id, there.id, there.number[:50]
    row.save(update_fields=["store_order", "store_id", "store_number"])
    text = f"Order {before} was edited in the store; it goes on there as {there.number}."
    history.record("store order edited", found.order, message=text)
    return True


def _go_on(found: Found) -> bool:
    """Let what was stopped go on once the order is no longer on hold in the store."""
    if found.there.state == makers.HELD:
        return False
    stopped = StoreDocument.objects.filter(
        account=found.order.account_id, order_key=found.order.pk, blocked_at__isnull=False
    )
    held = [row for row in stopped if row.errors and str(row.errors[0]).startswith(makers.ON_HOLD)]
    for row in held:
        deliveries.retry(row)
    return bool(held)


def _take_memos(rows: Any, memos: Sequence[StoreCreditMemo], report: Report) -> None:
    found = {row.store_order: row for row in rows.filter(store_order__in={memo.order for memo in memos})}
    for memo in memos:
        if (row := found.get(memo.order)) is None:
            continue
        with report.isolating(str(row)), transaction.atomic():
            order = Order.objects.select_for_update().get(pk=row.order_key)
            report.done += any(GIVEN_BACK_IN_STORE.announce(GivenBackInStore(order, row, memo)))


def _marks(store: Store) -> tuple[int, int]:
    """Return the newest shipment and credit memo that were read; where nothing was yet, what is there is not new."""
    link = StoreLink.objects.get(pk=1)
    if link.shipments_read_to is None or link.credit_memos_read_to is None:
        link.shipments_read_to, link.credit_memos_read_to = store.newest()
        link.save(update_fields=["shipments_read_to", "credit_memos_read_to"])
    return link.shipments_read_to, link.credit_memos_read_to


def _keep(shipments: Sequence[StoreShipment], memos: Sequence[StoreCreditMemo]) -> None:
    last = {
        "shipments_read_to": max((each.id or 0 for each in shipments), default=0),
        "credit_memos_read_to": max((each.id or 0 for each in memos), default=0),
    }
    StoreLink.objects.filter(pk=1).update(**{name: key for name, key in last.items() if key})


def _read(rows: Iterable[Any], report: Report) -> Iterator[Any]:
    for row in rows:
        if isinstance(row, SkippedRow):
            report.fail(f"{row.kind} {row.key}", row.reason)
        else:
            yield row


def _parts(rows: Iterator[StoreDocument]) -> Iterator[list[StoreDocument]]:
    while part := list(islice(rows, CHUNK)):
        yield part
