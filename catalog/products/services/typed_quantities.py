"""Quantities that a person types, and what the units on hand say of a product that was sold out."""

from django.db import transaction
from django.utils import timezone

from catalog.products import ownership
from catalog.products.changes import Changed, Kind, announce
from catalog.products.models import Product, StockMovement
from jetbridge.core.actors import current_actor
from jetbridge.store import stock as store_stock

QUANTITY = frozenset({"quantity"})


@transaction.atomic
def set_quantity(*, product: Product, quantity: int) -> bool:
    """
    Set the units on hand by hand, with a movement of the difference; return whether anything changed.

    :raises KeptByStore: a linked store keeps the stock, or was just disconnected and its figures are being taken over
    """
    if store_stock.should_keep_stock() or store_stock.keeps_stock():
        raise ownership.KeptByStore(ownership.STOCK)
    return _set(product, quantity)


def _set(product: Product, quantity: int) -> bool:
    current = Product.objects.filter(pk=product.pk).values_list("quantity", flat=True).get()
    if not Product.objects.filter(pk=product.pk, quantity=current).update(quantity=quantity):
        return _set(product, quantity)
    product.quantity = quantity
    if current == quantity:
        return False
    if reopen(product.pk):
        product.is_in_stock, product.closed_by_quantity = True, False
    actor = current_actor()
    StockMovement.objects.create(
        product_id=product.pk, sku=product.sku, kind=StockMovement.Kind.MANUAL, at=timezone.now(),
        quantity_change=quantity - current, user_id=actor.user_id, job=actor.job,
        who=actor.name,
    )  # fmt: skip
    announce(Kind.STOCK_SET, [Changed(product.pk, product.sku, QUANTITY)])
    return True


def reopen(product_id: int) -> bool:
    """Put a product back in stock that went out of it only because nothing was left; return whether it was one."""
    closed = Product.objects.filter(pk=product_id, closed_by_quantity=True, quantity__gt=0)
    return bool(closed.update(is_in_stock=True, closed_by_quantity=False))
