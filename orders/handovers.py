"""Hands over to the store what Jet took of an order; of what came from there only the invoice."""

from collections.abc import Iterable

from jetbridge.core import configuration
from jetbridge.store import deliveries, services
from jetbridge.store.models import StoreDocument
from orders.models import Order, Shipment, ShipmentItem

Kind = StoreDocument.Kind
# Stands in the comment of each document that the panel made, before its own name of the shipment.
MARK = "Jet shipment "


def hand_over_orders(orders: Iterable[Order]) -> None:
    """
    Have orders made in the linked store, each once, in the transaction that records Jet's acknowledgement.

    Where no store is linked, or it takes none of this account, nothing is written down.
    """
    config = configuration.current()
    if not services.is_linked(config):
        return
    account = configuration.active_account()
    for order in orders:
        takes = services.takes(config, mode=account.mode, is_demo=order.is_demo)
        if order.account_id == account.pk and takes:
            deliveries.announce(_of_order(Kind.ORDER, order, str(order.pk)))


def give_up(order: Order) -> bool:
    """Keep an order out of the store that Jet closed unshipped before it went there; False: the store may have it."""
    document = deliveries.order_document(order.account_id, order.pk)
    is_over = order.status in (Order.Status.CANCELLED, Order.Status.REJECTED)
    return document is None or (is_over and deliveries.give_up(document))


def end(order: Order) -> None:
    """Have what Jet closed cancelled in the store: units that no shipment of ours says anything of."""
    if not give_up(order):
        deliveries.announce(_of_order(Kind.CANCEL, order, f"end of {order.pk}"))


def hand_over(shipment: Shipment, items: Iterable[ShipmentItem]) -> None:
    """Have the store make what it lacks of a shipment that was just booked, in the caller's transaction."""
    order = shipment.order
    document_there = deliveries.order_document(order.account_id, order.pk)
    if document_there is None or document_there.is_given_up:
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
    return _of_order(kind, shipment.order, shipment.alt_shipment_id)


def _of_order(kind: StoreDocument.Kind, order: Order, source_key: str) -> StoreDocument:
    return StoreDocument(
        kind=kind, account_id=order.account_id, source_key=source_key, order_key=order.pk, reference=str(order),
        is_demo=order.is_demo,
    )  # fmt: skip


def _kinds_from_store(shipment: Shipment) -> set[str]:
    found = StoreDocument.objects.filter(
        account_id=shipment.order.account_id, order_key=shipment.order_id, origin=StoreDocument.Origin.STORE,
        details__shipment=shipment.pk,
    )  # fmt: skip
    return set(found.values_list("kind", flat=True))
