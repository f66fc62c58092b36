"""What may still be done with a line of an order, and what documents ask for."""

from typing import Any

from ..contract import number as plain_number
from ..errors import Refusal

BUNDLE = "bundle"
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


def is_shipped(line: dict[str, Any]) -> bool:
    """Return whether there is anything to ship of a line; files are loaded, and services given."""
    return to_ship(line) > 0 and not line.get("is_virtual")


def to_refund(line: dict[str, Any]) -> float:
    return max(number_of(line, "qty_invoiced") - number_of(line, "qty_refunded"), 0)


def own(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines that documents are about: of a parent's two, the first."""
    return [line for line in order["lines"] if not line.get("parent_item_id")]


def asked(
    order: dict[str, Any], given: list[dict[str, Any]] | None
) -> list[tuple[dict[str, Any] | None, float]]:
    """
    Return lines and quantities as they were asked for; None is a line that the order does not have.

    A bundle is named by itself or by its parts: the part of which most are asked says how many of it are meant.
    """
    by_number = {line["item_id"]: line for line in order["lines"]}
    found, bundles = [], dict[int, float]()
    for each in given or []:
        line, quantity = by_number.get(each["order_item_id"]), float(each["qty"])
        above = by_number.get((line or {}).get("parent_item_id") or 0)
        if line is not None and above is not None and above.get("product_type") == BUNDLE:
            quantity, line = quantity / units_of(line, above), above
        if line is not None and line.get("product_type") == BUNDLE:
            bundles[line["item_id"]] = max(quantity, bundles.get(line["item_id"], 0))
        else:
            found.append((line, quantity))
    return [*found, *((by_number[number], quantity) for number, quantity in bundles.items())]


def units_of(part: dict[str, Any], line: dict[str, Any]) -> float:
    """Return how many units of a part a unit of its line has."""
    return number_of(part, "qty_ordered") / (number_of(line, "qty_ordered") or 1)


def taken(order: dict[str, Any], line: dict[str, Any], quantity: float) -> list[tuple[str, float]]:
    """Return which SKUs units of a line take from stock: of a bundle its parts, of all others the product's own."""
    if line.get("product_type") != BUNDLE:
        return [(line.get("stock_sku") or sku_of(line), quantity)]
    return [(sku_of(each), quantity * units_of(each, line)) for each in parts(order, line)]


def parts(order: dict[str, Any], line: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in order["lines"] if each.get("parent_item_id") == line["item_id"]]


def count(order: dict[str, Any], line: dict[str, Any], name: str, quantity: float) -> None:
    """Add to a count of a line; of a bundle, to those of its parts as well."""
    line[name] = plain_number(number_of(line, name) + quantity)
    if line.get("product_type") == BUNDLE:
        for each in parts(order, line):
            each[name] = plain_number(number_of(each, name) + quantity * units_of(each, line))


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
