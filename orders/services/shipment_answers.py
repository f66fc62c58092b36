"""Sends shipments and cancels to Jet: what Jet is told, what its order says in doubt, what an answer does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jetapi import JetClient
from jetapi.errors import JetError, JetRejected
from jetapi.types.order_messages import ShipmentMessage
from jetapi.types.orders import Order as JetOrder
from jetapi.types.orders import OrderShipment
from jetbridge.core import configuration, history
from jetbridge.core.jet.client import send_failures, tied_to
from jetbridge.core.models import JetAccount
from jetbridge.core.send_failures import Rejected
from jetbridge.inbox import notifications
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import BulkRun, BulkRunItem
from jetbridge.outbox import drains
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import Settled, Settlement
from orders import allocations, outboxes, payloads
from orders.allocations import Units
from orders.models import Order, Shipment
from orders.services import bookings, order_updates

ItemState = BulkRunItem.State


def send_shipments(
    *, client: JetClient, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> drains.Report:
    """
    Send every shipment and cancel that is due; what must leave first goes first.

    :raises JetAuthError: Jet does not accept the keys
    """
    box = ShipmentSender(client, account)
    return drains.drain(box, heartbeat=heartbeat, connections=configuration.current().concurrency)


class ShipmentSender(outboxes.Shipments):
    """How shipments are sent and settled; by our own ID, or by tracking and units, Jet tells whether it has one."""

    def __init__(self, client: JetClient, account: JetAccount) -> None:
        super().__init__(account)
        self._client = client

    def build(self, rows: Sequence[Shipment]) -> Mapping[Any, ShipmentMessage]:
        """Word each shipment."""
        return {row.pk: payloads.shipment_message(row) for row in rows}

    def send(self, row: Shipment, payload: ShipmentMessage) -> JetOrder | None:
        """Ship once; return the order as Jet holds it afterwards, where that can be read."""
        jet_id = row.order.jet_id
        with send_failures(), tied_to(row.request_id):
            try:
                self._client.orders.ship_settled(
                    jet_id, shipments=[payload], alt_order_id=row.order.number or ""
                )
            except JetRejected as error:
                held = self._client.orders.get(jet_id)
                if find(held, payload):
                    return held
                raise Rejected(*(error.messages or [str(error)]), value=held) from error
            return self._read(jet_id)

    def look_up(self, row: Shipment, payload: ShipmentMessage) -> JetOrder | None:
        """Return the order as Jet holds it where an earlier try of ours is in it."""
        with send_failures(), tied_to(row.request_id):
            held = self._client.orders.get(row.order.jet_id)
            return held if find(held, payload) else None

    def _read(self, jet_id: str) -> JetOrder | None:
        """Read the order after a shipment; that it cannot be read changes nothing about the shipment."""
        try:
            return self._client.orders.get(jet_id)
        except JetError:
            return None

    def columns(self, settlements: Sequence[Settlement[Shipment]]) -> Mapping[str, Sequence[Any]]:
        """Write down Jet's ID of each shipment along with its yes."""
        if settlements[0].answer != Answer.ACCEPTED:
            return {}
        return {"jet_id": [_jet_id(settlement) for settlement in settlements]}

    def apply(self, settled: Settled[Shipment], now: datetime) -> None:
        """Book what Jet took, tell a person what it rejected, and take over the order as Jet holds it now."""
        for settlement in settled.accepted:
            _settle_items(settlement.row, ItemState.DONE, done_words(settlement.row))
            bookings.book(shipment=settlement.row, at=now)
            if settlement.value is not None:
                order_updates.refresh(order=settlement.row.order, document=settlement.value)
        for settlement in settled.rejected:
            _settle_items(settlement.row, ItemState.FAILED, f"Jet: {' '.join(settlement.errors)}")
            _tell_person(settlement)
            if settlement.value is not None:
                order_updates.refresh(order=settlement.row.order, document=settlement.value)


def find(held: JetOrder, message: ShipmentMessage) -> OrderShipment | None:
    """Find a shipment at Jet by our ID, or where Jet kept none, by tracking number and quantities."""
    for given in held.shipments:
        if given.alt_shipment_id == message.alt_shipment_id:
            return given
        is_nameless = not given.alt_shipment_id and bool(message.shipment_tracking_number)
        if (
            is_nameless
            and given.shipment_tracking_number == message.shipment_tracking_number
            and _units_at_jet(given) == _our_units(message)
        ):
            return given
    return None


def _units_at_jet(given: OrderShipment) -> Mapping[str, Units]:
    return allocations.added_up(
        (item.merchant_sku, Units(item.response_shipment_sku_quantity, item.response_shipment_cancel_qty))
        for item in given.shipment_items
    )


def _our_units(message: ShipmentMessage) -> Mapping[str, Units]:
    return {
        item.merchant_sku: Units(item.response_shipment_sku_quantity, item.response_shipment_cancel_qty)
        for item in message.shipment_items
    }


def _jet_id(settlement: Settlement[Shipment]) -> str:
    held: JetOrder | None = settlement.value
    given = find(held, settlement.payload) if held else None
    return (given.shipment_id or "")[:64] if given else ""


def done_words(shipment: Shipment) -> str:
    """Say in a mass action what Jet took."""
    number = shipment.tracking_number
    return f"Tracking number {number}." if number else "Cancelled at Jet."


def _settle_items(row: Shipment, state: BulkRunItem.State, reason: str) -> None:
    code = f"{outboxes.SHIPMENT}{row.sequence}"
    lifecycle.settle_awaited(BulkRun.Scope.ORDERS, [row.order_id], state, code=code, reason=reason)


def _tell_person(settlement: Settlement[Shipment]) -> None:
    """Say that a shipment was rejected; the order is free for another one."""
    row, reasons = settlement.row, " ".join(settlement.errors)
    order = Order.objects.get(pk=row.order_id)
    history.record("shipment refused", order, message=f"Jet refused: {reasons}")
    notifications.notify(
        "orders.shipment_refused",
        key=row.alt_shipment_id,
        title=f"Jet refused a shipment of order {order}",
        text=reasons,
        about=order,
        severity="error",
        mail=True,
    )
