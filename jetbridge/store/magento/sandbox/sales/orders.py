"""
Orders as the store keeps them: taken as they are sent, patched by number, shown with what documents made of them.

An order that is sent reserves nothing and checks nothing; what a line's row total is depends on where it is read.
"""

import uuid
from typing import Any

from .. import lists
from ..call import Call, Route, listed_of
from ..criteria import Column
from ..errors import Refusal, no_such_entity, not_there, refused
from ..stock import sources
from . import order_parts, order_patches, order_views
from .order_parts import KIND, LONGEST_NUMBER, STORE_NAME, find, next_number, save

CREATE, VIEW = "Magento_Sales::create", "Magento_Sales::actions_view"
TAX_FIELDS = ("applied_taxes", "item_applied_taxes", "converting_from_quote")
NEEDED = (
    ("firstname", "First Name"),
    ("lastname", "Last Name"),
    ("street", "Street"),
    ("city", "City"),
    ("telephone", "Phone Number"),
    ("postcode", "Zip/Postal Code"),
    ("country_id", "Country"),
)


def sent(call: Call) -> dict[str, Any]:
    """
    Take an order as it was sent; one with a number that exists is patched.

    :raises Refusal: no payment, an address that lacks something, or an order number that is taken
    """
    given, memory, stamp = call.body["entity"], call.memory, call.world.stamp()
    if given.get("entity_id"):
        return order_patches.patched(memory, find(memory, given["entity_id"]), given, stamp)
    if not given.get("payment"):
        raise refused("Please provide payment for the order.")
    shipping = order_parts.shipping_of(given)
    for address in (given.get("billing_address"), shipping.get("address")):
        _check_address(address)
    number = str(given.get("increment_id") or "")
    if number and memory.named(KIND, number[:LONGEST_NUMBER]) is not None:
        raise refused("Unique constraint violation found")
    own = memory.number(KIND)
    order = {
        name: value for name, value in given.items() if name not in order_views.APART and value is not None
    }
    order |= {
        "entity_id": own,
        "increment_id": (number or next_number(memory))[:LONGEST_NUMBER],
        "protect_code": uuid.uuid4().hex,
        "store_name": STORE_NAME,
        "updated_at": stamp,
        "stock_id": sources.resolved(memory, "base")["stock_id"] if memory.all(sources.STOCK) else 1,
    }
    order.setdefault("created_at", stamp)
    if "grand_total" in order:
        order.setdefault("total_due", order["grand_total"])
        order.setdefault("base_total_due", order.get("base_grand_total", order["grand_total"]))
    lines = [each for each in given.get("items") or [] if each is not None]
    order["total_item_count"] = given.get("total_item_count") or len(lines)
    order["lines"] = [order_parts.line(memory, order, each, stamp) for each in lines]
    order["payment"] = order_parts.payment(memory, order, given["payment"])
    order["histories"] = [
        order_parts.new_history(memory, order, each, stamp) for each in given.get("status_histories") or []
    ]
    order_parts.keep_addresses(memory, order, given.get("billing_address"), shipping)
    order_parts.keep_taxes(memory, order, given)
    if message := (given.get("extension_attributes") or {}).get("gift_message"):
        order["gift_message"] = order_parts.gift_message(memory, message, given.get("customer_id") or 0)
    save(memory, order)
    return _echoed(order, given)


def _echoed(order: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Word an order that was just sent: without what reading it adds, and with the number as it was sent."""
    found = order_views.shown(order, is_fresh=True)
    sent_extension = given.get("extension_attributes") or {}
    again = {name: sent_extension[name] for name in TAX_FIELDS if name in sent_extension}
    if again:
        found["extension_attributes"] = found.get("extension_attributes", {}) | again
    for line, each in zip(found["items"], given.get("items") or [], strict=False):
        if each.get("parent_item"):
            line["parent_item"] = each["parent_item"]
    number = str(given.get("increment_id") or "")
    return found | {"increment_id": number} if number else found


def _check_address(address: dict[str, Any] | None) -> None:
    """Name the first thing that an address lacks."""
    if address is None:
        return
    for field, label in NEEDED:
        if not address.get(field):
            raise refused("We can't save the address:\n%1", f'"{label}" is required. Enter and try again.')


def get(call: Call) -> dict[str, Any]:
    return order_views.shown(find(call.memory, call.number("id")))


def listing(call: Call) -> dict[str, Any]:
    columns = {"entity_id": "id", "increment_id": "name", "updated_at": "updated_at"}
    column = lists.document_column("sales-data-order-interface", columns, lists.crash)
    return lists.entities(call, KIND, _texts(column), order_views.shown)


def _texts(column: Column) -> Column:
    """Order numbers are texts, whatever the other columns of their kind are."""

    def found(name: str) -> tuple[str, bool]:
        sql, is_number = column(name)
        return sql, is_number and name != "increment_id"

    return found


def line(call: Call) -> dict[str, Any]:
    number = call.number("id")
    for order in call.memory.all(KIND):
        for each in order_views.lines(order):
            if each["item_id"] == number:
                return each
    raise not_there()


def line_list(call: Call) -> dict[str, Any]:
    return lists.members(call, [each for order in call.memory.all(KIND) for each in order_views.lines(order)])


def status(call: Call) -> Any:
    return find(call.memory, call.number("id")).get("status")


def comment(call: Call) -> bool:
    """Add a comment; the order's `updated_at` stays."""
    order, given = find(call.memory, call.number("id")), call.body["statusHistory"]
    order_parts.add_history(call.memory, order, given, call.world.stamp())
    if given.get("status"):
        order["status"] = given["status"]
    save(call.memory, order)
    return True


def comments(call: Call) -> dict[str, Any]:
    order = find(call.memory, call.number("id"))
    return listed_of(order["entity_id"], list(reversed(order["histories"])))


def mail(call: Call) -> bool:
    """
    Send the order's mail to its buyer, which here nobody gets.

    :raises Refusal: there is no such order
    """
    return bool(find(call.memory, call.number("id")))


def address(call: Call) -> dict[str, Any]:
    """
    Save an address of an order.

    :raises Refusal: it is none of this order's
    """
    order, given = find(call.memory, call.number("parent_id")), call.body["entity"]
    for kind in ("billing", "shipping"):
        if order.get(kind, {}).get("entity_id") == given.get("entity_id"):
            order[kind] |= {name: value for name, value in given.items() if value is not None}
            save(call.memory, order)
            return dict(order[kind])
    raise no_such_entity("entity_id", given.get("entity_id"))


def hold(call: Call) -> bool:
    """
    Hold an order; its document says what it was before.

    :raises Refusal: it is in a state that cannot be held
    """
    order = find(call.memory, call.number("id"))
    if order.get("state") in ("canceled", "complete", "closed", "holded"):
        raise Refusal(400, "A hold action is not available.")
    order |= {"hold_before_state": order.get("state"), "hold_before_status": order.get("status")}
    order |= {"state": "holded", "status": "holded"}
    save(call.memory, order, call.world.stamp())
    return True


def unhold(call: Call) -> bool:
    order = find(call.memory, call.number("id"))
    if order.get("state") != "holded":
        raise Refusal(400, "You cannot remove the hold.")
    order |= {"state": order.pop("hold_before_state"), "status": order.pop("hold_before_status")}
    save(call.memory, order, call.world.stamp())
    return True


ROUTES = (
    Route("GET", "orders", VIEW, listing),
    Route("GET", "orders/items", VIEW, line_list),
    Route("GET", "orders/items/{id}", VIEW, line),
    Route("GET", "orders/{id}", VIEW, get),
    Route("POST", "orders", CREATE, sent),
    Route("PUT", "orders/create", CREATE, sent),
    Route("PUT", "orders/{parent_id}", CREATE, address),
    Route("GET", "orders/{id}/statuses", VIEW, status),
    Route("GET", "orders/{id}/comments", VIEW, comments),
    Route("POST", "orders/{id}/emails", "Magento_Sales::emails", mail),
    Route("POST", "orders/{id}/comments", "Magento_Sales::comment", comment),
    Route("POST", "orders/{id}/hold", "Magento_Sales::hold", hold),
    Route("POST", "orders/{id}/unhold", "Magento_Sales::unhold", unhold),
)
