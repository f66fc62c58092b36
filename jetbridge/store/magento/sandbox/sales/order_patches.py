"""Orders that are sent again under their own number: what is named changes, what is left out stays."""

from typing import Any

from ..errors import refused
from ..memory import StoreMemory
from . import order_parts, order_views
from .order_parts import KIND, LONGEST_NUMBER


def patched(memory: StoreMemory, order: dict[str, Any], given: dict[str, Any], stamp: str) -> dict[str, Any]:
    """
    Change an order by what was sent: a state reopens a cancelled one, lines without their number are added.

    :raises Refusal: the order number is another order's
    """
    before = repr(order)
    number = str(given.get("increment_id") or "")[:LONGEST_NUMBER]
    other = memory.named(KIND, number) if number else None
    if other is not None and other["entity_id"] != order["entity_id"]:
        raise refused("Unique constraint violation found")
    order |= {
        n: v for n, v in given.items() if n not in order_views.APART and v is not None and n != "updated_at"
    }
    if number:
        order["increment_id"] = number
    shipping = order_parts.shipping_of(given)
    for kind, address in (("billing", given.get("billing_address")), ("shipping", shipping.get("address"))):
        if address and address.get("entity_id") == order.get(kind, {}).get("entity_id"):
            kept_mail = {"email": order[kind].get("email")} if kind in order else {}
            order[kind] |= {**address, **kept_mail}
        elif address:
            extra = {**address, "entity_id": memory.number("address"), "parent_id": order["entity_id"]}
            order.setdefault("more_addresses", []).append(extra)
    if "method" in shipping:
        order["shipping_method"] = shipping["method"]
    payment = given.get("payment")
    if payment and payment.get("entity_id") in (None, order["payment"]["entity_id"]):
        order["payment"] |= {name: value for name, value in payment.items() if value is not None}
    for each in given.get("items") or []:
        _patch_line(memory, order, each, stamp)
    for each in given.get("status_histories") or []:
        order_parts.add_history(memory, order, each, stamp)
    order_parts.keep_taxes(memory, order, given)
    order_parts.save(memory, order, stamp if repr(order) != before else "")
    return _patch_echoed(order, given)


def _patch_echoed(order: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Word a patched order: what was sent, and what the store looks up to save it."""
    full = order_views.shown(order)
    names = {*given, "billing_address_id", "created_at", "updated_at"}
    if "items" not in given:
        names |= {
            "base_grand_total", "grand_total", "base_total_due", "total_due", "customer_email", "items",
            "billing_address", "payment", "status_histories",
        }  # fmt: skip
    found = {name: full.get(name) for name in full | dict.fromkeys(names) if name in names}
    if "items" in given:
        by_number = {line["item_id"]: line for line in order["lines"]}
        kept = ("item_id", "order_id", "created_at", "updated_at")
        found["items"] = [
            {
                name: value
                for name, value in by_number[each["item_id"]].items()
                if name in each or name in kept
            }
            for each in given["items"]
            if each.get("item_id") in by_number
        ]
    else:
        for each in found["items"] or []:
            each.pop("extension_attributes", None)
        for name in ("grand_total", "base_grand_total", "customer_email"):
            found[name] = given.get(name)
        for name in ("total_due", "base_total_due"):
            found[name] = given.get(name, 0)
    if "extension_attributes" in given and "shipping" in order:
        shipping = {"address": order["shipping"], "method": order.get("shipping_method")}
        found["extension_attributes"] = {"shipping_assignments": [{"shipping": shipping, "items": None}]}
    if "status_histories" in given:
        sent_now = order["histories"][-len(given["status_histories"]) :] if given["status_histories"] else []
        found["status_histories"] = [
            {n: v for n, v in each.items() if n != "created_at"} for each in sent_now
        ]
    return found


def _patch_line(memory: StoreMemory, order: dict[str, Any], given: dict[str, Any], stamp: str) -> None:
    line = next((each for each in order["lines"] if each["item_id"] == given.get("item_id")), None)
    if line is None:
        order["lines"].append(order_parts.line(memory, order, given, stamp))
    else:
        line |= {name: value for name, value in given.items() if value is not None and name != "parent_item"}
        line["updated_at"] = stamp
