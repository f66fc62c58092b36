"""Whole order documents that somebody brings, moved to now where that is asked for."""

from datetime import datetime, timedelta
from typing import Any

from .. import dates
from ..kit import checks
from ..kit.wire import Document, Rejected, reject_if
from ..words import ORDER_STATUSES
from ..world import World
from . import new_orders, orders, shipments

OBJECTS = ("order_detail", "order_totals", "buyer", "shipping_to")
DETAIL = dict.fromkeys(
    ("request_shipping_method", "request_service_level", "request_ship_by", "request_delivery_by"), ""
)


def bring(world: World, account: str, documents: Any, *, rebase: bool) -> list[str]:
    """
    Take in whole order documents; `rebase` moves each so that its order is ready now.

    :raises Rejected: one of them is no order, or is here already; then none is taken in
    """
    if not isinstance(documents, list):
        raise Rejected("documents must be a list of orders.")
    documents = [_unfolded(document) for document in documents]
    found: list[str] = []
    for place_, document in enumerate(documents):
        found += _document_problems(world, account, document, f"documents[{place_}]")
    ids = [each.get("merchant_order_id") for each in documents if isinstance(each, dict)]
    if len({str(each) for each in ids}) < len(ids):
        found.append("documents: a merchant_order_id stands twice.")
    reject_if(found[:50])
    return [_take_in(world, account, document, rebase=rebase) for document in documents]


def _unfolded(document: Any) -> Any:
    """Take the parts out that Jet's own sample of an order wraps into its totals."""
    totals = document.get("order_totals") if isinstance(document, dict) else None
    if not isinstance(totals, dict):
        return document
    wrapped = [name for name in ("order_items", "order_detail") if name in totals and name not in document]
    rest = {name: value for name, value in totals.items() if name not in wrapped}
    return {**document, "order_totals": rest} | {name: totals[name] for name in wrapped}


def _document_problems(world: World, account: str, document: Any, label: str) -> list[str]:
    if not isinstance(document, dict):
        return [f"{label} must be an object."]
    found = []
    order_id = document.get("merchant_order_id")
    if not isinstance(order_id, str) or not order_id:
        found.append(f"{label}.merchant_order_id is required.")
    elif world.store.get("order", account, order_id) is not None:
        found.append(f"{label}.merchant_order_id {order_id} is here already.")
    if document.get("status", "ready") not in ORDER_STATUSES:
        found.append(f"{label}.status must be one of: {', '.join(ORDER_STATUSES)}.")
    dated = [name for name in document if name.endswith("_date")]
    found += checks.problems(document, dict.fromkeys(dated, dates.check_date), f"{label}.")
    found += [
        f"{label}.{name} must be an object."
        for name in OBJECTS
        if not isinstance(document.get(name) or {}, dict)
    ]
    if not _has_sound_shipments(document):
        found.append(f"{label}.shipments must be a list of shipments with their items.")
    items = document.get("order_items")
    if not isinstance(items, list) or not items:
        return [*found, f"{label}.order_items is required and must not be empty."]
    for place_, item in enumerate(items):
        found += _document_item_problems(item, f"{label}.order_items[{place_}]")
    return found


def _document_item_problems(item: Any, label: str) -> list[str]:
    if not isinstance(item, dict):
        return [f"{label} must be an object."]
    fields = {
        "order_item_id": checks.text(1, 200),
        "merchant_sku": checks.text(1, 500),
        "request_order_quantity": checks.whole(0, 10**6),
        "request_order_cancel_qty": checks.whole(0, 10**6),
    }
    found = checks.problems(item, fields, f"{label}.")
    needed = ("order_item_id", "merchant_sku", "request_order_quantity")
    found += [f"{label}.{name} is required." for name in needed if item.get(name) is None]
    price = item.get("item_price")
    if price is not None and not isinstance(price, dict):
        return [*found, f"{label}.item_price must be an object."]
    amounts = ("base_price", "item_tax", "item_shipping_cost", "item_shipping_tax")
    return found + checks.problems(
        price or {}, dict.fromkeys(amounts, checks.number(decimals=None)), f"{label}.item_price."
    )


def _has_sound_shipments(document: Document) -> bool:
    shipments_ = document.get("shipments") or []
    if not isinstance(shipments_, list) or not all(isinstance(each, dict) for each in shipments_):
        return False
    lists = [each.get("shipment_items") for each in shipments_]
    items = [item for each in lists if isinstance(each, list) for item in each]
    quantities = (shipments.SHIPPED, shipments.CANCELLED)
    return all(isinstance(each, list) for each in lists) and all(
        isinstance(item, dict)
        and isinstance(item.get("merchant_sku"), str)
        and all(checks.is_whole(item.get(name) or 0) for name in quantities)
        for item in items
    )


def _take_in(world: World, account: str, document: Document, *, rebase: bool) -> str:
    order = _completed(world, account, document)
    if rebase:
        _rebase(order, world.now())
    orders.save(world, account, order)
    order_id: str = order["merchant_order_id"]
    world.check_off(account, "IsOrderCreated")
    if order["status"] == "created":
        placed = dates.parse(order["order_placed_date"], naive_is_utc=True)
        world.later("order.ready", account, order_id, when=placed)
    elif order["status"] == "ready":
        ready = dates.parse(order["order_ready_date"], naive_is_utc=True)
        world.schedule.deadline("order.late", account, order_id, at=ready + orders.ANSWER_WITHIN)
    return order_id


def _completed(world: World, account: str, document: Document) -> Document:
    """Fill in what Jet's orders always have, and leave out its optional texts where they are empty."""
    blank = ("exception_state", "alt_order_id")
    known = {
        name: value
        for name, value in document.items()
        if not name.startswith("_") and not (name in blank and value in ("", None))
    }
    frame = new_orders.frame(world, account, [], node=str(document.get("fulfillment_node", "")))
    frame["order_totals"] = {}
    order = {**_filled(known, frame), "fulfillment_node": frame["fulfillment_node"]}
    order["order_items"] = [_completed_item(item) for item in order["order_items"]]
    order["order_detail"] = _filled(order["order_detail"], DETAIL)
    order["order_totals"] = order["order_totals"] or new_orders.totals(order["order_items"])
    order["status"] = order.get("status", "ready")
    order["order_placed_date"] = order.get("order_placed_date") or dates.order_date(
        world.now() - new_orders.FRAUD_WINDOW
    )
    if order["status"] != "created":
        order["order_ready_date"] = order.get("order_ready_date") or dates.order_date(world.now())
    if order["status"] in ("acknowledged", "inprogress"):
        order["order_acknowledge_date"] = order.get("order_acknowledge_date") or order["order_ready_date"]
        order["acknowledgement_status"] = order.get("acknowledgement_status") or "accepted"
    order["has_shipments"] = bool(order.get("shipments"))
    return order


def _completed_item(item: Document) -> Document:
    """Fill in what a line of an order always has."""
    always = {
        "request_order_cancel_qty": 0,
        "product_title": item["merchant_sku"],
        "url": "",
        "item_price": {"base_price": new_orders.DEFAULT_PRICE},
        "fee_adjustments": [],
    }
    body = _filled(item, always)
    body["item_price"] = _filled(body["item_price"], {"base_price": 0, "item_shipping_cost": 0})
    return body


def _filled(given: Any, always: Document) -> Document:
    """Add what is absent or null."""
    named = {name: value for name, value in given.items() if value is not None or name not in always}
    return {**always, **named}


def _rebase(order: Document, now: datetime) -> None:
    anchor = order.get("order_ready_date") or order["order_placed_date"]
    offset = now - dates.parse(anchor, naive_is_utc=True)
    shift_dates(order, offset)


def shift_dates(document: Any, offset: timedelta) -> None:
    """Move every date of a document (names in `_date` or `_by`), wherever it stands."""
    for name, value in document.items() if isinstance(document, dict) else enumerate(document):
        if isinstance(value, dict | list):
            shift_dates(value, offset)
        elif isinstance(name, str) and name.endswith(("_date", "_by")) and isinstance(value, str) and value:
            document[name] = _shifted(value, offset)


def _shifted(text: str, offset: timedelta) -> str:
    try:
        return dates.order_date(dates.parse(text, naive_is_utc=True) + offset)
    except (ValueError, OverflowError):
        return text
