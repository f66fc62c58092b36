"""Returns: opened by buyers, completed by the merchant, or by Jet when two business days are over."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from .. import dates, money
from ..kit import checks
from ..kit.wire import Document, Rejected, Unknown, quoted, reject_if
from ..store import Columns
from ..words import CHARGE_FEEDBACK, RETURN_FEEDBACK, RETURN_REASONS, RETURN_STATUSES
from ..world import World, new_digits, new_id
from . import nodes, orders

KIND = "return"
DAYS_TO_COMPLETE = 2
COMPLETED = "completed by merchant"
AMOUNTS = ("principal", "tax", "shipping_cost", "shipping_tax")
ALIASES = {
    "completedbymerchant": COMPLETED,
    "refundcustomerwithoutreturn": "refund customer without return",
    "jetrefunded": COMPLETED,
    "acknowledge": "acknowledged",
}
ITEM_FIELDS: dict[str, checks.Check] = {
    "alt_order_item_id": checks.text(0, 200),
    "notes": checks.text(0, 2000),
    "total_quantity_returned": checks.whole(0, 10**6),
    "order_return_refund_qty": checks.whole(0, 10**6),
    "return_refund_feedback": checks.one_of(RETURN_FEEDBACK),
}


def load(world: World, account: str, return_id: str) -> Document:
    """
    Give a return as it is kept.

    :raises Unknown: the account has no such return
    """
    found = world.store.get(KIND, account, return_id)
    if found is None:
        raise Unknown(f"The return {quoted(return_id)} was not found.")
    return found


def save(world: World, account: str, doc: Document) -> None:
    at = dates.parse(doc["return_date"], naive_is_utc=True).timestamp()
    columns = Columns(status=doc["return_status"], at=at, tag=doc["merchant_order_id"])
    world.store.put(KIND, account, doc["merchant_return_authorization_id"], doc, columns)


def list_ids(world: World, account: str, status: str) -> list[str]:
    """
    List the ids of one status, oldest first; old spellings of a status are understood.

    :raises Unknown: not a status of Jet's
    """
    word = " ".join(status.lower().split())
    word = ALIASES.get(word.replace(" ", ""), word)
    if word not in RETURN_STATUSES:
        raise Unknown(f"There is no return status {quoted(status)}.")
    return world.store.ids(KIND, account, "status=?", word, limit=1000)


def of_order(world: World, account: str, order_id: str) -> list[Document]:
    return world.store.docs(KIND, account, "tag=?", order_id)


def open_return(world: World, account: str, order_id: str, items: Any) -> str:
    """
    Open a return for shipped units; without items, for everything that was shipped and is not returned yet.

    :raises Rejected: units that were not shipped, or an unknown reason
    :raises Unknown: no such order, no such line
    """
    order = orders.load(world, account, order_id)
    available = _returnable(world, account, order)
    requested = _requested(order, available, items)
    lines = {item["order_item_id"]: item for item in order["order_items"]}
    merchant = world.accounts.get(account)
    now = world.now()
    doc: Document = {
        "merchant_return_authorization_id": new_id(),
        "reference_return_authorization_id": new_digits(12),
        "merchant_order_id": order["merchant_order_id"],
        "reference_order_id": order["reference_order_id"],
        "return_date": dates.order_date(now),
        "return_status": "created",
        "refund_without_return": False,
        "merchant_return_charge": 0,
        "shipping_carrier": "FedEx",
        "tracking_number": new_digits(12),
        "return_location": [nodes.return_location(merchant)] if merchant else [],
        "return_merchant_SKUs": [asked(lines[key], quantity, reason) for key, quantity, reason in requested],
    }
    if order.get("alt_order_id"):
        doc["alt_order_id"] = order["alt_order_id"]
    enter(world, account, doc)
    return str(doc["merchant_return_authorization_id"])


def _returnable(world: World, account: str, order: Document) -> dict[str, int]:
    available = orders.shipped_by_item(order)
    for earlier in of_order(world, account, order["merchant_order_id"]):
        for item in earlier["return_merchant_SKUs"]:
            if item["order_item_id"] in available:
                available[item["order_item_id"]] -= item["return_quantity"]
    return available


def _requested(order: Document, available: dict[str, int], items: Any) -> list[tuple[str, int, str]]:
    if items is None:
        everything = [
            (key, quantity, RETURN_REASONS[0]) for key, quantity in available.items() if quantity > 0
        ]
        if not everything:
            raise Rejected("The order has no shipped units that could be returned.")
        return everything
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        raise Rejected("items must be a list of objects with order_item_id, quantity and reason.")
    reason_check = checks.text(1, 200)  # whoever runs the sandbox may word a buyer's reason freely
    requested = []
    for each in items:
        key, quantity, reason = (
            each.get("order_item_id"),
            each.get("quantity", 1),
            each.get("reason", RETURN_REASONS[0]),
        )
        if not isinstance(key, str) or key not in available:
            raise Unknown(f"The order has no item {quoted(key)}.")
        if complaint := checks.whole(1)(quantity):
            raise Rejected(f"items: quantity {complaint}.")
        if complaint := reason_check(reason):
            raise Rejected(f"items: reason {complaint}.")
        if quantity > available[key]:
            raise Rejected(
                f"items: {key} has {available[key]} shipped units that could be returned, not {quantity}."
            )
        available[key] -= quantity
        requested.append((key, quantity, reason))
    return requested


def asked(line: Document, quantity: int, reason: str) -> Document:
    price = line["item_price"]
    share = Decimal(quantity) / max(1, orders.units_of(line))
    doc = {
        "order_item_id": line["order_item_id"],
        "merchant_sku": line["merchant_sku"],
        "merchant_sku_title": line.get("product_title", line["merchant_sku"]),
        "return_quantity": quantity,
        "reason": reason,
        "requested_refund_amount": {
            "principal": money.plain(money.exact(price.get("base_price")) * quantity),
            "tax": money.plain(money.exact(price.get("item_tax")) * share),
            "shipping_cost": money.plain(money.exact(price.get("item_shipping_cost")) * quantity),
            "shipping_tax": money.plain(money.exact(price.get("item_shipping_tax")) * share),
        },
    }
    if line.get("alt_order_item_id"):
        doc["alt_order_item_id"] = line["alt_order_item_id"]
    return doc


def enter(world: World, account: str, doc: Document) -> None:
    """Keep a new return; while it is created, Jet waits two business days for the merchant."""
    save(world, account, doc)
    if doc["return_status"] == "created":
        created = dates.parse(doc["return_date"], naive_is_utc=True)
        deadline = dates.add_business_days(created, DAYS_TO_COMPLETE)
        world.schedule.deadline(
            "return.expire", account, doc["merchant_return_authorization_id"], at=deadline
        )


def complete(world: World, account: str, return_id: str, raw: Any) -> None:
    """
    Complete a return with what the merchant gives back.

    :raises Rejected: it is completed already, or the answer does not fit what came back
    :raises Unknown: no such return
    """
    doc = load(world, account, return_id)
    if not isinstance(raw, dict):
        raise Rejected("The request body must be a JSON object.")
    if doc["return_status"] not in ("created", "acknowledged"):
        raise Rejected(f"The return is {doc['return_status']}; it was completed before.")
    reject_if(_problems(world, doc, raw))
    doc["return_status"] = "inprogress"
    for name in ("agree_to_return_charge", "return_charge_feedback", "alt_order_id"):
        if raw.get(name) not in (None, ""):
            doc[name] = raw[name]
    doc["items"] = [_given(each) for each in raw["items"]]
    doc["_answered"] = dates.order_date(world.now())
    save(world, account, doc)
    world.schedule.forget("return.expire", account, return_id)
    world.check_off(account, "IsReturnComplete")
    world.later("return.settle", account, return_id)


def _problems(world: World, doc: Document, body: Document) -> list[str]:
    found = []
    if body.get("merchant_order_id") != doc["merchant_order_id"]:
        found.append("merchant_order_id is required and must be the order of this return.")
    if not isinstance(body.get("agree_to_return_charge"), bool):
        found.append("agree_to_return_charge is required and must be true or false.")
    found += checks.problems(body, {"alt_order_id": checks.text(0, 200)})
    found += _charge_problems(body)
    items = body.get("items")
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        return [*found, "items is required and must be a list of one or more objects."]
    requested = {each["order_item_id"]: each for each in doc["return_merchant_SKUs"]}
    for place, each in enumerate(items):
        found += _item_problems(each, f"items[{place}]", requested, strict=world.options.strict)
    named = [str(each.get("order_item_id")) for each in items]
    if len(set(named)) < len(named):
        found.append("items may name each order_item_id only once.")
    return found


def _charge_problems(body: Document) -> list[str]:
    feedback = body.get("return_charge_feedback")
    if feedback in (None, ""):
        if body.get("agree_to_return_charge") is False:
            return ["return_charge_feedback is required when agree_to_return_charge is false."]
        return []
    return checks.problems(body, {"return_charge_feedback": checks.one_of(CHARGE_FEEDBACK)})


def _item_problems(item: Document, label: str, asked: dict[str, Document], *, strict: bool) -> list[str]:
    line = asked.get(item["order_item_id"]) if isinstance(item.get("order_item_id"), str) else None
    if line is None:
        return [f"{label}.order_item_id is not an item of this return."]
    filled = {name: value for name, value in item.items() if value != ""}
    found = checks.problems(filled, ITEM_FIELDS, f"{label}.")
    needed = ("total_quantity_returned", "order_return_refund_qty", "refund_amount")
    found += [f"{label}.{name} is required." for name in needed if item.get(name) is None]
    found += amount_problems(item.get("refund_amount"), f"{label}.refund_amount")
    if found:
        return found
    if item["total_quantity_returned"] > line["return_quantity"]:
        found.append(
            f"{label}.total_quantity_returned is more than the {line['return_quantity']} that were sent back."
        )
    if item["order_return_refund_qty"] > item["total_quantity_returned"]:
        found.append(f"{label}.order_return_refund_qty is more than total_quantity_returned.")
    if _is_less(item, line) and not item.get("return_refund_feedback"):
        found.append(f"{label}.return_refund_feedback is required when less than requested is refunded.")
    if strict and _is_more(item, line):
        found.append(f"{label}.refund_amount is more than was requested.")
    return found


def amount_problems(amount: Any, label: str) -> list[str]:
    """List what is wrong with an object of refund amounts; absent parts count as 0."""
    if amount is None:
        return []
    if not isinstance(amount, dict):
        return [f"{label} must be an object with {', '.join(AMOUNTS)}."]
    return checks.problems(amount, dict.fromkeys(AMOUNTS, checks.number()), f"{label}.")


def _total(amount: Document) -> Decimal:
    return sum((money.exact(amount.get(name)) for name in AMOUNTS), Decimal())


def _is_less(item: Document, line: Document) -> bool:
    fewer = item["order_return_refund_qty"] < line["return_quantity"]
    return fewer or _total(item["refund_amount"]) < _total(line.get("requested_refund_amount", {}))


def _is_more(item: Document, line: Document) -> bool:
    requested = line.get("requested_refund_amount", {})
    return any(
        money.exact(item["refund_amount"].get(name)) > money.exact(requested.get(name)) for name in AMOUNTS
    )


def _given(item: Document) -> Document:
    body = {name: item[name] for name in ("order_item_id", *ITEM_FIELDS) if item.get(name) not in (None, "")}
    body["refund_amount"] = {name: item["refund_amount"].get(name) or 0 for name in AMOUNTS}
    return body


def acknowledge(world: World, account: str, return_id: str) -> None:
    """
    Take note of a return, as in 2015; nothing changes.

    :raises Unknown: no such return
    """
    load(world, account, return_id)


def settle(world: World, account: str, return_id: str, when: datetime) -> None:
    """Refund the buyer of a return that the merchant completed."""
    doc = load(world, account, return_id)
    if doc["return_status"] == "inprogress":
        _finish(world, account, doc, when)


def complete_by_jet(world: World, account: str, return_id: str, when: datetime) -> None:
    """Refund everything that was requested, since two business days went by without an answer."""
    doc = load(world, account, return_id)
    if doc["return_status"] not in ("created", "acknowledged"):
        return
    doc["items"] = [
        {
            "order_item_id": each["order_item_id"],
            "total_quantity_returned": each["return_quantity"],
            "order_return_refund_qty": each["return_quantity"],
            "refund_amount": each.get("requested_refund_amount", dict.fromkeys(AMOUNTS, 0)),
        }
        for each in doc["return_merchant_SKUs"]
    ]
    doc["agree_to_return_charge"] = True
    doc["_by_jet"] = True
    _finish(world, account, doc, when)


def _finish(world: World, account: str, doc: Document, when: datetime) -> None:
    doc["return_status"] = COMPLETED
    doc["completed_date"] = dates.order_date(when)
    save(world, account, doc)


def as_shown(doc: Document, *, compat: bool) -> Document:
    """Word a return as GET does: what was asked always, what was given from completion on; compat lists it always."""
    body = {name: value for name, value in doc.items() if not name.startswith("_")}
    if compat:
        body.setdefault("items", [])
    return body
