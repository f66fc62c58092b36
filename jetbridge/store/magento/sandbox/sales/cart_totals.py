"""What a cart comes to, and the ways to ship and to pay."""

from typing import Any

from ..contract import number as plain_number
from .amounts import cents, with_base

FLAT_RATE = 5
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


def totals(cart: dict[str, Any]) -> dict[str, Any]:
    subtotal = cents(sum(each["price"] * each["qty"] for each in cart["items"]))
    shipping = float(
        next((each["amount"] for each in rates(cart) if f"{each['carrier_code']}_" in f"{cart['method']}"), 0)
    )
    money = {
        "grand_total": subtotal + shipping,
        "subtotal": subtotal,
        "discount_amount": 0.0,
        "subtotal_with_discount": subtotal,
        "shipping_amount": shipping,
        "shipping_discount_amount": 0.0,
        "tax_amount": 0.0,
        "shipping_tax_amount": 0.0,
        "shipping_incl_tax": shipping,
    }
    title = next(
        (f"{title} - {method}" for code, title, method, _ in RATES if f"{code}_" in f"{cart['method']}"), ""
    )
    segments = [
        {"code": "subtotal", "title": "Subtotal", "value": plain_number(subtotal)},
        {"code": "shipping", "title": f"Shipping & Handling ({title})", "value": plain_number(shipping)},
        {"code": "tax", "title": "Tax", "value": 0, "extension_attributes": {"tax_grandtotal_details": []}},
        {
            "code": "grand_total",
            "title": "Grand Total",
            "value": plain_number(subtotal + shipping),
            "area": "footer",
        },
    ]
    return with_base(money) | {
        "weee_tax_applied_amount": None,
        "subtotal_incl_tax": plain_number(subtotal),
        "base_currency_code": "USD",
        "quote_currency_code": "USD",
        "items_qty": plain_number(sum(each["qty"] for each in cart["items"])),
        "items": [_total_of(each) for each in cart["items"]],
        "total_segments": segments,
    }


def _total_of(item: dict[str, Any]) -> dict[str, Any]:
    row = cents(item["price"] * item["qty"])
    money = {
        "price": item["price"],
        "row_total": row,
        "tax_amount": 0.0,
        "discount_amount": 0.0,
        "price_incl_tax": item["price"],
        "row_total_incl_tax": row,
    }
    return with_base(money) | {
        "item_id": item["item_id"],
        "qty": plain_number(item["qty"]),
        "row_total_with_discount": 0,
        "tax_percent": 0,
        "discount_percent": 0,
        "options": "[]",
        "weee_tax_applied_amount": None,
        "weee_tax_applied": None,
        "name": item["name"],
    }


def title(method: str) -> str:
    return next(
        (f"{title} - {name}" for code, title, name, _ in RATES if method.startswith(f"{code}_")), method
    )
