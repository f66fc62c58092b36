"""Makers of what the refund form says."""

from decimal import Decimal
from typing import Any

from orders.models import Order
from returns.models.amounts import Amounts
from returns.services.refunds import RefundDraft, RefundLineDraft, new_alt_id


def amounts(principal: str, tax: str = "0") -> Amounts:
    """Return an amount without shipping."""
    return Amounts(Decimal(principal), Decimal(tax))


def refund_draft(order: Order, *, alt_id: str = "", **changes: Any) -> RefundDraft:
    """Return a draft over the order's first line: one mug of 10.00 with 0.70 tax unless told otherwise."""
    line = {
        "units_returned": 1,
        "units_refunded": 1,
        "amounts": amounts("10.00", "0.70"),
        "reason": "No longer want this item",
    }
    return RefundDraft(alt_id or new_alt_id(), {order.items.get().pk: RefundLineDraft(**{**line, **changes})})
