"""Takes over what Jet says of an order that we know already: cancels asked for, shipments made elsewhere, status."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeAlias

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.jet.calls import send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from orders import handovers
from orders.changes import HeldAtJet
from orders.jet import orders as at_jet
from orders.jet.orders import OrderDocument, plain
from orders.models import FailedOrder, Order, OrderItem
from orders.services import bookings, holds, oversells, privacy, stock

Orders: TypeAlias = "QuerySet[Order]"


def refresh_cancel_requests(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> Report:
    """Look for orders whose buyers asked for a cancel after the import, and take the requests over."""
    report = Report()
    asked = at_jet.ids_to_cancel(client)
    known = Order.objects.filter(account=account, jet_id__in=asked, status__in=Order.OPEN)
    orders = {order.jet_id: order for order in known}
    for outcome in send_many(partial(at_jet.get, client), list(orders)):
        order = orders[outcome.item]
        if outcome.value is None:
            report.fail(str(order), f"Not read again: {outcome.error}")
        else:
            with report.isolating(str(order)):
                report.done += refresh(order=order, document=outcome.value)
        heartbeat()
    return report


def follow(held: HeldAtJet) -> None:
    """Take over how Jet holds an order of which something was sent."""
    refresh(order=held.order, document=held.document)


@transaction.atomic
def refresh(*, order: Order, document: OrderDocument) -> bool:
    """Take over what Jet holds now; return whether anything of it was new to us."""
    now = timezone.now()
    order = Order.objects.select_for_update().get(pk=order.pk)
    before = (order.status, order.jet_status, order.has_cancel_request)
    asked = _take_requests(order, document)
    order.jet_status = document.status[:40]
    order.exception_state = document.exception_state[:100]
    order.document, order.document_at = privacy.fit(order, plain(document.raw)), now
    _follow_answer(order, document, now)
    order.save()
    adopted = bookings.adopt(order=order, document=document, now=now)
    if document.status == "complete":
        _close(order, document, now)
    order.refresh_from_db()
    changed = before != (order.status, order.jet_status, order.has_cancel_request)
    return changed or asked or adopted


def _take_requests(order: Order, document: OrderDocument) -> bool:
    """Note the units that the buyer asked to cancel, line by line."""
    is_new = False
    items = list(order.items.all())
    for item in items:
        requested = min(max(document.asked_to_cancel.get(item.jet_id, 0), 0), item.units_ordered)
        if requested > item.units_cancel_requested:
            item.units_cancel_requested, is_new = requested, True
            item.save(update_fields=["units_cancel_requested"])
            history.record(
                "cancel asked", order, message=f"The buyer asks to cancel {requested} x {item.sku}."
            )
    order.has_cancel_request = any(item.units_to_cancel for item in items)
    if is_new:
        notifications.notify_of_many(
            "orders.cancel_asked",
            titles=(f"The buyer of order {order} asks for a cancel", "{count} requests of buyers to cancel"),
            about=order,
            severity="warning",
        )
    return is_new


def _follow_answer(order: Order, document: OrderDocument, now: datetime) -> None:
    """Where we still wait to answer, but somebody answered at Jet, go along."""
    if order.status in Order.UNANSWERED and document.status in {"acknowledged", "inprogress"}:
        order.status = Order.Status.ACKNOWLEDGED
        order.acknowledged_at = document.acknowledged_at or now
        items = list(order.items.select_related("product"))
        oversells.reserve_late(order=order, items=items, config=configuration.current(), now=now)
        OrderItem.objects.bulk_update(items, ["units_reserved"])
        holds.resolve(order=order, state=FailedOrder.State.FIXED, now=now)
        handovers.hand_over_orders([order])
        history.record("acknowledged", order, message="Jet holds the order as acknowledged.")
    order.due_at = order.next_deadline


def _close(order: Order, document: OrderDocument, now: datetime) -> None:
    """Close an order that Jet closed: what is open of it is cancelled, and its stock is given back."""
    order.refresh_from_db()
    if not order.is_open or bookings.is_unsettled(order):
        return
    shipped = order.items.filter(units_shipped__gt=0).exists()
    order.status = Order.Status.COMPLETE if shipped else Order.Status.CANCELLED
    if document.is_rejected and not shipped:
        order.status = Order.Status.REJECTED
        order.given_up_at = order.given_up_at or now
    order.completed_at = now
    order.has_cancel_request, order.due_at = False, None
    stock.release_all(order=order, document=f"{stock.document_of(order)} closed")
    order.items.update(units_cancelled=F("units_ordered") - F("units_shipped"))
    state = FailedOrder.State.REJECTED if document.is_rejected else FailedOrder.State.CANCELLED
    holds.resolve(order=order, state=state, now=now)
    history.record("closed", order, message=document.exception_state or "Jet closed the order.")
    order.save()
    handovers.end(order)
