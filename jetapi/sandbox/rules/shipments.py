"""Shipped messages: what left, what was cancelled, and what that makes of the order."""

from datetime import datetime
from typing import Any

from .. import dates
from ..kit import checks
from ..kit.wire import Document, Rejected, quoted, reject_if
from ..words import TOO_MANY_CANCELLED, TOO_MANY_SHIPPED
from ..world import World, new_id
from . import offers, orders

SHIPPED = "response_shipment_sku_quantity"
CANCELLED = "response_shipment_cancel_qty"
DATES = ("response_shipment_date", "expected_delivery_date", "carrier_pick_up_date")
SHIPMENT_FIELDS: dict[str, checks.Check] = {
    "alt_shipment_id": checks.text(0, 200),
    "shipment_tracking_number": checks.text(0, 200),
    "response_shipment_method": checks.text(0, 200),
    "ship_from_zip_code": checks.text(0, 10),
    "carrier": checks.text(0, 100),
}
ITEM_FIELDS: dict[str, checks.Check] = {
    "alt_shipment_item_id": checks.text(0, 200),
    SHIPPED: checks.whole(0, 10**6),
    CANCELLED: checks.whole(0, 10**6),
    "RMA_number": checks.text(0, 200),
    "days_to_return": checks.whole(0, 3650),
}


def ship(world: World, account: str, order_id: str, raw: Any, *, sent: Any = None) -> None:
    """
    Add shipments (or cancels) to an order; `sent` is the message before anything was read leniently in it.

    :raises Rejected: the order cannot ship now, or the message breaks a rule
    :raises Unknown: no such order
    """
    order = orders.load(world, account, order_id)
    if not isinstance(raw, dict):
        raise Rejected("The request body must be a JSON object.")
    shipments = raw.get("shipments")
    if (
        not isinstance(shipments, list)
        or not shipments
        or not all(isinstance(each, dict) for each in shipments)
    ):
        raise Rejected("shipments is required and must be a list of one or more objects.")
    found = checks.problems(raw, {"alt_order_id": checks.text(0, 200)})
    for place, each in enumerate(shipments):
        found += _shipment_problems(each, f"shipments[{place}]", order)
    reject_if(found)
    _check_state(order, shipments)
    if world.options.strict:
        reject_if(_excess_problems(order, shipments))
    if raw.get("alt_order_id"):
        order["alt_order_id"] = raw["alt_order_id"]
    order.setdefault("_messages", []).append({"at": dates.order_date(world.now()), "payload": sent or raw})
    _add(world, account, order, shipments)


def _check_state(order: Document, shipments: list[Document]) -> None:
    only_cancels = not any(_is_shipping(each) for each in shipments)
    if order["status"] in ("acknowledged", "inprogress") or (order["status"] == "ready" and only_cancels):
        return
    raise Rejected(f"The order is {order['status']}; only an acknowledged or inprogress order can ship.")


def _add(world: World, account: str, order: Document, shipments: list[Document]) -> None:
    now = world.now()
    order["shipments"] = [*(order.get("shipments") or ()), *(_as_shown(each, now) for each in shipments)]
    order["has_shipments"] = True
    is_shipping = any(_is_shipping(each) for each in shipments)
    _settle(world, order, is_shipping=is_shipping)
    orders.save(world, account, order)
    if order["status"] != "ready":
        world.schedule.forget("order.late", account, order["merchant_order_id"])
    for each in shipments:
        _redirect(world, account, order, each)
    world.check_off(account, "IsOrderShipped" if is_shipping else "IsOrderCanceled")
    if is_shipping and orders.has_cancelled_units(order):
        world.check_off(account, "IsOrderCanceled")


def _settle(world: World, order: Document, *, is_shipping: bool) -> None:
    tally = orders.units_by_sku(order).values()
    is_over = any(units.shipped + units.cancelled > units.ordered for units in tally)
    if is_over:
        too_much_shipped = is_shipping or any(units.shipped > units.ordered for units in tally)
        order["exception_state"] = TOO_MANY_SHIPPED if too_much_shipped else TOO_MANY_CANCELLED
    if is_over or not any(units.open for units in tally):
        orders.complete(world, order, world.now())
    elif order["status"] != "ready":  # a ready order that lost some units still waits for its answer
        order["status"] = "inprogress"


def _items(shipment: Document) -> list[Document]:
    items = shipment.get("shipment_items")
    return items if isinstance(items, list) else []


def _is_shipping(shipment: Document) -> bool:
    return any((each.get(SHIPPED) or 0) > 0 for each in _items(shipment))


def _shipment_problems(shipment: Document, label: str, order: Document) -> list[str]:
    found = checks.problems(shipment, SHIPMENT_FIELDS, f"{label}.")
    found += _date_problems(shipment, label)
    items = _items(shipment)
    if not items or not all(isinstance(each, dict) for each in items):
        return [*found, f"{label}.shipment_items is required and must be a list of one or more objects."]
    skus = {item["merchant_sku"] for item in order["order_items"]}
    item_problems = []
    for place, each in enumerate(items):
        item_problems += _item_problems(each, f"{label}.shipment_items[{place}]", skus)
    if item_problems:
        return found + item_problems
    if _is_shipping(shipment):
        needed = ("shipment_tracking_number", "carrier")
        found += [f"{label}.{name} is required when units ship." for name in needed if not shipment.get(name)]
    elif not shipment.get("alt_shipment_id"):
        found.append(f"{label}.alt_shipment_id is required when units are only cancelled.")
    return found


def _date_problems(shipment: Document, label: str) -> list[str]:
    named = {name: shipment[name] for name in DATES if shipment.get(name) not in (None, "")}
    return checks.problems(named, dict.fromkeys(DATES, dates.check_timestamp), f"{label}.")


def _item_problems(item: Document, label: str, skus: set[str]) -> list[str]:
    found = checks.problems(item, ITEM_FIELDS, f"{label}.")
    sku = item.get("merchant_sku")
    if not isinstance(sku, str) or sku not in skus:
        found.append(f"{label}.merchant_sku {quoted(sku)} is not in this order.")
    place = item.get("return_location")
    if place not in (None, "") and not isinstance(place, dict):
        found.append(f"{label}.return_location must be an address.")
    if not found and not (item.get(SHIPPED) or 0) + (item.get(CANCELLED) or 0):
        found.append(f"{label}: {SHIPPED} or {CANCELLED} must be more than 0.")
    return found


def _excess_problems(order: Document, shipments: list[Document]) -> list[str]:
    asked: dict[str, int] = {}
    for shipment in shipments:
        for item in _items(shipment):
            units = (item.get(SHIPPED) or 0) + (item.get(CANCELLED) or 0)
            asked[item["merchant_sku"]] = asked.get(item["merchant_sku"], 0) + units
    tally = orders.units_by_sku(order)
    return [
        f"shipments: {quantity} units of {sku} are more than the {tally[sku].open} still open."
        for sku, quantity in asked.items()
        if quantity > tally[sku].open
    ]


def _as_shown(shipment: Document, now: datetime) -> Document:
    body = {name: shipment[name] for name in SHIPMENT_FIELDS if shipment.get(name)}
    body["shipment_id"] = new_id()
    body["carrier"] = shipment.get("carrier") or ""
    for name in DATES:
        if shipment.get(name):
            body[name] = dates.order_date(dates.parse(shipment[name]))
    if _is_shipping(shipment):
        body.setdefault("response_shipment_date", dates.order_date(now))
    body["shipment_items"] = [_item_document(each) for each in _items(shipment)]
    return body


def _item_document(item: Document) -> Document:
    body = {name: item[name] for name in ITEM_FIELDS if item.get(name) not in (None, "")}
    body.update(shipment_item_id=new_id(), merchant_sku=item["merchant_sku"])
    body[SHIPPED], body[CANCELLED] = item.get(SHIPPED) or 0, item.get(CANCELLED) or 0
    if item.get("return_location"):
        body["return_location"] = item["return_location"]
    return body


def _redirect(world: World, account: str, order: Document, shipment: Document) -> None:
    notice = shipment.get("redirect_notification")
    if isinstance(notice, dict) and notice.get("is_redirect_for_zero_inventory") is True:
        for item in _items(shipment):
            offers.empty_node(world, account, item["merchant_sku"], order["fulfillment_node"])
