"""The loop that order connectors usually have: fetch one order, store it, acknowledge it, take the next one."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog.products.models import Product, StockMovement
from jetapi import JetClient
from jetapi.types.order_messages import ItemAcknowledgement, ItemAcknowledgementStatus
from jetapi.types.orders import OrderStatus
from jetbridge.core import history
from jetbridge.core.models import JetAccount
from orders.jet import messages
from orders.jet import orders as at_jet
from orders.models import Customer, Order, OrderItem


def run(*, client: JetClient, account: JetAccount) -> None:
    """Import every ready order."""
    for jet_id in client.orders.list(OrderStatus.READY):
        if Order.objects.filter(account=account, jet_id=jet_id).exists():
            continue
        order = _store(client.orders.get(jet_id), account)
        items = order.items.all()
        client.orders.acknowledge(
            jet_id,
            items=[ItemAcknowledgement(item.jet_id, ItemAcknowledgementStatus.FULFILLABLE) for item in items],
        )
        order.status, order.acknowledged_at = Order.Status.ACKNOWLEDGED, timezone.now()
        order.save()
        history.record("acknowledged", order)


@transaction.atomic
def _store(document, account) -> Order:
    read = messages.read_order(at_jet.document(document), now=timezone.now())
    customer, _ = Customer.objects.get_or_create(account=account, hash_email=read.hash_email)
    order = Order.objects.create(
        account=account, jet_id=read.jet_id, customer=customer, status=Order.Status.READY, **read.columns
    )
    order.number = str(100_000_000 + order.pk)
    order.save()
    for columns in read.items:
        product = Product.objects.select_for_update().get(sku=columns["sku"])
        units = columns["units_ordered"]
        Product.objects.filter(pk=product.pk).update(reserved=F("reserved") + units)
        item = OrderItem.objects.create(order=order, product=product, units_reserved=units, **columns)
        StockMovement.objects.create(
            product=product,
            sku=product.sku,
            kind=StockMovement.Kind.RESERVE,
            reserved_change=units,
            document=f"order {order.number}",
            line=item.jet_id,
            at=timezone.now(),
        )
    history.record("imported", order)
    return order
