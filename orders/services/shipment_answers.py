"""Sends shipments and cancels to Jet: what is sent to Jet, what its order says in doubt, what an answer does."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from orders.changes import HELD_AT_JET, TAKEN, HeldAtJet
from orders.jet import orders as at_jet
from orders.jet import shipments as parcels_at_jet
from orders.jet.orders import OrderDocument, ShipmentDocument
from orders.jet.shipments import Parcel
from orders.models import Order, Shipment
from orders.services import bookings

ItemState = MassActionItem.State
# What is written of a shipment along with Jet's yes.
TAKEN_OVER = ("jet_id", "alt_shipment_id", "tracking_number", "carrier", "method", "reason")
ALREADY_THERE = "Jet held it already; it was not sent again."


@dataclass(frozen=True, slots=True)
class Taken:
    """An order as Jet holds it, where it could be read, and our shipment in it; perhaps one that others made."""

    held: OrderDocument | None
    given: ShipmentDocument | None = None
    is_others: bool = False


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

    def send(self, row: Shipment, payload: Parcel) -> Taken:
        """Ship once; return the order as Jet holds it afterwards, where that can be read."""
        jet_id = row.order.jet_id
        with send_failures(), tied_to(row.request_id):
            try:
                parcels_at_jet.ship(self._client, jet_id, payload, own_id=row.order.number or "")
            except JetRefused as error:
                held = at_jet.get(self._client, jet_id)
                if taken := _found(row, payload, held):
                    return taken
                raise Rejected(*(error.messages or [str(error)]), value=held) from error
            after = self._read(jet_id)
            return Taken(after, parcels_at_jet.find(after, payload) if after else None)

    def look_up(self, row: Shipment, payload: Parcel) -> Taken | None:
        """Return the order as Jet holds it where this shipment is in it, by an earlier try or by somebody else's."""
        with send_failures(), tied_to(row.request_id):
            held = at_jet.get(self._client, row.order.jet_id)
        taken = _found(row, payload, held)
        if taken is None and (others := _others(row, payload, held)):
            text = f"Jet holds {_named(others)}, which this panel has no record of. Ship what is left."
            raise Rejected(text, value=held)
        return taken

    def _read(self, jet_id: str) -> OrderDocument | None:
        """Read the order after a shipment; that it cannot be read changes nothing about the shipment."""
        try:
            return at_jet.get(self._client, jet_id)
        except JetFailure:
            return None

    def columns(self, settlements: Sequence[Settlement[Shipment]]) -> Mapping[str, Sequence[Any]]:
        """Write down each shipment as Jet has it along with its yes."""
        if settlements[0].answer != Answer.ACCEPTED:
            return {}
        return _taken_over(settlements)

    def apply(self, settled: Settled[Shipment], now: datetime) -> None:
        """Book what Jet took, notify a person of what it rejected, and take over the order as Jet holds it now."""
        for settlement in settled.accepted:
            row, taken = settlement.row, settlement.value
            if taken.is_others:
                row.refresh_from_db()
            outcome = (
                f"Tracking number {row.tracking_number}." if row.tracking_number else "Cancelled at Jet."
            )
            outcome = f"{ALREADY_THERE} {outcome}" if taken.is_others else outcome
            following = [then for then in TAKEN.announce(row) if then is not None]
            if not following:
                lifecycle.settle_awaited(self, [row], ItemState.DONE, outcome)
            bookings.book(shipment=row, at=now)
            for then in following:
                then()
            if taken.held is not None:
                HELD_AT_JET.announce(HeldAtJet(row.order, taken.held))
        for settlement in settled.rejected:
            said = f"Jet: {' '.join(settlement.errors)}"
            lifecycle.settle_awaited(self, [settlement.row], ItemState.FAILED, said)
            _notify_person(settlement)
            if settlement.value is not None:
                HELD_AT_JET.announce(HeldAtJet(settlement.row.order, settlement.value))


def _found(row: Shipment, payload: Parcel, held: OrderDocument) -> Taken | None:
    """Find a shipment in the order as Jet holds it: ours, or somebody else's of the same units."""
    if given := parcels_at_jet.find(held, payload):
        return Taken(held, given)
    ordered = Counter[str]()
    for item in row.order.items.all():
        ordered[item.sku.casefold()] += item.units_ordered
    given = parcels_at_jet.twin(held, payload, _others(row, payload, held), ordered=ordered)
    return Taken(held, given, is_others=True) if given else None


def _others(row: Shipment, payload: Parcel, held: OrderDocument) -> list[ShipmentDocument]:
    known = {name for each in row.order.shipments.all() for name in (each.alt_shipment_id, each.jet_id)} - {
        ""
    }
    return parcels_at_jet.strangers(held, payload, known=known)


def _named(others: Sequence[ShipmentDocument]) -> str:
    """Say what others shipped or cancelled."""
    parts = []
    for given in others:
        for sku, units in given.units.items():
            parts += [f"{units.shipped} x {sku} shipped"] if units.shipped else []
            parts += [f"{units.cancelled} x {sku} cancelled"] if units.cancelled else []
        parts[-1] += f" ({given.tracking_number})" if given.tracking_number else ""
    return ", ".join(parts)


def _taken_over(settlements: Sequence[Settlement[Shipment]]) -> dict[str, list[Any]]:
    """Return Jet's ID of each shipment, and of one that others made all that Jet has of it."""
    columns: dict[str, list[Any]] = {name: [] for name in TAKEN_OVER}
    for settlement in settlements:
        row, taken = settlement.row, settlement.value
        values = {name: getattr(row, name) for name in TAKEN_OVER}
        if taken.given:
            values["jet_id"] = taken.given.jet_id[:64]
        if taken.given and taken.is_others:
            values |= {
                "alt_shipment_id": taken.given.own_id[:64] or row.alt_shipment_id,
                "tracking_number": taken.given.tracking_number[:100],
                "carrier": taken.given.carrier[:60],
                "method": taken.given.method[:60],
                "reason": ALREADY_THERE,
            }
        for name, value in values.items():
            columns[name].append(value)
    return columns


def _notify_person(settlement: Settlement[Shipment]) -> None:
    """Say that a shipment was rejected; the order is free for another one."""
    row, reasons = settlement.row, " ".join(settlement.errors)
    Order.objects.filter(pk=row.order_id).update()  # its shipments are a part of it: it is dated
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
