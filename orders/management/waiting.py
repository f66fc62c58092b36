"""Waits until Jet answered, where a worker took a shipment or an answer up before the command."""

from jetbridge.core.management import waiting
from orders.models import Order, Shipment


def sent(shipment: Shipment, patience: float = waiting.PATIENCE) -> bool:
    """Tell whether Jet answered to a shipment, once it did or the patience ends."""

    def is_over() -> bool:
        shipment.refresh_from_db()
        return shipment.is_settled or not shipment.claimed_by

    waiting.until(is_over, patience)
    return shipment.is_settled


def answered(order: Order, patience: float = waiting.PATIENCE) -> bool:
    """Tell whether Jet was told our answer to an order, once it was or the patience ends."""

    def is_over() -> bool:
        order.refresh_from_db()
        return order.acknowledge_wanted_at is None or not order.claimed_by

    waiting.until(is_over, patience)
    return order.acknowledge_wanted_at is None
