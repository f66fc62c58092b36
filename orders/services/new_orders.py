"""Stores orders from Jet: each with its lines, stock and what is to be sent to Jet, in one short transaction."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from catalog.listings import selectors as catalog
from catalog.products.models import Product
from catalog.products.skus import Spellings
from jetbridge.core import configuration, generations, history
from jetbridge.core.jet.calls import Outcome
from jetbridge.core.jet.errors import JetFailure, JetKeysRefused, JetUnreadable
from jetbridge.core.models import Configuration, JetAccount, bulk_sql
from jetbridge.core.reports import NO_ITEMS_FAULT, Report, left_as_it_is
from jetbridge.inbox import notifications
from jetbridge.jobs import queue
from orders.jet.messages import ReadOrder, UnreadableOrder, read_order
from orders.jet.orders import OrderDocument
from orders.models import Customer, FailedOrder, Order, OrderItem
from orders.models.words import keep_new_words, keep_words
from orders.services import acknowledgements, bookings, holds, oversells, privacy, stock
from orders.services.stock import OutOfStock

logger = logging.getLogger(__name__)

# Jet's clock and ours may differ by as much.
CLOCKS = timedelta(minutes=10)
FAR_AWAY = datetime.max.replace(tzinfo=UTC)
Heartbeat = Callable[[], None]
# Columns that are decided after an order's row has got its key.
SETTLED = (
    "number",
    "status",
    "due_at",
    "updated_at",
)
ITEM_COLUMNS = tuple(column.attname for column in OrderItem._meta.concrete_fields if not column.primary_key)


class Stored(Enum):
    """What became of one order."""

    IMPORTED = "imported"
    HELD = "held"
    COMING = "coming"
    KNOWN = "known"


@dataclass
class Batch:
    """What a batch of orders shares: settings, products by SKU, customers by hashed e-mail, earlier failures."""

    account: JetAccount
    config: Configuration
    products: Spellings[Product] = field(default_factory=Spellings)
    customers: Mapping[str, int] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    # Orders that have a row already, which is to be read (and locked) before it is written over.
    known: frozenset[str] = frozenset()
    # What was sold since then took stock of which the database, put back from a copy, knows nothing.
    older_since: datetime | None = None


def store_orders(
    *,
    account: JetAccount,
    outcomes: Iterable[Outcome[str, OrderDocument]],
    heartbeat: Heartbeat = lambda: None,
) -> Report:
    """
    Store fetched orders, nearest deadline first; one bad order never stops the others.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    report, now = Report(), timezone.now()
    read: list[ReadOrder] = []
    for outcome in outcomes:
        heartbeat()
        if outcome.value is None:
            _fetch_failed(account, outcome.item, outcome.error, report)
            continue
        try:
            read.append(privacy.fit_new(account, read_order(outcome.value, now=now)))
        except Exception as error:
            _unreadable(account, outcome.item, _reason(outcome.item, error), report)
    imported = 0
    with configuration.read_once(), queue.nudged_once():
        batch = _prepared(account, read)
        for order in sorted(read, key=lambda each: each.columns["acknowledge_by"] or FAR_AWAY):
            imported += _take(account, order, batch, report) is Stored.IMPORTED
            heartbeat()
        with report.isolating("Search words"):
            again = batch.known if batch else frozenset(order.jet_id for order in read)
            keep_words(Order.objects.filter(account=account, jet_id__in=again).values_list("pk", flat=True))
            keep_new_words(account)
    _announce(imported)
    return report


def prepare(*, account: JetAccount, config: Configuration, orders: Iterable[ReadOrder]) -> Batch:
    """Look up once what a batch of orders needs: products, and customers, who are made where missing."""
    listed = list(orders)
    skus = {item["sku"] for order in listed for item in order.items}
    ids = [order.jet_id for order in listed]
    stored = dict(Order.objects.filter(account=account, jet_id__in=ids).values_list("jet_id", "status"))
    coming = Order.Status.CREATED
    # A stored order is left as it is, and its buyer forgotten once they are.
    buyers = {order.hash_email: order for order in listed if stored.get(order.jet_id, coming) == coming}
    Customer.objects.bulk_create(
        [
            Customer(account=account, hash_email=key, name=order.buyer_name, phone=order.buyer_phone)
            for key, order in buyers.items()
        ],
        ignore_conflicts=True,
    )
    known = Customer.objects.filter(account=account, hash_email__in=buyers).values_list("hash_email", "pk")
    products = catalog.products_by_jet_sku(skus, account)
    failed = FailedOrder.objects.filter(account=account, jet_id__in=ids).values_list("jet_id", flat=True)
    since = generations.known().older_since
    return Batch(account, config, products, dict(known), frozenset(failed), frozenset(stored), since)


def _prepared(account: JetAccount, orders: Sequence[ReadOrder]) -> Batch | None:
    """Look up together what orders need; where one of them forbids that, None: each does it by itself."""
    try:
        return prepare(account=account, config=configuration.current(), orders=orders)
    except NO_ITEMS_FAULT:
        raise
    except Exception as error:
        logger.warning("Orders are prepared one by one: %r", error)
        return None


def _take(account: JetAccount, order: ReadOrder, batch: Batch | None, report: Report) -> Stored | None:
    label = order.columns["reference_number"] or order.jet_id
    try:
        ready = batch or prepare(account=account, config=configuration.current(), orders=[order])
        stored = store(read=order, batch=ready, now=timezone.now())
    except NO_ITEMS_FAULT:
        raise
    except Exception as error:
        _unreadable(account, order.jet_id, _reason(label, error), report)
        return None
    if stored is Stored.HELD:
        report.fail(label, "Held: see Failed / Pending.")
    elif stored is Stored.IMPORTED:
        report.done += 1
    return stored


def _fetch_failed(account: JetAccount, jet_id: str, error: JetFailure | None, report: Report) -> None:
    """Leave a row of every order that Jet lists and does not give; the next run and the retry fetch it again."""
    if isinstance(error, JetKeysRefused):
        raise error
    is_final = isinstance(error, JetUnreadable) and not error.retryable
    reason = str(error) if is_final else f"Not fetched; the next run tries again: {error}"
    _unreadable(account, jet_id, reason, report)


def _reason(label: str, error: Exception) -> str:
    """Say why one order could not be stored; what nobody foresaw is logged as well."""
    return str(error) if isinstance(error, (UnreadableOrder, DataError)) else left_as_it_is(label, error)


def _unreadable(account: JetAccount, jet_id: str, reason: str, report: Report) -> None:
    holds.fail_unreadable(account=account, jet_id=jet_id, reason=reason, now=timezone.now())
    report.fail(jet_id, reason)


def _announce(imported: int) -> None:
    if imported:
        notifications.notify_of_many(
            "orders.new",
            titles=("1 new order from Jet", "{count} new orders from Jet"),
            amount=imported,
        )


def store(*, read: ReadOrder, batch: Batch, now: datetime) -> Stored:
    """
    Store one order. An order that another worker stored meanwhile is left to it.

    :raises UnreadableOrder: Jet's status is not one that we know
    """
    try:
        with transaction.atomic():
            return _store(read, batch, now)
    except IntegrityError:
        if Order.objects.filter(account=batch.account, jet_id=read.jet_id).exists():
            return Stored.KNOWN
        raise


def _store(read: ReadOrder, batch: Batch, now: datetime) -> Stored:
    order = _row_of(read, batch)
    if order is not None and order.status != Order.Status.CREATED:
        return Stored.KNOWN
    status = status_at_jet(read)
    if order is not None and status == Order.Status.CREATED:
        return Stored.KNOWN
    order = _write(order, read, batch, status)
    items = [OrderItem(order=order, **columns) for columns in read.items]
    for item in items:
        item.product = batch.products.get(item.sku)
    stored = _settle(order, items, batch, now)
    order.due_at = order.next_deadline
    order.save(update_fields=SETTLED)
    rows = ([getattr(item, name) for name in ITEM_COLUMNS] for item in items)
    bulk_sql.insert(OrderItem, ITEM_COLUMNS, rows)
    if stored is not Stored.COMING:
        holds.remark_spellings(order, items)
    if stored is Stored.IMPORTED:
        history.record("imported", order, message=f"Imported from Jet as {order.get_status_display()}.")
    if order.status in (*Order.SHIPPABLE, Order.Status.COMPLETE):
        # What a complete order moved out of the stock it moved before this panel knew it.
        with_stock = order.status != Order.Status.COMPLETE or _took_stock(order, batch)
        bookings.adopt(order=order, document=read.document, now=now, with_stock=with_stock)
        if order.status == Order.Status.COMPLETE and with_stock:
            stock.release_all(order=order, document=f"{stock.document_of(order)} closed")
    return stored


def _row_of(read: ReadOrder, batch: Batch) -> Order | None:
    """Return the order's row, locked. One that another worker writes just now shows when ours is inserted."""
    if read.jet_id not in batch.known:
        return None
    return Order.objects.select_for_update().filter(account=batch.account, jet_id=read.jet_id).first()


def status_at_jet(read: ReadOrder) -> str:
    """
    Return our status for Jet's.

    :raises UnreadableOrder: not a status of Jet's
    """
    jet_status = read.columns["jet_status"]
    if jet_status == "complete":
        rejected = "rejected" in read.columns["exception_state"].lower()
        return Order.Status.REJECTED if rejected else Order.Status.COMPLETE
    if jet_status not in {"created", "ready", "acknowledged", "inprogress"}:
        raise UnreadableOrder(f"Jet's status “{jet_status}” is not known.")
    return Order.Status(jet_status)


def _write(order: Order | None, read: ReadOrder, batch: Batch, status: str) -> Order:
    """Write the order's row, over the one of a coming order where there is one."""
    found = order or Order(account=batch.account, jet_id=read.jet_id)
    for name, value in {"anonymized_at": None, **read.columns}.items():
        setattr(found, name, value)
    found.status = status
    found.customer_id = batch.customers[read.hash_email]
    found.payment_method = batch.config.payment_method
    found.payment_title = batch.config.payment_title
    found.new_status = batch.config.new_order_status
    found.shipping_method = batch.config.shipping_title
    if found.pk:
        found.items.all().delete()
    found.save()
    found.number = stock.number_of(found.pk)
    return found


def _settle(order: Order, items: list[OrderItem], batch: Batch, now: datetime) -> Stored:
    """Reserve and decide; the items are not saved yet, so that their columns are written once."""
    if order.status == Order.Status.CREATED:
        return Stored.COMING
    if order.status == Order.Status.READY:
        return _answer(order, items, batch, now)
    if order.status in Order.SHIPPABLE or _took_stock(order, batch):
        oversells.reserve_late(order=order, items=items, config=batch.config, now=now)
    return Stored.IMPORTED


def _took_stock(order: Order, batch: Batch) -> bool:
    """Return whether a complete order was sold out of the stock that a database put back from a copy still has."""
    sold_at = order.acknowledged_at or order.ready_at or order.placed_at
    is_known = batch.older_since is None or sold_at is None or sold_at < batch.older_since - CLOCKS
    return order.status == Order.Status.COMPLETE and not is_known


def _answer(order: Order, items: list[OrderItem], batch: Batch, now: datetime) -> Stored:
    if not any(item.units_needed for item in items):
        return Stored.IMPORTED  # the buyer cancelled all of it: a cancel is to be confirmed, no answer
    found = holds.causes(items=items, products=batch.products, config=batch.config)
    if not found:
        try:
            stock.reserve(order=order, items=items, is_new=True)
        except OutOfStock as error:
            found = holds.short_of_stock(line.sku for line in error.lines)
    if found:
        order.status = Order.Status.HELD
        holds.hold(order=order, found=found, config=batch.config, now=now)
        skus = [cause.sku for cause in found if cause.code == holds.Code.OUT_OF_STOCK]
        oversells.note(order=order, items=items, skus=skus, config=batch.config, now=now)
        return Stored.HELD
    if order.jet_id in batch.failed:
        holds.resolve(order=order, state=FailedOrder.State.FIXED, now=now)
    if batch.config.auto_acknowledge:
        acknowledgements.accept(order, items, is_first=True)
    return Stored.IMPORTED
