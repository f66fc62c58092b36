"""What may still be done with a line of an order, and what documents ask for."""

from typing import Any

from ..errors import Refusal

CLOSED_STATES = ("canceled", "complete", "closed", "holded", "payment_review")


def number_of(line: dict[str, Any], name: str) -> float:
    return float(line.get(name) or 0)


def to_invoice(line: dict[str, Any]) -> float:
    return max(
        number_of(line, "qty_ordered") - number_of(line, "qty_invoiced") - number_of(line, "qty_canceled"), 0
    )


def to_ship(line: dict[str, Any]) -> float:
    """Refunded units count as shipped ones here, whichever of them were meant."""
    gone = max(number_of(line, "qty_shipped"), number_of(line, "qty_refunded"))
    return max(number_of(line, "qty_ordered") - gone - number_of(line, "qty_canceled"), 0)


def to_refund(line: dict[str, Any]) -> float:
    return max(number_of(line, "qty_invoiced") - number_of(line, "qty_refunded"), 0)


def own(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines that documents are about: of a parent's two, the first."""
    return [line for line in order["lines"] if not line.get("parent_item_id")]


def asked(
    order: dict[str, Any], given: list[dict[str, Any]] | None
) -> list[tuple[dict[str, Any] | None, float]]:
    """Return lines and quantities as they were asked for; None is a line that the order does not have."""
    by_number = {line["item_id"]: line for line in order["lines"]}
    return [(by_number.get(each["order_item_id"]), float(each["qty"])) for each in given or []]


def sku_of(line: dict[str, Any]) -> str:
    return str(line.get("sku") or "")


def validate(kind: str, problems: list[str]) -> None:
    """
    Stop where a document may not be made.

    :raises Refusal: with each problem on a line of its own
    """
    if problems:
        raise Refusal(400, "\n".join([f"{kind} Document Validation Error(s):", *problems]))


def comment_of(body: dict[str, Any], number: int, parent: int, stamp: str) -> list[dict[str, Any]]:
    """Return the comment that a document is made with."""
    given = body.get("comment")
    if not given or not body.get("appendComment"):
        return []
    return [
        {
            "comment": given.get("comment") or "",
            "created_at": stamp,
            "entity_id": number,
            "is_customer_notified": 0,
            "is_visible_on_front": given.get("is_visible_on_front") or 0,
            "parent_id": parent,
        }
    ]
