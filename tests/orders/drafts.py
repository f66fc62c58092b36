"""Makers of what the shipping form asks for."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from orders.allocations import Units
from orders.models import Order
from orders.services.shipments import ShipmentDraft


def draft(order: Order, *, ship: int | None = None, cancel: int = 0, **changes: Any) -> ShipmentDraft:
    """Return a draft over the order's first line: ship all open units unless told otherwise."""
    item = order.items.first()
    shipped = item.units_open - cancel if ship is None else ship
    now = timezone.now()
    fields = {
        "units": {item.pk: Units(shipped, cancel)},
        "tracking_number": "1Z999AA10123456784" if shipped else "",
        "carrier": "UPS" if shipped else "",
        "method": "UPSGround" if shipped else "",
        "ship_at": now if shipped else None,
        "pick_up_at": now + timedelta(days=1) if shipped else None,
        "deliver_at": now + timedelta(days=4) if shipped else None,
        "reason": "Broken" if cancel else "",
    }
    return ShipmentDraft(**{**fields, **changes})
