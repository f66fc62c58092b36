"""What the order's history says of documents in the store."""

from jetbridge.core import history
from jetbridge.outbox.results import Settled
from jetbridge.store.models import StoreDocument
from orders.models import Order

MADE, REFUSED = "store document", "store document refused"


def record_made(settled: Settled[StoreDocument]) -> None:
    """Write what was made, and what the store did not take, into the history of the orders."""
    rows = [each.row for each in (*settled.accepted, *settled.rejected)]
    orders = Order.objects.in_bulk({row.order_key for row in rows})
    for each in settled.accepted:
        if order := orders.get(each.row.order_key):
            name = f"{each.row.get_kind_display()} {each.row.store_number}".strip()
            history.record(MADE, order, message=f"{name} is in the store.")
    for each in settled.rejected:
        if order := orders.get(each.row.order_key):
            said = " ".join(each.errors)
            history.record(
                REFUSED, order, message=f"{each.row.get_kind_display()} not made in the store: {said}"
            )
