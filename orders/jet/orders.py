"""
Orders at Jet: which there are, one as Jet holds it, and our mark on it.

Each question raises JetFailure where Jet gives no answer, or refuses to.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from jetapi.types import orders as theirs
from jetapi.types.order_messages import AcknowledgementStatus, is_acknowledged
from jetbridge.core.jet.client import Client, speaking
from jetbridge.core.jet.errors import our_errors
from orders import allocations
from orders.allocations import Units

# The mark that Jet keeps on an order once it is stored here; its lists, which end after 1,000, can leave it out.
TAG = "jetbridge"
_Status = theirs.OrderStatus
# Jet lists no more of a status.
LISTED = 1000
# Statuses in which units can still be cancelled.
_OPEN = (_Status.READY, _Status.ACKNOWLEDGED, _Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class ShipmentDocument:
    """A shipment or cancel that Jet has; `own_id` is the ID that its sender gave it."""

    jet_id: str
    own_id: str
    tracking_number: str
    carrier: str
    method: str
    shipped_at: datetime | None
    units: Mapping[str, Units]


@dataclass(frozen=True, slots=True)
class OrderDocument:
    """An order as Jet holds it; `reported` is what the rooms named `jet` read all the rest from."""

    jet_id: str
    status: str
    exception_state: str
    placed_at: datetime | None
    acknowledged_at: datetime | None
    # Units that the buyer asked to cancel, by the item's ID.
    asked_to_cancel: Mapping[str, int]
    shipments: tuple[ShipmentDocument, ...]
    source: theirs.Order = field(repr=False)

    @property
    def raw(self) -> dict[str, Any]:
        """Jet's document as it came."""
        return self.source.raw

    @property
    def item_ids(self) -> list[str]:
        """The IDs of its items."""
        return list(self.asked_to_cancel)

    @property
    def is_rejected(self) -> bool:
        """Whether Jet holds it as turned away."""
        return "rejected" in self.exception_state.lower()

    def is_answered(self, status: str) -> bool:
        """Return whether Jet holds this answer to it."""
        return is_acknowledged(self.source, AcknowledgementStatus(status))


def ready_ids(client: Client) -> list[str]:
    """List the orders that wait for an answer, those without our mark first, so that stored ones hide none."""
    orders = speaking(client).orders
    with our_errors():
        listed = orders.list_tagged(_Status.READY, TAG, carrying=False)
        return list(dict.fromkeys(listed + orders.list(_Status.READY)))


def coming_ids(client: Client) -> list[str]:
    """List the orders that Jet still checks."""
    with our_errors():
        return speaking(client).orders.list(_Status.CREATED)


def all_ids(client: Client) -> set[str]:
    """List whatever Jet lists."""
    orders = speaking(client).orders
    with our_errors():
        return {jet_id for status in _Status for jet_id in orders.list(status)}


def all_listed(client: Client) -> tuple[list[str], list[str]]:
    """List whatever Jet lists in each status, without our mark and with it; and which lists were full, in words."""
    found: dict[str, None] = {}
    full, orders = [], speaking(client).orders
    with our_errors():
        for status, carrying in product(_Status, (False, True)):
            listed = orders.list_tagged(status, TAG, carrying=carrying)
            found.update(dict.fromkeys(listed))
            if len(listed) >= LISTED:
                full.append(f"orders {status.value}, {'with' if carrying else 'without'} our mark")
    return list(found), full


def ids_to_cancel(client: Client) -> set[str]:
    """List the open orders whose buyers asked to cancel units."""
    orders = speaking(client).orders
    with our_errors():
        return {jet_id for status in _OPEN for jet_id in orders.list(status, cancelled=True)}


def get(client: Client, jet_id: str) -> OrderDocument:
    """
    Read one order.

    :raises JetNotKnown: Jet has no such order
    """
    with our_errors():
        return document(speaking(client).orders.get(jet_id))


def mark(client: Client, jet_id: str) -> None:
    """Mark an order as stored here."""
    with our_errors():
        speaking(client).orders.tag(jet_id, TAG)


def document(source: theirs.Order) -> OrderDocument:
    """Take over Jet's order."""
    return OrderDocument(
        jet_id=source.merchant_order_id,
        status=source.status.lower(),
        exception_state=source.exception_state or "",
        placed_at=source.order_placed_date,
        acknowledged_at=source.order_acknowledge_date,
        asked_to_cancel={item.order_item_id: item.request_order_cancel_qty for item in source.order_items},
        shipments=tuple(_shipment(each) for each in source.shipments),
        source=source,
    )


def plain(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document fit for a JSON column: amounts as numbers, no NUL characters."""
    text = json.dumps(dict(raw), default=float).replace("\\u0000", "")
    found: dict[str, Any] = json.loads(text)
    return found


def _shipment(source: theirs.OrderShipment) -> ShipmentDocument:
    return ShipmentDocument(
        jet_id=source.shipment_id or "",
        own_id=source.alt_shipment_id or "",
        tracking_number=source.shipment_tracking_number or "",
        carrier=source.carrier or "",
        method=source.response_shipment_method or "",
        shipped_at=source.response_shipment_date,
        units=allocations.sum_by_sku(
            (
                item.merchant_sku,
                Units(item.response_shipment_sku_quantity, item.response_shipment_cancel_qty),
            )
            for item in source.shipment_items
        ),
    )
