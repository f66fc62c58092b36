"""Hands over to the store what Jet took of an order; of what came from there only the invoice."""

from collections.abc import Iterable

from django.db import transaction

from catalog.products.services import holds
from jetbridge.core import configuration, history
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


def can_be_sent(order: Order) -> bool:
    """Return whether an order that the linked store does not have may be sent there by choice."""
    config = configuration.current()
    if order.status not in Order.SHIPPABLE or not services.is_linked(config):
        return False
    return services.takes(config, mode=order.account.mode, is_demo=order.is_demo)


def send_by_choice(order: Order) -> None:
    """
    Have an open order made in the store that was acknowledged before the store was linked.

    :raises NotPossible: the store has it, takes none of these, or the order is not to be shipped any more
    """
    if deliveries.order_document(order.account_id, order.pk) is not None:
        raise deliveries.NotPossible(f"Order {order} goes to the store already, or is there.")
    if not can_be_sent(order):
        raise deliveries.NotPossible(
            f"Order {order} cannot go to a store: none is linked that takes it, or it is not to be shipped."
        )
    with transaction.atomic():
        deliveries.announce(_of_order(Kind.ORDER, order, str(order.pk)))
        history.record("store document chosen", order, message="To be made in the store, as a person chose.")


@transaction.atomic
def retry(document: StoreDocument) -> None:
    """
    Try a document again that the store did not take.

    :raises NotPossible: the store has it, or it is on its way
    """
    deliveries.retry(document)
    _record(document, "store document tried again", f"{document.get_kind_display()} is tried again.")


@transaction.atomic
def match(document: StoreDocument, *, store_id: int, store_number: str) -> None:
    """
    Note which document of the store it is, as a person says: nothing is sent of it any more.

    :raises NotPossible: it is being sent now, or the store's document belongs to another one
    """
    is_order = document.kind == Kind.ORDER
    there = store_id if is_order else document.store_order
    deliveries.match(document, store_id=store_id, store_number=store_number, store_order=there)
    order = _record(document, "store document matched", f"In the store it is {store_number or store_id}.")
    if is_order and order is not None:
        # Whoever entered it there had the store reserve it, as it does for each order that a person makes.
        holds.reserved_in_store(order=order.stock_document, store_order=store_id)


def _record(document: StoreDocument, action: str, message: str) -> Order | None:
    order = Order.objects.filter(pk=document.order_key).first()
    if order is not None:
        history.record(action, order, message=message)
    return order


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
