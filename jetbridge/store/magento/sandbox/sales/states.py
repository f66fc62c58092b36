"""Which state an order is in, after what was done with it."""

from typing import Any

from . import lines


def settle(order: dict[str, Any]) -> None:
    """Move an order on: processing with its first document, complete with its last, closed when all was refunded."""
    if order.get("state") in ("canceled", "holded"):
        return
    own = lines.own(order)
    paid, refunded = float(order.get("total_paid") or 0), float(order.get("total_refunded") or 0)
    if paid and refunded >= paid - 0.0001:
        _set(order, "closed")
    elif not any(lines.is_shipped(each) or lines.to_invoice(each) for each in own) and paid:
        _set(order, "complete")
    elif order.get("state") in (None, "new", "complete", "closed") and _has_begun(order):
        _set(order, "processing")


def _has_begun(order: dict[str, Any]) -> bool:
    return any(
        lines.number_of(each, "qty_shipped") or lines.number_of(each, "qty_invoiced")
        for each in order["lines"]
    )


def _set(order: dict[str, Any], state: str) -> None:
    order["state"] = order["status"] = state


def cancel(order: dict[str, Any]) -> None:
    """Cancel an order, but for one of which something was paid: that goes on with what is left."""
    if any(lines.to_refund(each) for each in order["lines"]):
        order["state"] = "processing"
        settle(order)
        order["status"] = order["state"]
    else:
        _set(order, "canceled")
