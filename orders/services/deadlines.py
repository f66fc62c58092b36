"""Which deadline of an order is the next one."""

from datetime import datetime

from orders.models import Order

UNANSWERED = tuple(str(status) for status in Order.UNANSWERED)
SHIPPABLE = tuple(str(status) for status in Order.SHIPPABLE)


def due_at(order: Order) -> datetime | None:
    """Return the moment by which the order needs an answer or a shipment; None when nothing is due."""
    if order.status in UNANSWERED:
        return order.acknowledge_by
    if order.status in SHIPPABLE:
        return order.ship_by
    return None
