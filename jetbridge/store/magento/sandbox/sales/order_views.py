"""Orders as they are read: with what documents made of each line, its row total net of the line's discount."""

from typing import Any

from ..contract import contract
from .amounts import cents

APART = ("items", "billing_address", "payment", "status_histories", "extension_attributes")
NOT_OF_CARTS = ("base_cost", "qty_backordered")
INNER = ("shipped_from", "refunded_unshipped", "itemized", "stock_sku")
# What a line carries when it is read, and not when it was just sent.
LINE_ZEROS = (
    "amount_refunded",
    "base_amount_refunded",
    "base_cost",
    "base_discount_amount",
    "base_discount_invoiced",
    "base_row_invoiced",
    "base_tax_invoiced",
    "discount_amount",
    "discount_invoiced",
    "discount_percent",
    "free_shipping",
    "no_discount",
    "qty_backordered",
    "qty_canceled",
    "qty_invoiced",
    "qty_refunded",
    "qty_shipped",
    "row_invoiced",
    "tax_amount",
    "tax_invoiced",
    "tax_percent",
)
TOTALS = {
    f"{base}shipping_{name}"
    for base in ("", "base_")
    for name in (
        "amount",
        "incl_tax",
        "tax_amount",
        "discount_amount",
        "discount_tax_compensation_amount",
        "discount_tax_compensation_amnt",
        "invoiced",
        "refunded",
        "canceled",
        "tax_refunded",
    )
}


def shown(order: dict[str, Any], *, is_fresh: bool = False) -> dict[str, Any]:
    """Word an order; a fresh one says only what was sent."""
    known = contract()["sales-data-order-interface"]
    found = {n: v for n, v in order.items() if n in known and n not in APART and v is not None}
    rows = [dict(each) for each in order["lines"]] if is_fresh else lines(order)
    found["items"] = rows
    if "billing" in order:
        found["billing_address"] = order["billing"]
    found["payment"] = order["payment"]
    dropped = ("created_at",) if is_fresh else ()
    found["status_histories"] = [{n: v for n, v in e.items() if n not in dropped} for e in order["histories"]]
    extension = _extension(order, None if is_fresh else rows, is_fresh=is_fresh)
    if extension:
        found["extension_attributes"] = extension
    return found


def _extension(order: dict[str, Any], rows: list[Any] | None, *, is_fresh: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "shipping" in order or not is_fresh:
        shipping: dict[str, Any] = {"address": order["shipping"]} if "shipping" in order else {}
        if order.get("shipping_method"):
            shipping["method"] = order["shipping_method"]
        if not is_fresh:
            shipping["total"] = {n: v for n, v in order.items() if "shipping_" in n and n in TOTALS}
        found["shipping_assignments"] = [{"shipping": shipping, "items": rows}]
    if is_fresh:
        return found
    information = order["payment"].get("additional_information") or []
    return found | {
        "payment_additional_info": [{"key": str(n), "value": text} for n, text in enumerate(information)],
        **_applied(order),
        "converting_from_quote": False,
        "taxes": order.get("taxes", []),
        "additional_itemized_taxes": [],
        **({"gift_message": order["gift_message"]} if order.get("gift_message") else {}),
    }


def _applied(order: dict[str, Any]) -> dict[str, Any]:
    """Word the taxes that lines have: of a cart's order; what was sent with an order has none."""
    per_line, sums = [], dict[str, dict[str, Any]]()
    for line in order["lines"]:
        mine = [_applied_tax(each) for each in line.get("itemized", [])]
        if mine:
            per_line.append({"type": "product", "item_id": line["item_id"], "applied_taxes": mine})
        for each in mine:
            known = sums.get(each["code"], {"amount": 0})
            amount = cents(known["amount"] + each["amount"])
            sums[each["code"]] = each | {"amount": amount, "base_amount": amount}
    return {"applied_taxes": list(sums.values()), "item_applied_taxes": per_line}


def _applied_tax(each: dict[str, Any]) -> dict[str, Any]:
    code, amount = each["tax_code"], each["amount"]
    return {
        "code": code,
        "title": code,
        "percent": each["tax_percent"],
        "amount": amount,
        "base_amount": amount,
    }


def lines(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Word the lines as they are read: row totals come net of the line's discount."""
    found = []
    by_number: dict[int, dict[str, Any]] = {}
    for line in order["lines"]:
        zeros = (
            LINE_ZEROS if "quote_item_id" not in line else [n for n in LINE_ZEROS if n not in NOT_OF_CARTS]
        )
        full = {
            **dict.fromkeys(zeros, 0),
            **{name: value for name, value in line.items() if name not in INNER},
        }
        for base in ("", "base_"):
            discount = full.get(f"{base}discount_amount") or 0
            full[f"{base}row_total"] = round((full.get(f"{base}row_total") or 0) - discount, 4)
        full["extension_attributes"] = {"itemized_taxes": line.get("itemized", [])}
        if message := full.pop("gift_message", None):
            full["extension_attributes"]["gift_message"] = message
        by_number[full["item_id"]] = full
        if full.get("parent_item_id") in by_number:
            full["parent_item"] = by_number[full["parent_item_id"]]
        found.append(full)
    return found
