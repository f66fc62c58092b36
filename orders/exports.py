"""Writes orders as CSV, one line of an order a row, without holding them all in memory."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from jetbridge.core import configuration, history
from orders.models import Order, OrderItem

CHUNK = 500
ORDER_COLUMNS = (
    "number", "reference_number", "jet_id", "status", "placed_at", "acknowledged_at", "ship_by", "deliver_by",
    "recipient_name", "address1", "address2", "city", "state", "zip_code", "recipient_phone",
)  # fmt: skip
ITEM_COLUMNS = (
    "sku", "title", "units_ordered", "units_shipped", "units_cancelled", "units_open", "unit_price", "line_price",
    "line_tax", "line_shipping", "line_fee",
)  # fmt: skip
# What comes back, filled in, and whom it goes to.
TO_SHIP = ("order", "sku", "quantity", "tracking_number", "carrier", "method")
ADDRESS = (
    "recipient_name",
    "address1",
    "address2",
    "city",
    "state",
    "zip_code",
    "recipient_phone",
    "ship_by",
)
TOTALS = ("grand_total", "fee_total", "net_total")
HEADER = [*ORDER_COLUMNS, *ITEM_COLUMNS, *TOTALS, "tracking_numbers"]


def record_taking(what: str, orders: int) -> None:
    """Write into the history that somebody took buyers' names and addresses out of the panel."""
    history.record(
        "buyers' data exported",
        configuration.active_account(),
        message=f"{what}; orders: {orders}.",
    )


def rows(orders: "QuerySet[Order]") -> Iterator[Sequence[object]]:
    """Return the rows of the file, header first; the orders' totals stand on their first line only."""
    yield HEADER
    found = orders.defer("document").prefetch_related("items", "shipments")
    for order in found.iterator(chunk_size=CHUNK):
        tracking = " ".join(each.tracking_number for each in order.shipments.all() if each.tracking_number)
        for place, item in enumerate(order.items.all()):
            totals = [getattr(order, name) for name in TOTALS] if place == 0 else [""] * len(TOTALS)
            yield _cells(order, item, [*totals, tracking])


def rows_to_ship(orders: "QuerySet[Order]") -> Iterator[Sequence[object]]:
    """Return what is open of orders as a shipping program takes it and as Ship many reads it, one open line a row."""
    yield [*TO_SHIP, *ADDRESS]
    for order in orders.defer("document").prefetch_related("items").iterator(chunk_size=CHUNK):
        for item in order.items.all():
            if units := item.units_open - item.units_to_cancel:
                own = [order.number, item.sku, units, "", order.requested_carrier, order.requested_method]
                yield [*own, *(getattr(order, name) for name in ADDRESS)]


def _cells(order: Order, item: OrderItem, last: Iterable[object]) -> list[object]:
    values = [getattr(order, name) for name in ORDER_COLUMNS]
    values += [getattr(item, name) for name in ITEM_COLUMNS]
    return [*values, *last]
