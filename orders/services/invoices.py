"""Makes the store's invoice for a shipment that Jet has taken."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from orders.models import Invoice, InvoiceItem, OrderItem, Shipment, ShipmentItem
from orders.shares import share

NUMBER_BASE = 200_000_000
PARTS = ("price", "tax", "shipping", "shipping_tax")


def invoice(*, shipment: Shipment, items: Iterable[ShipmentItem], at: datetime) -> Invoice | None:
    """Make the invoice for the units that went out; a cancel alone makes none. Runs in the caller's transaction."""
    shipped = [item for item in items if item.units_shipped]
    if not shipped:
        return None
    made = Invoice.objects.create(
        order_id=shipment.order_id, shipment=shipment, at=at, is_demo=shipment.is_demo
    )
    lines = [_line(made, item) for item in shipped]
    for part in PARTS:
        setattr(made, part, sum((getattr(line, part) for line in lines), start=Decimal(0)))
    made.total = made.price + made.tax + made.shipping + made.shipping_tax
    made.number = str(NUMBER_BASE + made.pk)
    made.save()
    InvoiceItem.objects.bulk_create(lines)
    return made


def _line(made: Invoice, item: ShipmentItem) -> InvoiceItem:
    """Word one line; the order's line is as it was before these units were counted as shipped."""
    line: OrderItem = item.order_item
    amounts = {
        part: share(
            getattr(line, f"line_{part}"),
            units=item.units_shipped,
            before=line.units_shipped,
            of=line.units_ordered,
        )
        for part in PARTS
    }
    return InvoiceItem(invoice=made, order_item=line, units=item.units_shipped, **amounts)
