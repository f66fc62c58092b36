"""Cancels, edits, and the companion module's reservation of an order that was sent."""

from typing import Any

from ..call import Call, Route
from ..contract import number as plain_number
from ..memory import StoreMemory
from ..stock import items, salable
from . import lines, order_parts, states
from .amounts import cents, share, with_base

MODULE = "JetBridge_Link::reserve"


def cancel(call: Call) -> bool:
    """
    Cancel what is neither shipped nor invoiced; where nothing can be, the answer is false and no fault.

    :raises Refusal: there is no such order
    """
    order = order_parts.find(call.memory, call.number("id"))
    return make(call.memory, order, call.world.stamp())


def make(memory: StoreMemory, order: dict[str, Any], stamp: str) -> bool:
    """Cancel an order; book the compensation of its reservation, whether or not it had one."""
    if order.get("state") in lines.CLOSED_STATES:
        return False
    open_lines = [(each, min(lines.to_invoice(each), lines.to_ship(each))) for each in lines.own(order)]
    if not any(quantity for _, quantity in open_lines):
        return False
    for line, quantity in open_lines:
        if quantity:
            lines.count(order, line, "qty_canceled", quantity)
            gone = lines.number_of(line, "qty_canceled")
            line |= {
                "tax_canceled": plain_number(
                    share(line.get("tax_amount"), gone, lines.number_of(line, "qty_ordered"))
                ),
                "discount_tax_compensation_canceled": 0,
                "updated_at": stamp,
            }
            for sku, units in lines.taken(order, line, quantity):
                _give_back(memory, order, sku, units)
    order |= _cancelled_money(order)
    states.cancel(order)
    order_parts.save(memory, order, stamp)
    return True


def _cancelled_money(order: dict[str, Any]) -> dict[str, Any]:
    """Return what of an order's amounts no invoice took; a discount counts as what it is, without its sign."""
    parts = {
        f"{name}_canceled": cents(
            abs(float(order.get(whole) or 0)) - abs(float(order.get(f"{name}_invoiced") or 0))
        )
        for name, whole in (
            ("subtotal", "subtotal"),
            ("tax", "tax_amount"),
            ("shipping", "shipping_amount"),
            ("discount", "discount_amount"),
        )
    }
    total = cents(float(order.get("grand_total") or 0) - float(order.get("total_paid") or 0))
    return with_base({**parts, "total_canceled": total})


def _give_back(memory: StoreMemory, order: dict[str, Any], sku: str, quantity: float) -> None:
    doc = memory.named("product", sku)
    if doc is None or items.is_managed(doc):
        salable.reserve(
            memory, order.get("stock_id", 1), sku, quantity, "order_canceled", order["increment_id"]
        )


def edit(call: Call, order: dict[str, Any]) -> int:
    """Do what the store does when a person edits an order: cancel it, and make another that names it."""
    memory, stamp = call.memory, call.world.stamp()
    number = memory.number(order_parts.KIND)
    place = order["increment_id"].rpartition("-")
    again = int(place[2]) + 1 if place[0] and place[2].isdecimal() and len(place[2]) < 3 else 1
    base = place[0] if again > 1 else order["increment_id"]
    new = {
        **order,
        "entity_id": number,
        "increment_id": f"{base}-{again}",
        "created_at": stamp,
        "updated_at": stamp,
    }
    new |= {
        "relation_parent_id": str(order["entity_id"]),
        "relation_parent_real_id": order["increment_id"],
        "original_increment_id": base,
        "edit_increment": again,
        "histories": [],
        "state": "new",
        "status": "pending",
        "lines": _again(memory, order["lines"], number),
    }
    for line in lines.own(new):
        for sku, units in lines.taken(new, line, lines.number_of(line, "qty_ordered")):
            salable.reserve(memory, new.get("stock_id", 1), sku, -units, "order_placed", new["increment_id"])
    order_parts.save(memory, new)
    order |= {"relation_child_id": str(number), "relation_child_real_id": new["increment_id"]}
    make(memory, order, stamp)
    return int(number)


def _again(memory: StoreMemory, lines: list[dict[str, Any]], order: int) -> list[dict[str, Any]]:
    """Take lines into another order; a child's names its parent's there."""
    numbers = {each["item_id"]: memory.number("order_item") for each in lines}
    found = [{**each, "item_id": numbers[each["item_id"]], "order_id": order} for each in lines]
    for each in found:
        if each.get("parent_item_id"):
            each["parent_item_id"] = numbers[each["parent_item_id"]]
    return found


def reserve(call: Call) -> bool:
    """
    Reserve the units of an order that was sent: true once, then false.

    :raises Refusal: there is no such order
    """
    order = order_parts.find(call.memory, call.number("id"))
    if order.get("is_reserved"):
        return False
    for line in lines.own(order):
        for sku, units in lines.taken(order, line, lines.number_of(line, "qty_ordered")):
            doc = call.memory.named("product", sku)
            if doc is None or items.is_managed(doc):
                stock, number = order.get("stock_id", 1), order["increment_id"]
                salable.reserve(call.memory, stock, sku, -units, "order_placed", number)
    order["is_reserved"] = True
    order_parts.save(call.memory, order)
    return True


ROUTES = (Route("POST", "orders/{id}/cancel", "Magento_Sales::cancel", cancel),)
MODULE_ROUTES = (Route("POST", "jetbridge/orders/{id}/reserve", MODULE, reserve),)
