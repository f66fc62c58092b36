"""Holds stock for orders, gives it back, and takes it out, through the catalogue's stock service."""

from collections.abc import Iterable

from catalog.products.models import Product
from catalog.products.services import stock
from catalog.products.services.stock import OutOfStock, StockLine
from orders.models import Order, OrderItem

# Order numbers are the primary key above this.
NUMBER_BASE = 100_000_000

__all__ = ["OutOfStock", "number_of", "release_all", "reserve", "reserve_left"]


def document_of(order: Order) -> str:
    """Return the name under which an order's stock movements stand."""
    return order.stock_document


def number_of(order_id: int) -> str:
    """Return the store's number of an order by its key: they never collide and need no counter."""
    return str(NUMBER_BASE + order_id)


def reserve(*, order: Order, items: Iterable[OrderItem], is_new: bool = False) -> None:
    """
    Hold the units that the order still needs; sets units_reserved on the lines, which the caller saves. An order that
    is_new was stored in this transaction.

    :raises OutOfStock: nothing was held
    """
    lacking = [item for item in items if item.product_id and item.units_needed > item.units_reserved]
    stock.reserve(
        document=document_of(order),
        lines=[line_of(item, item.units_needed - item.units_reserved) for item in lacking],
        is_new=is_new,
    )
    for item in lacking:
        item.units_reserved = item.units_needed


def reserve_left(*, order: Order, items: Iterable[OrderItem]) -> list[str]:
    """
    Hold the units of an order that stands whether they are there or not, as far as they are; sets units_reserved.

    Return the SKUs of which units lack. What is left of those is held too, so that nobody else is offered it.
    """
    lacking = [item for item in items if item.product_id and item.units_needed > item.units_reserved]
    try:
        reserve(order=order, items=lacking)
    except OutOfStock as error:
        for item in lacking:
            item.units_reserved += _hold_left(order, item)
        return [line.sku for line in error.lines]
    return []


def _hold_left(order: Order, item: OrderItem) -> int:
    """Hold what there is of one line, less where somebody else is quicker; return how many units."""
    needed = item.units_needed - item.units_reserved
    while True:
        products = Product.objects.filter(manage_stock=True, is_in_stock=True)
        product = products.filter(pk=item.product_id or 0).first()
        units = min(needed, product.available) if product else 0
        if units <= 0:
            return 0
        try:
            stock.reserve(document=document_of(order), lines=[line_of(item, units)])
        except OutOfStock:
            continue
        return units


def release_all(*, order: Order, document: str) -> None:
    """Give back everything that is still held for the order."""
    held = list(order.items.filter(units_reserved__gt=0, product__isnull=False))
    stock.release(document=document, lines=[line_of(item, item.units_reserved) for item in held])
    order.items.filter(units_reserved__gt=0).update(units_reserved=0)


def line_of(item: OrderItem, units: int) -> StockLine:
    """Return the stock line of an order's line, whose product must be known."""
    if item.product_id is None:
        raise ValueError(f"{item.sku} has no product")
    document = f"order {number_of(item.order_id)}"
    return StockLine(item.jet_id, item.product_id, item.sku, units, order=document)
