"""Takes over what Jet says of an order that we know already: cancels asked for, shipments made elsewhere, status."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone

from jetapi import JetClient
from jetapi.concurrency import send_many
from jetapi.types.orders import Order as JetOrder
from jetapi.types.orders import OrderShipment, OrderStatus
from jetbridge.core import history
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from jetbridge.outbox.models import Answer
from orders import allocations
from orders.allocations import Units
from orders.jet import messages
from orders.models import FailedOrder, Order, Shipment, ShipmentItem
from orders.services import bookings, deadlines, failing, privacy, stock

Orders: TypeAlias = "QuerySet[Order]"
# Orders of which Jet wants units cancelled: the statuses in which that still can be done.
OPEN_AT_JET = (OrderStatus.READY, OrderStatus.ACKNOWLEDGED, OrderStatus.IN_PROGRESS)


def refresh_cancel_requests(
    *, client: JetClient, account: JetAccount, beat: Callable[[], None] = lambda: None
) -> Report:
    """Look for orders whose buyers asked for a cancel after the import, and take the requests over."""
    report = Report()
    ids = {jet_id for status in OPEN_AT_JET for jet_id in client.orders.list(status, cancelled=True)}
    known = Order.objects.filter(account=account, jet_id__in=ids, status__in=Order.OPEN)
    orders = {order.jet_id: order for order in known}
    for outcome in send_many(client.orders.get, list(orders)):
        order = orders[outcome.item]
        if outcome.value is None:
            report.fail(str(order), f"Not read again: {outcome.error}")
        else:
            with report.isolating(str(order)):
                report.done += refresh(order=order, document=outcome.value)
        beat()
    return report


@transaction.atomic
def refresh(*, order: Order, document: JetOrder) -> bool:
    """Take over what Jet holds now; tell whether anything of it was new to us."""
    now = timezone.now()
    order = Order.objects.select_for_update().get(pk=order.pk)
    before = (order.status, order.jet_status, order.has_cancel_request)
    asked = _take_requests(order, document)
    order.jet_status = document.status.lower()[:40]
    order.exception_state = (document.exception_state or "")[:100]
    order.document, order.document_at = privacy.fit(order, messages.plain(document.raw)), now
    _follow_answer(order, document, now)
    order.save()
    adopted = adopt(order=order, document=document, now=now)
    if document.status.lower() == "complete":
        _close(order, document, now)
    order.refresh_from_db()
    changed = before != (order.status, order.jet_status, order.has_cancel_request)
    return changed or asked or adopted


def _take_requests(order: Order, document: JetOrder) -> bool:
    """Note the units that the buyer wants cancelled, line by line."""
    asked = {item.order_item_id: item.request_order_cancel_qty for item in document.order_items}
    is_new = False
    items = list(order.items.all())
    for item in items:
        wanted = min(max(asked.get(item.jet_id, 0), 0), item.units_ordered)
        if wanted > item.units_cancel_requested:
            item.units_cancel_requested, is_new = wanted, True
            item.save(update_fields=["units_cancel_requested"])
            history.record("cancel asked", order, message=f"The buyer asks to cancel {wanted} x {item.sku}.")
    order.has_cancel_request = any(item.units_to_cancel for item in items)
    if is_new:
        notifications.notify(
            "orders.cancel_asked",
            key=order.jet_id,
            title=f"The buyer of order {order} asks for a cancel",
            about=order,
            severity="warning",
            mail=True,
        )
    return is_new


def _follow_answer(order: Order, document: JetOrder, now: datetime) -> None:
    """Where we still wait to answer, but somebody answered at Jet, go along."""
    if order.status in Order.UNANSWERED and document.status.lower() in {"acknowledged", "inprogress"}:
        order.status = Order.Status.ACKNOWLEDGED
        order.acknowledged_at = document.order_acknowledge_date or now
        failing.resolve(order=order, state=FailedOrder.State.MENDED, now=now)
        history.record("acknowledged", order, message="Jet holds the order as acknowledged.")
    order.due_at = deadlines.due_at(order)


def _close(order: Order, document: JetOrder, now: datetime) -> None:
    """Close an order that Jet closed: what is open of it is cancelled, and its stock is given back."""
    order.refresh_from_db()
    if not order.is_open or _is_unsettled(order):
        return
    rejected = "rejected" in (document.exception_state or "").lower()
    shipped = order.items.filter(units_shipped__gt=0).exists()
    order.status = Order.Status.COMPLETE if shipped else Order.Status.CANCELLED
    if rejected and not shipped:
        order.status = Order.Status.REJECTED
        order.given_up_at = order.given_up_at or now
    order.completed_at = now
    order.has_cancel_request, order.due_at = False, None
    stock.release_all(order=order, document=f"{stock.document_of(order)} closed")
    order.items.update(units_cancelled=F("units_ordered") - F("units_shipped"))
    state = FailedOrder.State.REJECTED if rejected else FailedOrder.State.CANCELLED
    failing.resolve(order=order, state=state, now=now)
    history.record("closed", order, message=document.exception_state or "Jet closed the order.")
    order.save()


def _is_unsettled(order: Order) -> bool:
    return order.shipments.filter(next_try_at__isnull=False).exists()


def _foreign(order: Order, document: JetOrder) -> list[OrderShipment]:
    """Return the shipments that Jet was told of by somebody else; not while one of ours is in doubt."""
    if _is_unsettled(order):
        return []
    ours = set(order.shipments.values_list("alt_shipment_id", flat=True))
    adopted = set(order.shipments.exclude(jet_id="").values_list("jet_id", flat=True))
    return [
        shipment
        for shipment in document.shipments
        if shipment.alt_shipment_id not in ours and (shipment.shipment_id or "") not in adopted
    ]


def adopt(*, order: Order, document: JetOrder, now: datetime, with_stock: bool = True) -> bool:
    """Book the shipments of an order that were made elsewhere; tell whether there were any."""
    booked = [_adopt(order, shipment, now, with_stock) for shipment in _foreign(order, document)]
    return any(booked)


def _adopt(order: Order, told: OrderShipment, now: datetime, with_stock: bool) -> bool:
    """Book a shipment that was made elsewhere, as far as our lines have the units open."""
    by_sku = allocations.added_up(
        (item.merchant_sku, Units(item.response_shipment_sku_quantity, item.response_shipment_cancel_qty))
        for item in told.shipment_items
    )
    spread = allocations.fill(list(order.items.all()), by_sku)
    if not spread:
        return False
    last, at = order.shipments.aggregate(last=Max("sequence"))["last"] or 0, _shipped_at(order, told, now)
    shipment = Shipment.objects.create(
        order=order,
        sequence=last + 1,
        alt_shipment_id=f"elsewhere-{told.shipment_id or uuid.uuid4().hex}"[:64],
        jet_id=(told.shipment_id or "")[:64],
        tracking_number=(told.shipment_tracking_number or "")[:100],
        carrier=(told.carrier or "")[:60],
        method=(told.response_shipment_method or "")[:60],
        ship_at=told.response_shipment_date,
        answer=Answer.ACCEPTED,
        queued_at=at,
        answer_at=now,
        reason="Made outside this panel.",
    )
    ShipmentItem.objects.bulk_create(
        ShipmentItem(
            shipment=shipment, order_item_id=pk, units_shipped=units.shipped, units_cancelled=units.cancelled
        )
        for pk, units in spread.items()
    )
    bookings.book(shipment=shipment, at=at, with_stock=with_stock)
    return True


def _shipped_at(order: Order, told: OrderShipment, now: datetime) -> datetime:
    """Return when it left, so that it counts in the week in which Jet settles it; now where Jet's date is absurd."""
    left_at = told.response_shipment_date
    if left_at is None or order.placed_at is None or not order.placed_at <= left_at <= now:
        return now
    return left_at
