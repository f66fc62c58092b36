"""Stores one order from Jet: order, lines, stock and what Jet is to be told, in one short transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from django.db import IntegrityError, transaction

from catalog.listings import selectors as catalog
from catalog.products.models import Product
from jetbridge.core import history
from jetbridge.core.models import Configuration, JetAccount, bulk_sql
from orders.jet.messages import ReadOrder, UnreadableOrder
from orders.models import Customer, FailedOrder, Order, OrderItem
from orders.services import acknowledgements, deadlines, failing, holds, order_updates, oversells, stock
from orders.services.stock import OutOfStock

# Store order numbers are the primary key above this, so they never collide and need no counter.
NUMBER_BASE = 100_000_000
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
    shop: Configuration
    products: Mapping[str, Product] = field(default_factory=dict)
    customers: Mapping[str, int] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    # Orders that have a row already, which is to be read (and locked) before it is written over.
    known: frozenset[str] = frozenset()


def prepare(*, account: JetAccount, shop: Configuration, orders: Iterable[ReadOrder]) -> Batch:
    """Look up once what a batch of orders needs: products, and customers, who are made where missing."""
    listed = list(orders)
    skus = {item["sku"] for order in listed for item in order.items}
    buyers = {order.hash_email: order for order in listed}
    Customer.objects.bulk_create(
        [
            Customer(account=account, hash_email=key, name=order.buyer_name, phone=order.buyer_phone)
            for key, order in buyers.items()
        ],
        ignore_conflicts=True,
    )
    known = Customer.objects.filter(account=account, hash_email__in=buyers).values_list("hash_email", "pk")
    products = catalog.products_by_jet_sku(skus, account)
    ids = [order.jet_id for order in listed]
    failed, stored = (
        frozenset(model.objects.filter(account=account, jet_id__in=ids).values_list("jet_id", flat=True))
        for model in (FailedOrder, Order)
    )
    return Batch(account, shop, products, dict(known), failed, stored)


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
    order.due_at = deadlines.due_at(order)
    order.save(update_fields=SETTLED)
    rows = ([getattr(item, name) for name in ITEM_COLUMNS] for item in items)
    bulk_sql.insert(OrderItem, ITEM_COLUMNS, rows)
    if stored is Stored.IMPORTED:
        history.record("imported", order, message=f"Imported from Jet as {order.get_status_display()}.")
    if order.status in (*Order.SHIPPABLE, Order.Status.COMPLETE):
        # What a complete order moved out of the stock it moved before this panel knew it.
        with_stock = order.status != Order.Status.COMPLETE
        order_updates.adopt(order=order, document=read.document, now=now, with_stock=with_stock)
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
    for name, value in read.columns.items():
        setattr(found, name, value)
    found.status = status
    found.customer_id = batch.customers[read.hash_email]
    found.payment_method = batch.shop.payment_method
    found.payment_title = batch.shop.payment_title
    found.new_status = batch.shop.new_order_status
    found.shipping_method = batch.shop.shipping_title
    if found.pk:
        found.items.all().delete()
    found.save()
    found.number = str(NUMBER_BASE + found.pk)
    return found


def _settle(order: Order, items: list[OrderItem], batch: Batch, now: datetime) -> Stored:
    """Reserve and decide; the items are not saved yet, so that their columns are written once."""
    if order.status == Order.Status.CREATED:
        return Stored.COMING
    if order.status == Order.Status.READY:
        return _answer(order, items, batch, now)
    if order.status in Order.SHIPPABLE:
        _reserve_late(order, items, batch, now)
    return Stored.IMPORTED


def _answer(order: Order, items: list[OrderItem], batch: Batch, now: datetime) -> Stored:
    if not any(holds.units_needed(item) for item in items):
        return (
            Stored.IMPORTED
        )  # the buyer wants nothing of it any more: a cancel is to be confirmed, no answer
    found = holds.causes(items=items, products=batch.products, shop=batch.shop)
    if not found:
        try:
            stock.reserve(order=order, items=items)
        except OutOfStock as error:
            found = holds.short_of_stock(line.sku for line in error.lines)
    if found:
        order.status = Order.Status.HELD
        failing.hold(order=order, found=found, shop=batch.shop, now=now)
        skus = [cause.sku for cause in found if cause.code == holds.Code.OUT_OF_STOCK]
        oversells.note(order=order, items=items, skus=skus, shop=batch.shop, now=now)
        return Stored.HELD
    if order.jet_id in batch.failed:
        failing.resolve(order=order, state=FailedOrder.State.MENDED, now=now)
    if batch.shop.auto_acknowledge:
        acknowledgements.accept(order, items, is_first=True)
    return Stored.IMPORTED


def _reserve_late(order: Order, items: list[OrderItem], batch: Batch, now: datetime) -> None:
    """Hold stock for an order that was acknowledged elsewhere; where it lacks, the order stands all the same."""
    try:
        stock.reserve(order=order, items=items)
    except OutOfStock as error:
        history.record("oversold", order, message=f"Jet holds it as acknowledged, but {error}.")
        skus = [line.sku for line in error.lines]
        oversells.note(order=order, items=items, skus=skus, shop=batch.shop, now=now)
