"""Our rows in Jet's words: acknowledgements and shipments. Pure; no query beyond prefetched rows."""

from collections.abc import Iterable

from jetapi.types.order_messages import (
    ItemAcknowledgement,
    ItemAcknowledgementStatus,
    ShipmentItem,
    ShipmentMessage,
)
from jetapi.types.orders import Address
from orders.models import OrderItem, Shipment


def acknowledgement_items(items: Iterable[OrderItem]) -> list[ItemAcknowledgement]:
    """Word the answer for each line (docs/jet-api.md, acknowledge)."""
    return [
        ItemAcknowledgement(
            order_item_id=item.jet_id,
            status=ItemAcknowledgementStatus(
                item.acknowledgement_status or ItemAcknowledgementStatus.FULFILLABLE
            ),
        )
        for item in items
    ]


def shipment_message(shipment: Shipment) -> ShipmentMessage:
    """Word one shipment or cancel (docs/jet-api.md, shipped). Jet counts by SKU, so lines are added up."""
    units: dict[str, list[int]] = {}
    for item in shipment.items.all():
        row = units.setdefault(item.order_item.sku, [0, 0])
        row[0] += item.units_shipped
        row[1] += item.units_cancelled
    location = Address.model_validate(shipment.return_location) if shipment.return_location else None
    return ShipmentMessage(
        shipment_items=tuple(
            ShipmentItem(
                merchant_sku=sku,
                response_shipment_sku_quantity=shipped,
                response_shipment_cancel_qty=cancelled,
                alt_shipment_item_id=f"{shipment.alt_shipment_id}-{place}",
                rma_number=shipment.rma_number if shipped else "",
                days_to_return=shipment.days_to_return if shipped else None,
                return_location=location if shipped else None,
            )
            for place, (sku, (shipped, cancelled)) in enumerate(units.items(), start=1)
        ),
        alt_shipment_id=shipment.alt_shipment_id,
        shipment_tracking_number=shipment.tracking_number,
        carrier=shipment.carrier,
        response_shipment_method=shipment.method,
        response_shipment_date=shipment.ship_at,
        expected_delivery_date=shipment.deliver_at,
        carrier_pick_up_date=shipment.pick_up_at,
        ship_from_zip_code=shipment.ship_from_zip,
    )
