"""An order as Jet reports it (docs/jet-api.md, orders). What a buyer is called never shows in a repr."""

from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from jetapi.types.base import Count, JetDate, JetDocument, JetValue, Many, Money


class OrderStatus(StrEnum):
    CREATED = "created"
    READY = "ready"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "inprogress"
    COMPLETE = "complete"


class Address(JetValue):
    """A place in the United States."""

    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None

    def payload(self) -> dict[str, str]:
        """Word it for Jet, without what is not known."""
        return {key: value for key, value in self.model_dump().items() if value is not None}


class Person(JetValue):
    """A buyer or a recipient."""

    name: str | None = None
    phone_number: str | None = None


class ShippingTo(JetValue):
    """To whom and where an order goes."""

    recipient: Person = Person()
    address: Address = Address()


class OrderDetail(JetValue):
    """How the buyer was promised that the order is shipped."""

    request_shipping_carrier: str | None = None
    request_shipping_method: str | None = None
    request_service_level: str | None = None
    request_ship_by: JetDate = None
    request_delivery_by: JetDate = None


class ItemPrice(JetValue):
    """On an item per unit; in the order's totals for the whole order."""

    base_price: Money = None
    item_tax: Money = None
    item_shipping_cost: Money = None
    item_shipping_tax: Money = None


class FeeAdjustment(JetValue):
    """One correction of Jet's commission."""

    adjustment_name: str | None = None
    adjustment_type: str | None = None
    commission_id: str | None = None
    value: Money = None


class OrderTotals(JetValue):
    """The order's money."""

    item_price: ItemPrice | None = None
    item_fees: Money = None
    regulatory_fees: Money = None
    fee_adjustments: Many[FeeAdjustment] = ()


class OrderItem(JetValue):
    order_item_id: str
    alt_order_item_id: str | None = None
    merchant_sku: str = ""
    product_title: str | None = None
    request_order_quantity: int = 0
    request_order_cancel_qty: int = 0
    adjustment_reason: str | None = None
    item_tax_code: str | None = None
    url: str | None = None
    price_adjustment: Money = None
    item_fees: Money = None
    regulatory_fees: Money = None
    fee_adjustments: Many[FeeAdjustment] = ()
    item_price: ItemPrice = ItemPrice()
    order_item_acknowledgement_status: str | None = None
    tax_info: Any = None


class OrderShipmentItem(JetValue):
    """Units of one SKU that a shipment sent or canceled."""

    merchant_sku: str = ""
    shipment_item_id: str | None = None
    alt_shipment_item_id: str | None = None
    response_shipment_sku_quantity: int = 0
    response_shipment_cancel_qty: int = 0
    rma_number: str | None = Field(default=None, alias="RMA_number")
    days_to_return: Count = None
    return_location: Address | None = None


class OrderShipment(JetValue):
    """One shipment that Jet has."""

    shipment_id: str | None = None
    alt_shipment_id: str | None = None
    shipment_tracking_number: str | None = None
    response_shipment_date: JetDate = None
    response_shipment_method: str | None = None
    expected_delivery_date: JetDate = None
    ship_from_zip_code: str | None = None
    carrier: str | None = None
    carrier_pick_up_date: JetDate = None
    shipment_items: Many[OrderShipmentItem] = ()


class Order(JetDocument):
    """GET /orders/withoutShipmentDetail/{id}: the whole order, in spite of the name with its shipments."""

    merchant_order_id: str
    reference_order_id: str | None = None
    customer_reference_order_id: str | None = None
    merchant_id: str | None = None
    alt_order_id: str | None = None
    fulfillment_node: str | None = None
    hash_email: str | None = Field(default=None, repr=False)
    status: str = ""
    exception_state: str | None = None
    order_placed_date: JetDate = None
    order_transmission_date: JetDate = None
    order_ready_date: JetDate = None
    order_acknowledge_date: JetDate = None
    acknowledgement_status: str | None = None
    jet_request_directed_cancel: bool = False
    has_shipments: bool = False
    order_detail: OrderDetail = OrderDetail()
    buyer: Person = Field(default=Person(), repr=False)
    shipping_to: ShippingTo = Field(default=ShippingTo(), repr=False)
    order_totals: OrderTotals = OrderTotals()
    order_items: Many[OrderItem] = ()
    shipments: Many[OrderShipment] = ()

    @model_validator(mode="before")
    @classmethod
    def _in_one_place(cls, data: Any) -> Any:
        """Accept Jet's two spellings of one flag, and its sample's misplaced parts."""
        if not isinstance(data, dict):
            return data
        found = dict(data)
        totals = found.get("order_totals")
        if isinstance(totals, dict):
            for part in ("order_items", "order_detail"):
                if part in totals:
                    found.setdefault(part, totals[part])
        if "jet_requested_directed_cancel" in found:
            found.setdefault("jet_request_directed_cancel", found["jet_requested_directed_cancel"])
        return found
