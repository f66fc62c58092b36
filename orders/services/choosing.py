"""Lets a person say which product is meant by a line whose SKU the store does not know."""

from django.db import transaction

from catalog.products.models import Product
from jetbridge.core import history
from jetbridge.jobs import queue
from orders.models import Order, OrderItem
from orders.services.acknowledgements import NotPossible


@transaction.atomic
def choose_product(*, item: OrderItem, product: Product) -> None:
    """
    Take this product for the line and try the order again.

    :raises NotPossible: the order is not held
    """
    order = Order.objects.select_for_update().get(pk=item.order_id)
    if order.status != Order.Status.HELD:
        raise NotPossible(
            f"Order {order} is {order.get_status_display().lower()}; only a held one can be fixed."
        )
    OrderItem.objects.filter(pk=item.pk).update(product=product)
    history.record("product chosen", order, message=f"{item.sku} stands for the product {product.sku}.")
    queue.nudge("orders.retry_failed_orders")
