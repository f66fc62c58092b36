"""What a merchant says about an order: acknowledgement and shipments (docs/jet-api.md, orders)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from jetapi.errors import JetInvalidRequest
from jetapi.types.base import without_blanks
from jetapi.types.orders import Address, Order, OrderStatus

ORDER_REJECTED = "exception - order rejected"


class AcknowledgementStatus(StrEnum):
    """The answer to a whole order."""

    ACCEPTED = "accepted"
    REJECTED_OTHER = "rejected - other"
    REJECTED_FRAUD = "rejected - fraud"
    REJECTED_ITEM_LEVEL_ERROR = "rejected - item level error"
    REJECTED_SHIP_FROM_LOCATION_NOT_AVAILABLE = "rejected - ship from location not available"
    REJECTED_SHIPPING_METHOD_NOT_SUPPORTED = "rejected - shipping method not supported"
    REJECTED_UNFULFILLABLE_ADDRESS = "rejected - unfulfillable address"


class ItemAcknowledgementStatus(StrEnum):
    """The answer to one line."""

    FULFILLABLE = "fulfillable"
    NO_INVENTORY = "nonfulfillable - no inventory"
    INVALID_MERCHANT_SKU = "nonfulfillable - invalid merchant SKU"


@dataclass(frozen=True, slots=True)
class ItemAcknowledgement:
    """Whether one line will be shipped."""

    order_item_id: str
    status: ItemAcknowledgementStatus = ItemAcknowledgementStatus.FULFILLABLE
    alt_order_item_id: str = ""

    def payload(self) -> dict[str, Any]:
        return without_blanks(
            order_item_id=self.order_item_id,
            alt_order_item_id=self.alt_order_item_id,
            order_item_acknowledgement_status=str(self.status),
        )


@dataclass(frozen=True, slots=True)
class ShipmentItem:
    """Units of one SKU that go out or are canceled."""

    merchant_sku: str
    response_shipment_sku_quantity: int = 0
    response_shipment_cancel_qty: int = 0
    alt_shipment_item_id: str = ""
    rma_number: str = ""
    days_to_return: int | None = None
    return_location: Address | None = None

    def payload(self) -> dict[str, Any]:
        """
        Word it for Jet.

        :raises JetInvalidRequest: a negative quantity, or nothing at all
        """
        units = (self.response_shipment_sku_quantity, self.response_shipment_cancel_qty)
        if min(units) < 0 or max(units) == 0:
            raise JetInvalidRequest(f"{self.merchant_sku}: nothing to ship and nothing to cancel in {units}")
        return without_blanks(
            merchant_sku=self.merchant_sku,
            alt_shipment_item_id=self.alt_shipment_item_id,
            response_shipment_sku_quantity=units[0],
            response_shipment_cancel_qty=units[1],
            RMA_number=self.rma_number,
            days_to_return=self.days_to_return,
            return_location=self.return_location.payload() if self.return_location else None,
        )


@dataclass(frozen=True, slots=True)
class RedirectNotification:
    """The node that really ships; on zero inventory Jet empties the node it had asked."""

    redirect_node: str
    is_redirect_for_zero_inventory: bool = False

    def payload(self) -> dict[str, Any]:
        return {
            "redirect_node": self.redirect_node,
            "is_redirect_for_zero_inventory": self.is_redirect_for_zero_inventory,
        }


@dataclass(frozen=True, slots=True)
class ShipmentMessage:
    """
    One parcel, or a cancelation, which then has neither carrier nor tracking number.

    Give every message an `alt_shipment_id` of its own: by it a lost answer is settled.
    """

    shipment_items: tuple[ShipmentItem, ...]
    alt_shipment_id: str = ""
    shipment_tracking_number: str = ""
    carrier: str = ""
    response_shipment_method: str = ""
    response_shipment_date: datetime | None = None
    expected_delivery_date: datetime | None = None
    carrier_pick_up_date: datetime | None = None
    ship_from_zip_code: str = ""
    redirect_notification: RedirectNotification | None = None

    @property
    def is_cancel_only(self) -> bool:
        """Whether no unit goes out."""
        return not any(item.response_shipment_sku_quantity for item in self.shipment_items)

    def payload(self) -> dict[str, Any]:
        """
        Word it for Jet.

        :raises JetInvalidRequest: no items, or a cancelation without an id of its own
        """
        if not self.shipment_items:
            raise JetInvalidRequest(f"shipment {self.alt_shipment_id!r} has no items")
        if self.is_cancel_only and not self.alt_shipment_id:
            raise JetInvalidRequest("a shipment that only cancels needs an alt_shipment_id")
        redirect = self.redirect_notification
        return without_blanks(
            alt_shipment_id=self.alt_shipment_id,
            shipment_tracking_number=self.shipment_tracking_number,
            response_shipment_date=self.response_shipment_date,
            response_shipment_method=self.response_shipment_method,
            expected_delivery_date=self.expected_delivery_date,
            ship_from_zip_code=self.ship_from_zip_code,
            carrier=self.carrier,
            carrier_pick_up_date=self.carrier_pick_up_date,
            shipment_items=[item.payload() for item in self.shipment_items],
            redirect_notification=redirect.payload() if redirect else None,
        )


def acknowledgement_payload(
    items: Iterable[ItemAcknowledgement], status: AcknowledgementStatus, alt_order_id: str = ""
) -> dict[str, Any]:
    return without_blanks(
        acknowledgement_status=str(status),
        alt_order_id=alt_order_id,
        order_items=[item.payload() for item in items],
    )


def shipped_payload(shipments: Iterable[ShipmentMessage], alt_order_id: str = "") -> dict[str, Any]:
    """
    Word a shipped message.

    :raises JetInvalidRequest: nothing in it
    """
    payload = [shipment.payload() for shipment in shipments]
    if not payload:
        raise JetInvalidRequest("a shipped message needs at least one shipment")
    return without_blanks(alt_order_id=alt_order_id, shipments=payload)


def is_acknowledged(order: Order, status: AcknowledgementStatus) -> bool:
    """Return whether an order already has this answer."""
    if order.acknowledgement_status is not None:
        return order.acknowledgement_status.lower() == status.lower()
    rejected = order.exception_state == ORDER_REJECTED
    beyond = order.status in {OrderStatus.ACKNOWLEDGED, OrderStatus.IN_PROGRESS, OrderStatus.COMPLETE}
    return rejected if status != AcknowledgementStatus.ACCEPTED else beyond and not rejected


def with_own_ids(shipments: Iterable[ShipmentMessage]) -> list[ShipmentMessage]:
    """
    Check that each shipment can be found again at Jet.

    :raises JetInvalidRequest: one has no alt_shipment_id, or two have the same
    """
    found = list(shipments)
    ids = [shipment.alt_shipment_id for shipment in found]
    if not all(ids) or len(set(ids)) != len(ids):
        raise JetInvalidRequest("to be settled, each shipment needs an alt_shipment_id of its own")
    return found


def not_in_order(shipments: Iterable[ShipmentMessage], order: Order) -> list[ShipmentMessage]:
    """Pick the shipments that Jet does not have yet."""
    known = {shipment.alt_shipment_id for shipment in order.shipments}
    return [shipment for shipment in shipments if shipment.alt_shipment_id not in known]
