"""Books shipments that Jet has taken, ours and others': units, stock, invoice, and what that makes of the order."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max

from catalog.products.services import stock
from jetbridge.core import history
from jetbridge.outbox.models import Answer
from orders import allocations, handovers
from orders.jet import shipments as parcels_at_jet
from orders.jet.orders import OrderDocument, ShipmentDocument
from orders.models import FailedOrder, Order, OrderItem, Shipment, ShipmentItem
from orders.services import holds, invoices
from orders.services import stock as order_stock


def book(*, shipment: Shipment, at: datetime, with_stock: bool = True) -> None:
    """
    Book a shipment whose row the caller has just turned to accepted, in the caller's transaction.

    That guarded turn is what makes this happen once; stock movements are unrepeatable besides.
    """
    order = Order.objects.select_for_update().get(pk=shipment.order_id)
    items = list(shipment.items.select_related("order_item").order_by("order_item__position"))
    if with_stock:
        _move_stock(shipment, items)
    invoices.invoice(shipment=shipment, items=items, at=at)
    if any(item.units_cancelled > item.order_item.units_to_cancel for item in items):
        order.given_up_at = order.given_up_at or at  # the buyer still expected them
    for item in items:
        OrderItem.objects.filter(pk=item.order_item_id).update(
            units_shipped=F("units_shipped") + item.units_shipped,
            units_cancelled=F("units_cancelled") + item.units_cancelled,
            units_reserved=item.order_item.units_reserved,
        )
    before = order.status
    advance(order=order, at=at)
    history.record(
        "shipped" if any(item.units_shipped for item in items) else "cancelled",
        order,
        message=_sentence(shipment, items),
        before={"status": before},
        after={"status": order.status},
        note=shipment.reason,
    )
    handovers.give_up(order)
    handovers.hand_over(shipment, items)


def advance(*, order: Order, at: datetime) -> None:
    """Set the status that follows from the units: in progress until all are accounted for, then complete."""
    items = list(order.items.all())
    shipped, cancelled = (
        sum(getattr(item, name) for item in items) for name in ("units_shipped", "units_cancelled")
    )
    if not any(item.units_open for item in items):
        order.status = Order.Status.COMPLETE if shipped else Order.Status.CANCELLED
        order.jet_status = "complete"
        order.completed_at = order.completed_at or at
        state = FailedOrder.State.FIXED if shipped else FailedOrder.State.CANCELLED
        holds.resolve(order=order, state=state, now=at)
    elif order.status in Order.SHIPPABLE and (shipped or cancelled):
        order.status = Order.Status.IN_PROGRESS
        order.jet_status = "inprogress"
    order.has_cancel_request = any(item.units_to_cancel for item in items)
    order.due_at = order.next_deadline
    order.save()


def _move_stock(shipment: Shipment, items: Sequence[ShipmentItem]) -> None:
    """Take shipped units out of stock, and give back what was held for cancelled ones."""
    shipped, released = [], []
    for item in items:
        line = item.order_item
        if line.product_id is None:
            continue
        held = line.units_reserved
        if item.units_shipped:
            shipped.append(order_stock.line_of(line, item.units_shipped))
            held -= min(held, item.units_shipped)
        freed = min(held, item.units_cancelled)
        if freed:
            released.append(order_stock.line_of(line, freed))
        line.units_reserved = held - freed
    document = f"shipment {shipment.alt_shipment_id}"
    stock.ship(document=document, lines=shipped)
    stock.release(document=document, lines=released)


def _sentence(shipment: Shipment, items: Sequence[ShipmentItem]) -> str:
    parts = []
    for item in items:
        if item.units_shipped:
            parts.append(f"{item.units_shipped} x {item.order_item.sku} shipped")
        if item.units_cancelled:
            parts.append(f"{item.units_cancelled} x {item.order_item.sku} cancelled")
    by = f" with {shipment.carrier} {shipment.tracking_number}" if shipment.tracking_number else ""
    return f"Jet took {', '.join(parts)}{by}."


def is_unsettled(order: Order) -> bool:
    return order.shipments.filter(next_try_at__isnull=False).exists()


def _foreign(order: Order, document: OrderDocument) -> list[ShipmentDocument]:
    """Return the shipments that Jet has from somebody else; not while one of ours is in doubt."""
    if is_unsettled(order):
        return []
    return parcels_at_jet.foreign(order, document)


def adopt(*, order: Order, document: OrderDocument, now: datetime, with_stock: bool = True) -> bool:
    """Book the shipments of an order that were made elsewhere; return whether there were any."""
    booked = [_adopt(order, shipment, now, with_stock) for shipment in _foreign(order, document)]
    return any(booked)


def _adopt(order: Order, theirs: ShipmentDocument, now: datetime, with_stock: bool) -> bool:
    """Book a shipment that was made elsewhere, as far as our lines have the units open."""
    spread = allocations.fill(list(order.items.all()), theirs.units)
    if not spread:
        return False
    last, at = order.shipments.aggregate(last=Max("sequence"))["last"] or 0, _shipped_at(order, theirs, now)
    shipment = Shipment.objects.create(
        order=order,
        sequence=last + 1,
        alt_shipment_id=f"elsewhere-{theirs.jet_id or uuid.uuid4().hex}"[:64],
        jet_id=theirs.jet_id[:64],
        tracking_number=theirs.tracking_number[:100],
        carrier=theirs.carrier[:60],
        method=theirs.method[:60],
        ship_at=theirs.shipped_at,
        answer=Answer.ACCEPTED,
        queued_at=at,
        answer_at=now,
        reason="Jet has it; this panel has no record of it.",
    )
    ShipmentItem.objects.bulk_create(
        ShipmentItem(
            shipment=shipment, order_item_id=pk, units_shipped=units.shipped, units_cancelled=units.cancelled
        )
        for pk, units in spread.items()
    )
    book(shipment=shipment, at=at, with_stock=with_stock)
    return True


def _shipped_at(order: Order, theirs: ShipmentDocument, now: datetime) -> datetime:
    """Return when it left, so that it counts in the week in which Jet settles it; now where Jet's date is absurd."""
    left_at = theirs.shipped_at
    if left_at is None or order.placed_at is None or not order.placed_at <= left_at <= now:
        return now
    return left_at
