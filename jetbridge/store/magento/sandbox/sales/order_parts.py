"""The parts of an order as they are kept: lines, payment, addresses, comments, tax rows."""

from typing import Any

from ..errors import not_there
from ..memory import StoreMemory
from .amounts import cents

KIND = "order"
LONGEST_NUMBER = 50
GIFT_WORDS = ("sender", "recipient", "message")
TAX_AMOUNTS = ("amount", "base_amount", "base_real_amount")
STORE_NAME = "Main Website\nMain Website Store\nDefault Store View"


def find(memory: StoreMemory, number: int) -> dict[str, Any]:
    """
    Return an order's document.

    :raises Refusal: there is none of this number
    """
    found = memory.get(KIND, number)
    if found is None:
        raise not_there()
    return found


def save(memory: StoreMemory, order: dict[str, Any], stamp: str = "") -> None:
    """Keep an order; a stamp moves its `updated_at`."""
    if stamp:
        order["updated_at"] = stamp
    memory.put(KIND, order["entity_id"], order, name=order["increment_id"], updated_at=order["updated_at"])


def next_number(memory: StoreMemory) -> str:
    return f"{memory.number('order_number'):09d}"


def line(memory: StoreMemory, order: dict[str, Any], given: dict[str, Any], stamp: str) -> dict[str, Any]:
    """Keep a line; a parent that is sent inside it is not kept."""
    line = {name: value for name, value in given.items() if name != "parent_item" and value is not None}
    line |= {"item_id": memory.number("order_item"), "order_id": order["entity_id"]}
    line |= {"created_at": stamp, "updated_at": stamp}
    if message := (given.get("extension_attributes") or {}).get("gift_message"):
        line["gift_message"] = gift_message(memory, message)
    if "price" in line:
        line.setdefault("original_price", line["price"])
    for name in ("row_total", "base_row_total", "row_total_incl_tax", "base_row_total_incl_tax"):
        line.setdefault(name, 0)
    return line


def gift_message(memory: StoreMemory, given: dict[str, Any], customer: int = 0) -> dict[str, Any]:
    """Word what goes with a gift, as it is read."""
    words = {name: given.get(name) or "" for name in GIFT_WORDS}
    return {"gift_message_id": memory.number("gift_message"), "customer_id": customer, **words}


def payment(memory: StoreMemory, order: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    kept = {"account_status": None, "cc_last4": None, **given}
    return {**kept, "entity_id": memory.number("payment"), "parent_id": order["entity_id"]}


def new_history(
    memory: StoreMemory, order: dict[str, Any], given: dict[str, Any], stamp: str
) -> dict[str, Any]:
    number = memory.number("history")
    kept = {name: value for name, value in given.items() if value is not None}
    return {**kept, "entity_id": number, "parent_id": order["entity_id"], "created_at": stamp}


def add_history(memory: StoreMemory, order: dict[str, Any], given: dict[str, Any], stamp: str) -> None:
    order["histories"].append(new_history(memory, order, given, stamp))


def keep_addresses(
    memory: StoreMemory, order: dict[str, Any], billing: dict[str, Any] | None, shipping: dict[str, Any]
) -> None:
    for kind, address in (("billing", billing), ("shipping", shipping.get("address"))):
        if address is not None:
            number = memory.number("address")
            order[kind] = {
                **address,
                "address_type": kind,
                "entity_id": number,
                "parent_id": order["entity_id"],
            }
            if kind == "billing" and order.get("customer_email"):
                order[kind]["email"] = order["customer_email"]
    if billing is not None:
        order["billing_address_id"] = order["billing"]["entity_id"]
    if "method" in shipping:
        order["shipping_method"] = shipping["method"]


def keep_taxes(memory: StoreMemory, order: dict[str, Any], given: dict[str, Any]) -> None:
    """Write tax rows; each time they are sent, they are added to what is there."""
    extension = given.get("extension_attributes") or {}
    if extension.get("converting_from_quote"):
        for each in extension.get("applied_taxes") or []:
            _tax_row(memory, order, each)


def tax_lines(memory: StoreMemory, order: dict[str, Any]) -> None:
    """Write the tax rows of an order that was a cart: one a rate, and what each line has of it."""
    rows: dict[str, dict[str, Any]] = {}
    for line in order["lines"]:
        line["itemized"] = []
        for each in line.pop("taxes", ()):
            code, amount = each["code"], each["amount"]
            row = rows.get(code) or _tax_row(memory, order, each | {"title": code, "amount": 0})
            rows[code] = row | dict.fromkeys(TAX_AMOUNTS, cents(row["amount"] + amount))
            line["itemized"].append(
                {
                    "tax_item_id": memory.number("order_tax_item"),
                    "tax_id": row["tax_id"],
                    "item_id": line["item_id"],
                    "tax_code": code,
                    "tax_percent": each["percent"],
                    **dict.fromkeys(("amount", "base_amount", "real_amount", "real_base_amount"), amount),
                    "taxable_item_type": "product",
                }
            )
    if rows:
        order["taxes"] = list(rows.values())


def _tax_row(memory: StoreMemory, order: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    row = {
        "tax_id": memory.number("order_tax"),
        "order_id": order["entity_id"],
        "code": given.get("code"),
        "title": given.get("title"),
        "percent": given.get("percent"),
        "amount": given.get("amount"),
        "base_amount": given.get("base_amount"),
        "base_real_amount": given.get("base_amount"),
        "priority": 0,
        "position": 0,
        "process": 0,
    }
    order.setdefault("taxes", []).append(row)
    return row


def shipping_of(given: dict[str, Any]) -> dict[str, Any]:
    assignments = (given.get("extension_attributes") or {}).get("shipping_assignments") or []
    return (assignments[0].get("shipping") or {}) if assignments else {}
