"""Orders made of carts: the catalogue's prices, and a reservation for each unit."""

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from ..call import Call
from ..contract import number as plain_number
from ..errors import Refusal, refused
from ..memory import StoreMemory
from ..stock import items, salable, sources
from . import cart_totals, order_parts
from .amounts import cents, with_base
from .choices import VIRTUAL

Parts = Iterable[tuple[str, float, float]]
# Kinds that have lines of their own in an order, and those of their parts below them.
PARENTS = ("configurable", "bundle")
NOT_ENOUGH = "The requested qty is not available"


def check_quantity(call: Call, doc: dict[str, Any], quantity: float) -> None:
    if quantity <= 0:
        raise refused("The fewest you may purchase is %1", 1)
    stock = stock_of(call.memory)
    if not salable.salable_result(call.memory, doc, stock, quantity)["salable"]:
        raise refused(NOT_ENOUGH)


def check_parts(call: Call, parts: Parts, quantity: float) -> None:
    """
    Look whether all that units of an item are of can be sold.

    :raises Refusal: not so much of one of them, or it is gone
    """
    for sku, units, _price in parts:
        doc = call.memory.named("product", sku)
        if doc is None:
            raise Refusal(400, "Some of the products are out of stock.")
        check_quantity(call, doc, quantity * units)


def stock_of(memory: StoreMemory) -> int:
    """Return the stock that the storefront sells from."""
    return int(sources.resolved(memory, "base")["stock_id"])


def ordered(call: Call, cart: dict[str, Any], method: str) -> dict[str, Any]:
    """
    Make an order of a cart and reserve its units.

    :raises Refusal: no longer enough in stock
    """
    memory, stamp, stock = call.memory, call.world.stamp(), stock_of(call.memory)
    for each in cart["items"]:
        check_parts(call, each["parts"], each["qty"])
    order = _begun(memory, cart, stamp) | {"stock_id": stock}
    order["payment"] = _payment(memory, order["entity_id"], method, order)
    for kind in ("shipping", "billing") if cart["shipping"] else ("billing",):
        place = {"address_type": kind, "entity_id": memory.number("address"), "parent_id": order["entity_id"]}
        order[kind] = {name: value for name, value in (cart[kind] | place).items() if value is not None}
    order["billing_address_id"] = order["billing"]["entity_id"]
    per_item = zip(cart["items"], cart_totals.taxes(cart), cart_totals.discounts(cart), strict=True)
    for item, taxes, discount in per_item:
        lines = _lines(memory, order, item, taxes, stamp)
        if discount:
            lines[0] |= with_base({"discount_amount": discount})
        order["lines"] += lines
        for sku, units, _price in item["parts"]:
            doc = memory.named("product", sku)
            if doc is not None and items.is_managed(doc):
                amount = -item["qty"] * units
                salable.reserve(memory, stock, sku, amount, "order_placed", order["increment_id"])
    order_parts.tax_lines(memory, order)
    order_parts.save(memory, order)
    return order


MONEY = (
    "grand_total", "subtotal", "subtotal_incl_tax", "discount_amount", "shipping_amount", "shipping_incl_tax",
    "shipping_tax_amount", "tax_amount", "shipping_discount_amount",
)  # fmt: skip
ZEROS = (
    "discount_tax_compensation_amount", "base_discount_tax_compensation_amount",
    "shipping_discount_tax_compensation_amount", "base_shipping_discount_tax_compensation_amnt",
)  # fmt: skip


def _begun(memory: StoreMemory, cart: dict[str, Any], stamp: str) -> dict[str, Any]:
    """Return an order's header: the cart's sums, its buyer, and what a new order is."""
    totals, address = cart_totals.totals(cart), cart["shipping"] or cart["billing"]
    money = {f"{base}{name}": totals[name] for base in ("", "base_") for name in MONEY}
    quantity = sum(each["qty"] for each in cart["items"])
    return {
        **money, **dict.fromkeys(ZEROS, 0), "entity_id": memory.number(order_parts.KIND),
        "increment_id": order_parts.next_number(memory), "state": "new", "status": "pending", "created_at": stamp,
        "updated_at": stamp, "quote_id": cart["id"], "store_id": 1, "is_virtual": int(not cart["shipping"]),
        "remote_ip": "127.0.0.1",
        "store_name": order_parts.STORE_NAME, "protect_code": uuid.uuid4().hex,
        "customer_email": cart["billing"].get("email"), "customer_firstname": address.get("firstname"),
        "customer_lastname": address.get("lastname"), "customer_note_notify": 1, **_whose(memory, cart),
        "total_due": money["grand_total"], "base_total_due": money["grand_total"], "weight": 0,
        "total_item_count": len(cart["items"]), "total_qty_ordered": plain_number(quantity),
        **({"shipping_description": cart_totals.title(cart["method"]), "shipping_method": cart["method"]}
           if cart["shipping"] else {}),
        **{f"{name}_currency_code": "USD" for name in ("global", "base", "store", "order")},
        "base_to_global_rate": 1, "base_to_order_rate": 1, "store_to_base_rate": 0, "store_to_order_rate": 0,
        "histories": [], "lines": [], "gift_message": cart.get("gift_message"),
    }  # fmt: skip


def _whose(memory: StoreMemory, cart: dict[str, Any]) -> dict[str, Any]:
    """Say whose an order is: a customer's, or a guest's."""
    number = cart.get("customer") or 0
    customer = memory.get("customer", number) if number else None
    if customer is None:
        return {"customer_is_guest": 1, "customer_group_id": 0}
    return {"customer_is_guest": 0, "customer_id": number, "customer_group_id": customer["group_id"]}


def _payment(memory: StoreMemory, number: int, method: str, order: dict[str, Any]) -> dict[str, Any]:
    return {
        "account_status": None,
        "additional_information": [dict(cart_totals.METHODS).get(method, method)],
        "amount_ordered": order["grand_total"],
        "base_amount_ordered": order["grand_total"],
        "base_shipping_amount": order["shipping_amount"],
        "cc_last4": None,
        "entity_id": memory.number("payment"),
        "method": method,
        "parent_id": number,
        "shipping_amount": order["shipping_amount"],
    }


def _lines(
    memory: StoreMemory,
    order: dict[str, Any],
    item: dict[str, Any],
    taxes: list[dict[str, Any]],
    stamp: str,
) -> list[dict[str, Any]]:
    """Make the lines of an item; a parent has one more for each part, a configurable one of the same SKU."""
    doc = memory.named("product", item["sku"])
    if doc is None:
        return []
    first = (
        _line(memory, order, item, doc, stamp)
        | with_base({"original_price": item["regular"], "discount_tax_compensation_amount": 0.0})
        | cart_totals.taxed(item, taxes)
        | {"quote_item_id": item["item_id"], "name": item["name"], "taxes": taxes}
        | ({"gift_message": item["gift_message"]} if item.get("gift_message") else {})
    )
    if item["options"]:
        first["product_option"] = {"extension_attributes": item["options"]}
    if item["type"] != "bundle" and item["parts"][0][0] != item["shown_as"]:
        first["stock_sku"] = item["parts"][0][0]
    if item["type"] not in PARENTS:
        _note_backorder(memory, order, first, item["parts"][0][0], item["qty"])
        return [first]
    return [first, *_parts(memory, order, item, first, stamp)]


def _parts(
    memory: StoreMemory, order: dict[str, Any], item: dict[str, Any], first: dict[str, Any], stamp: str
) -> Iterator[dict[str, Any]]:
    for number, (sku, units, price) in zip(item["part_ids"], item["parts"], strict=True):
        doc = memory.named("product", sku)
        if doc is None:
            continue
        one = {"shown_as": sku, "qty": item["qty"] * units}
        row = cents(price * one["qty"])
        money = {"price": price, "row_total": row, "row_total_incl_tax": row}
        yield (
            _line(memory, order, one, doc, stamp)
            | with_base(money)
            | {
                "parent_item_id": first["item_id"],
                "original_price": price,
                "base_tax_amount": 0,
                "quote_item_id": number,
                **({"product_option": first["product_option"]} if item["type"] == "bundle" else {}),
            }
        )
        _note_backorder(memory, order, first, sku, one["qty"])


def _note_backorder(
    memory: StoreMemory, order: dict[str, Any], line: dict[str, Any], sku: str, quantity: float
) -> None:
    doc = memory.named("product", sku)
    if doc is None or not items.has_backorders(doc):
        return
    backordered = quantity - max(salable.quantity(memory, doc, order["stock_id"]), 0)
    if backordered > 0:
        line["qty_backordered"] = plain_number(min(backordered, quantity))


def _line(
    memory: StoreMemory, order: dict[str, Any], item: dict[str, Any], doc: dict[str, Any], stamp: str
) -> dict[str, Any]:
    weight = float(doc["values"].get("weight") or 0)
    return {
        "item_id": memory.number("order_item"),
        "order_id": order["entity_id"],
        "product_id": doc["id"],
        "product_type": doc["type_id"],
        "sku": item["shown_as"],
        "name": doc["values"].get("name"),
        "store_id": 1,
        "qty_ordered": plain_number(item["qty"]),
        "weight": plain_number(weight),
        "created_at": stamp,
        "updated_at": stamp,
        "row_weight": plain_number(weight * item["qty"]),
        "is_qty_decimal": 0,
        "is_virtual": int(doc["type_id"] in VIRTUAL),
    }
