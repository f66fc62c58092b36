"""The merchant's answer to a ready order: whole or not at all."""

from typing import Any

from .. import dates
from ..kit import checks
from ..kit.wire import Document, Rejected, reject_if
from ..words import ACKNOWLEDGEMENTS, FULFILLABLE, ITEM_ACKNOWLEDGEMENTS, ORDER_REJECTED
from ..world import World
from . import orders, sales

ACCEPTED = "accepted"
BY_SQUEEZED = {checks.squeezed(each): each for each in ACKNOWLEDGEMENTS}
ITEM_BY_SQUEEZED = {checks.squeezed(each): each for each in ITEM_ACKNOWLEDGEMENTS}


def acknowledge(world: World, account: str, order_id: str, raw: Any) -> None:
    """
    Accept or reject a ready order.

    :raises Rejected: the order is not ready, or the answer does not fit its items
    :raises Unknown: no such order
    """
    order = orders.load(world, account, order_id)
    if not isinstance(raw, dict):
        raise Rejected("The request body must be a JSON object.")
    if order["status"] != "ready":
        raise Rejected(f"The order is {order['status']}; only a ready order can be acknowledged.")
    status = BY_SQUEEZED.get(checks.squeezed(str(raw.get("acknowledgement_status", ""))))
    reject_if(_problems(world, order, raw, status))
    _answer_items(order, raw)
    if raw.get("alt_order_id"):
        order["alt_order_id"] = raw["alt_order_id"]
    now = world.now()
    order["acknowledgement_status"] = status
    order["order_acknowledge_date"] = dates.order_date(now)
    if status == ACCEPTED:
        order["status"] = "acknowledged"
        _decline(order)
        sales.count(world, account, order)
        if not any(units.open for units in orders.units_by_sku(order).values()):
            orders.complete(world, order, now)
    else:
        order["exception_state"] = ORDER_REJECTED
        orders.complete(world, order, now)
    orders.save(world, account, order)
    world.schedule.forget("order.late", account, order_id)
    world.check_off(account, "IsOrderAcknowledged")


def _problems(world: World, order: Document, body: Document, status: str | None) -> list[str]:
    found = checks.problems(body, {"alt_order_id": checks.text(0, 200)})
    if status is None:
        found.append(f"acknowledgement_status must be one of: {', '.join(ACKNOWLEDGEMENTS)}.")
    items = body.get("order_items")
    if items is None and status != ACCEPTED:
        return found
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        return [*found, "order_items must be a list of objects."]
    known = {item["order_item_id"] for item in order["order_items"]}
    for place, each in enumerate(items):
        found += _item_problems(each, f"order_items[{place}]", known)
    named = {each.get("order_item_id") for each in items if isinstance(each.get("order_item_id"), str)}
    if status == ACCEPTED:
        found += [f"order_items must answer for the item {each}." for each in sorted(known - named)]
        if world.options.strict and any(_declines(each) for each in items):
            found.append("order_items: an accepted order must be fulfillable as a whole; reject it instead.")
    return found


def _item_problems(each: Document, label: str, known: set[str]) -> list[str]:
    found = checks.problems(each, {"alt_order_item_id": checks.text(0, 200)}, f"{label}.")
    if not isinstance(each.get("order_item_id"), str) or each["order_item_id"] not in known:
        found.append(f"{label}.order_item_id is not an item of this order.")
    if checks.squeezed(str(each.get("order_item_acknowledgement_status", ""))) not in ITEM_BY_SQUEEZED:
        found.append(
            f"{label}.order_item_acknowledgement_status must be one of: {', '.join(ITEM_ACKNOWLEDGEMENTS)}."
        )
    return found


def _declines(each: Document) -> bool:
    return checks.squeezed(str(each.get("order_item_acknowledgement_status", ""))) != FULFILLABLE


def _answer_items(order: Document, body: Document) -> None:
    answers = {each["order_item_id"]: each for each in body.get("order_items") or []}
    for item in order["order_items"]:
        answer = answers.get(item["order_item_id"])
        if answer is None:
            continue
        status = checks.squeezed(answer["order_item_acknowledgement_status"])
        item["order_item_acknowledgement_status"] = ITEM_BY_SQUEEZED[status]
        if answer.get("alt_order_item_id"):
            item["alt_order_item_id"] = answer["alt_order_item_id"]


def _decline(order: Document) -> None:
    """Count the units of declined items as cancelled."""
    declined = {
        item["order_item_id"]: orders.units_of(item)
        for item in order["order_items"]
        if item.get("order_item_acknowledgement_status", FULFILLABLE) != FULFILLABLE
    }
    if declined:
        order["_declined"] = declined
