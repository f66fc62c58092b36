"""What a cart comes to, and the ways to ship and to pay."""

from decimal import Decimal
from typing import Any

from ..contract import number as plain_number
from .amounts import cents, with_base

FLAT_RATE = 5
# The companion module's payment, the one that may be refunded by its invoice.
COMPANIONS = "payjetcom"
METHODS = (("checkmo", "Check / Money order"), ("cashondelivery", "Cash On Delivery"))
RATES = (("freeshipping", "Free Shipping", "Free", 0), ("flatrate", "Flat Rate", "Fixed", FLAT_RATE))


def rates(cart: dict[str, Any]) -> list[dict[str, Any]]:
    quantity = sum(each["qty"] for each in cart["items"])
    found = []
    for code, title, method, each in RATES:
        amount = plain_number(float(each * quantity))
        found.append(
            {
                "carrier_code": code,
                "method_code": code,
                "carrier_title": title,
                "method_title": method,
                "amount": amount,
                "base_amount": amount,
                "available": True,
                "error_message": "",
                "price_excl_tax": amount,
                "price_incl_tax": amount,
            }
        )
    return found


def taxes(cart: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return each item's taxes (code, percent, amount); what one loses by rounding, the next one gets."""
    found, rest = [], Decimal(0)
    for item in cart["items"]:
        row, mine = Decimal(str(cents(item["price"] * item["qty"]))), []
        for rate in cart.get("rates", ()):
            if item.get("tax_class") in rate["classes"]:
                exact = row * Decimal(str(rate["percent"])) / 100
                amount = cents(exact + rest)
                rest += exact - Decimal(str(amount))
                mine.append({"code": rate["code"], "percent": rate["percent"], "amount": amount})
        found.append(mine)
    return found


def discounts(cart: dict[str, Any]) -> list[float]:
    """Return what each item is given by the cart's coupon: a share of its row, or an amount."""
    rule, rows = cart.get("rule") or {}, [cents(each["price"] * each["qty"]) for each in cart["items"]]
    amount, action = float(rule.get("discount_amount") or 0), rule.get("simple_action")
    if action == "by_percent":
        return [cents(row * min(amount, 100) / 100) for row in rows]
    if action == "by_fixed":
        return [min(cents(amount * each["qty"]), row) for each, row in zip(cart["items"], rows, strict=True)]
    if action != "cart_fixed" or not sum(rows):
        return [0.0 for _ in rows]
    left, found = min(amount, sum(rows)), []
    for row in rows:
        found.append(min(cents(min(amount, sum(rows)) * row / sum(rows)), cents(left)))
        left -= found[-1]
    return [*found[:-1], cents(found[-1] + left)]


def _tax(taxes: list[dict[str, Any]]) -> float:
    return cents(sum(each["amount"] for each in taxes))


def _details(taxes: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Word the taxes of all items by rate, as a checkout lists them."""
    found: dict[str, dict[str, Any]] = {}
    for each in (each for item in taxes for each in item):
        rate = {"percent": str(each["percent"]), "title": each["code"]}
        row = found.setdefault(each["code"], {"amount": 0, "rates": [rate], "group_id": len(found) + 1})
        row["amount"] = cents(row["amount"] + each["amount"])
    return list(found.values())


def taxed(item: dict[str, Any], taxes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the money of an item of a cart or of an order's line."""
    row, tax, percent = (
        cents(item["price"] * item["qty"]),
        _tax(taxes),
        sum(each["percent"] for each in taxes),
    )
    money = {
        "price": item["price"],
        "row_total": row,
        "tax_amount": tax,
        "price_incl_tax": cents(item["price"] * (1 + percent / 100)),
        "row_total_incl_tax": cents(row + tax),
    }
    return with_base(money) | {"tax_percent": plain_number(float(percent))}


def totals(cart: dict[str, Any]) -> dict[str, Any]:
    per_item = taxes(cart)
    tax = cents(sum(map(_tax, per_item)))
    subtotal = cents(sum(each["price"] * each["qty"] for each in cart["items"]))
    given = discounts(cart)
    discount = cents(sum(given))
    shipping = float(
        next((each["amount"] for each in rates(cart) if f"{each['carrier_code']}_" in f"{cart['method']}"), 0)
    )
    money = {
        "grand_total": cents(subtotal + shipping + tax - discount),
        "subtotal": subtotal,
        "discount_amount": -discount or 0.0,
        "subtotal_with_discount": cents(subtotal - discount),
        "shipping_amount": shipping,
        "shipping_discount_amount": 0.0,
        "tax_amount": tax,
        "shipping_tax_amount": 0.0,
        "shipping_incl_tax": shipping,
    }
    return with_base(money) | {
        **({"coupon_code": cart["coupon"]} if cart.get("coupon") else {}),
        "weee_tax_applied_amount": None,
        "subtotal_incl_tax": plain_number(cents(subtotal + tax)),
        "base_currency_code": "USD",
        "quote_currency_code": "USD",
        "items_qty": plain_number(sum(each["qty"] for each in cart["items"])),
        "items": [_total_of(*each) for each in zip(cart["items"], per_item, given, strict=True)],
        "total_segments": _segments(cart, money, _details(per_item)),
    }


def _segments(
    cart: dict[str, Any], money: dict[str, float], taxes: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Word what a cart comes to row by row, as a checkout shows it."""
    way = next(
        (f"{title} - {method}" for code, title, method, _ in RATES if f"{code}_" in f"{cart['method']}"), ""
    )

    def row(code: str, title: str, amount: float, **more: Any) -> dict[str, Any]:
        return {"code": code, "title": title, "value": plain_number(amount), **more}

    given = [row("discount", f"Discount ({cart.get('coupon')})", money["discount_amount"])]
    return [
        row("subtotal", "Subtotal", money["subtotal"]),
        *(given if money["discount_amount"] else ()),
        row("shipping", f"Shipping & Handling ({way})", money["shipping_amount"]),
        row("tax", "Tax", money["tax_amount"], extension_attributes={"tax_grandtotal_details": taxes}),
        row("grand_total", "Grand Total", money["grand_total"], area="footer"),
    ]


def _total_of(item: dict[str, Any], taxes: list[dict[str, Any]], discount: float) -> dict[str, Any]:
    return with_base({"discount_amount": discount}) | {
        "item_id": item["item_id"],
        "qty": plain_number(item["qty"]),
        "row_total_with_discount": 0,
        "discount_percent": 0,
        "options": "[]",
        "weee_tax_applied_amount": None,
        "weee_tax_applied": None,
        "name": item["name"],
        **taxed(item, taxes),
    }


def title(method: str) -> str:
    return next(
        (f"{title} - {name}" for code, title, name, _ in RATES if method.startswith(f"{code}_")), method
    )
