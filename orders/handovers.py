"""Hands over to the store what Jet took of an order; of what came from there only the invoice."""

from collections.abc import Iterable

from jetbridge.store import deliveries
from jetbridge.store.models import StoreDocument
from orders.models import Shipment, ShipmentItem

Kind = StoreDocument.Kind
# Stands in the comment of each document that the panel made, before its own name of the shipment.
MARK = "Jet shipment "


def hand_over(shipment: Shipment, items: Iterable[ShipmentItem]) -> None:
    """Have the store make what it lacks of a shipment that was just booked, in the caller's transaction."""
    order = shipment.order
    if deliveries.order_document(order.account_id, order.pk) is None:
        return
    lines = list(items)
    from_store = _kinds_from_store(shipment)
    ships, cancels = any(each.units_shipped for each in lines), any(each.units_cancelled for each in lines)
    made = [
        kind
        for kind, is_so in ((Kind.SHIPMENT, ships), (Kind.INVOICE, ships), (Kind.CANCEL, cancels))
        if is_so
    ]
    for kind in made:
        if kind not in from_store:
            deliveries.announce(document(kind, shipment))


def document(kind: StoreDocument.Kind, shipment: Shipment) -> StoreDocument:
    """Word what the store is to make of a shipment."""
    order = shipment.order
    return StoreDocument(
        kind=kind,
        account_id=order.account_id,
        source_key=shipment.alt_shipment_id,
        order_key=order.pk,
        reference=str(order),
        is_demo=order.is_demo,
    )


def _kinds_from_store(shipment: Shipment) -> set[str]:
    found = StoreDocument.objects.filter(
        account_id=shipment.order.account_id, order_key=shipment.order_id, origin=StoreDocument.Origin.STORE,
        details__shipment=shipment.pk,
    )  # fmt: skip
    return set(found.values_list("kind", flat=True))
