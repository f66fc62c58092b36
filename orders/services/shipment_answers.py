"""Sends shipments and cancels to Jet: what is sent to Jet, what its order says in doubt, what an answer does."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jetbridge.core import configuration, history
from jetbridge.core.jet.client import Client, send_failures, tied_to
from jetbridge.core.jet.errors import JetFailure, JetRefused
from jetbridge.core.models import JetAccount
from jetbridge.core.send_failures import Rejected
from jetbridge.inbox import notifications
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassActionItem
from jetbridge.outbox import drains
from jetbridge.outbox.models import Answer
from jetbridge.outbox.results import Settled, Settlement
from orders import outboxes
from orders.changes import HELD_AT_JET, HeldAtJet
from orders.jet import orders as at_jet
from orders.jet import shipments as parcels_at_jet
from orders.jet.orders import OrderDocument
from orders.jet.shipments import Parcel
from orders.models import Order, Shipment
from orders.services import bookings

ItemState = MassActionItem.State


def send_shipments(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> drains.Report:
    """
    Send every shipment and cancel that is due; what must leave first goes first.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    box = ShipmentSender(client, account)
    return drains.drain(box, heartbeat=heartbeat, connections=configuration.current().concurrency)


class ShipmentSender(outboxes.Shipments):
    """How shipments are sent and settled; by our own ID, or by tracking and units, Jet reports whether it has one."""

    def __init__(self, client: Client, account: JetAccount) -> None:
        super().__init__(account)
        self._client = client

    def build(self, rows: Sequence[Shipment]) -> Mapping[Any, Parcel]:
        """Word each shipment."""
        return {row.pk: parcels_at_jet.parcel(row) for row in rows}

    def send(self, row: Shipment, payload: Parcel) -> OrderDocument | None:
        """Ship once; return the order as Jet holds it afterwards, where that can be read."""
        jet_id = row.order.jet_id
        with send_failures(), tied_to(row.request_id):
            try:
                parcels_at_jet.ship(self._client, jet_id, payload, own_id=row.order.number or "")
            except JetRefused as error:
                held = at_jet.get(self._client, jet_id)
                if parcels_at_jet.find(held, payload):
                    return held
                raise Rejected(*(error.messages or [str(error)]), value=held) from error
            return self._read(jet_id)

    def look_up(self, row: Shipment, payload: Parcel) -> OrderDocument | None:
        """Return the order as Jet holds it where an earlier try of ours is in it."""
        with send_failures(), tied_to(row.request_id):
            held = at_jet.get(self._client, row.order.jet_id)
            return held if parcels_at_jet.find(held, payload) else None

    def _read(self, jet_id: str) -> OrderDocument | None:
        """Read the order after a shipment; that it cannot be read changes nothing about the shipment."""
        try:
            return at_jet.get(self._client, jet_id)
        except JetFailure:
            return None

    def columns(self, settlements: Sequence[Settlement[Shipment]]) -> Mapping[str, Sequence[Any]]:
        """Write down Jet's ID of each shipment along with its yes."""
        if settlements[0].answer != Answer.ACCEPTED:
            return {}
        return {"jet_id": [_jet_id(settlement) for settlement in settlements]}

    def apply(self, settled: Settled[Shipment], now: datetime) -> None:
        """Book what Jet took, notify a person of what it rejected, and take over the order as Jet holds it now."""
        for settlement in settled.accepted:
            number = settlement.row.tracking_number
            outcome = f"Tracking number {number}." if number else "Cancelled at Jet."
            lifecycle.settle_awaited(self, [settlement.row], ItemState.DONE, outcome)
            bookings.book(shipment=settlement.row, at=now)
            if settlement.value is not None:
                HELD_AT_JET.announce(HeldAtJet(settlement.row.order, settlement.value))
        for settlement in settled.rejected:
            said = f"Jet: {' '.join(settlement.errors)}"
            lifecycle.settle_awaited(self, [settlement.row], ItemState.FAILED, said)
            _notify_person(settlement)
            if settlement.value is not None:
                HELD_AT_JET.announce(HeldAtJet(settlement.row.order, settlement.value))


def _jet_id(settlement: Settlement[Shipment]) -> str:
    held: OrderDocument | None = settlement.value
    given = parcels_at_jet.find(held, settlement.payload) if held else None
    return given.jet_id[:64] if given else ""


def _notify_person(settlement: Settlement[Shipment]) -> None:
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
