"""Finds out why Jet sold units that are not there, and writes it down while the traces are fresh."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from catalog.listings import sent_quantities
from catalog.listings.sent_quantities import SentStock
from catalog.products.models import Product, StockMovement
from jetbridge.core import history
from jetbridge.core.models import Configuration
from jetbridge.inbox import notifications
from jetbridge.jobs.due_times import expected
from jetbridge.panel import display
from orders.models import Order, OrderItem, Oversell
from orders.services import stock

INVENTORY_JOB = "catalog.sync_inventory"
WORDS: dict[str, str] = {
    StockMovement.Kind.RESERVE: "{document} took units",
    StockMovement.Kind.SHIP: "{document} took units out",
    StockMovement.Kind.IMPORT: "a catalogue import lowered it",
    StockMovement.Kind.MANUAL: "{who} lowered it by hand",
    StockMovement.Kind.STORE: "the store said that fewer are there",
}
Found = tuple[Oversell.Cause, str]


def reserve_late(*, order: Order, items: Sequence[OrderItem], config: Configuration, now: datetime) -> None:
    """Hold stock for an order that was acknowledged elsewhere; where it lacks, the order stands all the same."""
    short = stock.reserve_left(order=order, items=items)
    if short:
        lacking = ", ".join(short)
        history.record(
            "oversold", order, message=f"Jet holds it as acknowledged, but out of stock: {lacking}."
        )
        note(order=order, items=items, skus=short, config=config, now=now)


def note(
    *, order: Order, items: Sequence[OrderItem], skus: Iterable[str], config: Configuration, now: datetime
) -> None:
    """Write down each SKU of which the order lacks units. Runs in the caller's transaction."""
    lacking, needed = set(skus), Counter[str]()
    products: dict[str, Product] = {}
    for item in items:
        if item.sku in lacking and item.product is not None:
            needed[item.sku] += item.units_needed
            products[item.sku] = item.product
    rows = [_row(order, products[sku], sku, units, config, now) for sku, units in needed.items()]
    Oversell.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        notifications.notify_of_many(
            "orders.oversold",
            titles=(
                f"Jet sold more of {rows[0].sku} than there is",
                "Jet sold more than there is, {count} times",
            ),
            amount=len(rows),
            text=f"Order {order}: {rows[0].text}",
            severity="warning",
        )


def _row(
    order: Order, product: Product, sku: str, units: int, config: Configuration, now: datetime
) -> Oversell:
    said = sent_quantities.sent_stock(product.pk, order.account)
    cause, text = explain(order=order, product=product, units=units, said=said, config=config)
    return Oversell(
        order=order,
        sku=sku,
        product=product,
        ordered=units,
        available=config.unmanaged_quantity if not product.manage_stock else product.available,
        quantity_sent=said.quantity if said else None,
        sent_at=said.at if said else None,
        cause=cause,
        text=text,
        at=now,
    )


def explain(
    *, order: Order, product: Product, units: int, said: SentStock | None, config: Configuration
) -> Found:
    """Name the cause: by what had been sent to Jet, when, and what happened to the stock since."""
    if not product.manage_stock:
        text = f"Its stock is not managed: Jet is sent {config.unmanaged_quantity}, the configured quantity."
        return Oversell.Cause.UNMANAGED, text
    if said is None:
        return Oversell.Cause.NEVER_SENT, "This panel has no record of a quantity that it sent Jet."
    if said.blocked_at or (said.quantity is None and said.errors):
        return (
            Oversell.Cause.REFUSED,
            f"Jet refuses its quantity: {' '.join(said.errors) or 'it gave no reason'}",
        )
    if said.quantity is None or said.at is None:
        return Oversell.Cause.NEVER_SENT, "Jet has not taken a quantity of it yet."
    if said.quantity >= units:
        return _after(product, said, config)
    placed = order.placed_at or order.ready_at
    if placed and said.at > placed:
        drop = sent_quantities.last_drop(product.pk, since=None)
        text = (
            f"Jet took {said.quantity} {_at(said.at)}, after the buyer had ordered {_at(placed)}.{_why(drop)}"
        )
        return Oversell.Cause.ON_ITS_WAY, text
    text = f"Jet was sent {said.quantity} {_at(said.at)}, before the order, and sold {units} all the same."
    return Oversell.Cause.JET, text


def _after(product: Product, said: SentStock, config: Configuration) -> Found:
    """The number that Jet has is an old one: say what changed since, and why Jet does not know."""
    drop = sent_quantities.last_drop(product.pk, since=said.at)
    sent_then = f"Jet was sent {said.quantity} {_at(said.at)}.{_why(drop)}"
    if said.queued_at is None:
        switch = (
            ""
            if config.auto_sync and config.sync_inventory_on_edit
            else " Edits do not send stock; see Configuration."
        )
        return Oversell.Cause.NOT_SENT, f"{sent_then} The change was not sent.{switch}"
    job = expected(INVENTORY_JOB)
    if job.stopped:
        return Oversell.Cause.STOPPED, f"{sent_then} “{job.job.title}” {job.stopped}."
    return Oversell.Cause.ON_ITS_WAY, f"{sent_then} The new number was on its way when the order came."


def _why(drop: StockMovement | None) -> str:
    if drop is None:
        return ""
    words = WORDS.get(drop.kind, "it changed")
    who = drop.name or drop.job or "somebody"
    return f" Then {words.format(document=drop.document, who=who)} ({_at(drop.at)})."


def _at(moment: datetime | None) -> str:
    return display.exact(moment) if moment else ""
