"""Orders and shipments as they stand after Jet took them, without Jet."""

from decimal import Decimal
from itertools import count

from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.outbox.models import Answer
from orders.models import Customer, Order, OrderItem, Shipment, ShipmentItem

_numbers = count(1)


def order_of(units: int = 2, *, shipped: int = 0, cancelled: int = 0, sku: str = "MUG-1") -> Order:
    """Make an acknowledged order of one line at 10.00, with 0.50 of tax and 3.00 of shipping for all of it."""
    number = next(_numbers)
    goods = Decimal(10) * units
    customer = Customer.objects.create(
        account=configuration.active_account(), name="Ada", hash_email=f"h{number}"
    )
    order = Order.objects.create(
        account=configuration.active_account(), jet_id=f"{number:032x}", number=f"9{number:08}", customer=customer,
        status=Order.Status.ACKNOWLEDGED, base_total=goods, tax_total=Decimal("0.50"), shipping_total=Decimal(3),
        grand_total=goods + Decimal("3.50"), units=units, placed_at=timezone.now(),
    )  # fmt: skip
    OrderItem.objects.create(
        order=order, jet_id=f"item-{number}", sku=sku, title=sku, units_ordered=units, units_shipped=shipped,
        units_cancelled=cancelled, unit_price=Decimal(10), line_price=goods, line_tax=Decimal("0.50"),
        line_shipping=Decimal(3),
    )  # fmt: skip
    return order


def shipment_of(order: Order, *, ship: int = 0, cancel: int = 0) -> Shipment:
    """Make a shipment that Jet took."""
    item, sequence = order.items.get(), order.shipments.count() + 1
    shipment = Shipment.objects.create(
        order=order, sequence=sequence, alt_shipment_id=f"{order.number}-{sequence}-x", answer=Answer.ACCEPTED,
        tracking_number=f"1Z{order.pk}" if ship else "", carrier="UPS" if ship else "",
    )  # fmt: skip
    ShipmentItem.objects.create(
        shipment=shipment, order_item=item, units_shipped=ship, units_cancelled=cancel
    )
    return shipment
