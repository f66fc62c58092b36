"""Refunds that the merchant gives without a return: created, processed, accepted or rejected."""

from datetime import datetime, timedelta
from typing import Any

from .. import dates
from ..kit import checks
from ..kit.wire import Document, Rejected, Unknown, quoted, reject_if
from ..store import Columns
from ..words import REFUND_FEEDBACK, REFUND_REASONS
from ..world import World, new_digits
from . import orders, returns

KIND = "refund"
CREATED = "created"
ACCEPTED = "accepted"
BAD_CARD = "rejected - customer card not valid"
AGAINST_POLICY = "rejected - refund conflicts with returns policy"
STATUSES = (CREATED, "processing", ACCEPTED, BAD_CARD, AGAINST_POLICY)
WINDOW = timedelta(days=30)
ITEM_FIELDS: dict[str, checks.Check] = {
    "alt_order_item_id": checks.text(0, 200),
    "total_quantity_returned": checks.whole(0, 10**6),
    "order_return_refund_qty": checks.whole(1, 10**6),
    "refund_reason": checks.one_of(REFUND_REASONS),
    "refund_feedback": checks.one_of(REFUND_FEEDBACK),
    "notes": checks.text(0, 2000),
}
NEEDED = ("total_quantity_returned", "order_return_refund_qty", "refund_reason", "refund_amount")


def create(world: World, account: str, order_id: str, alt_id: str, raw: Any) -> Document:
    """
    Take a refund of shipped units under an id of the merchant's choice.

    :raises Rejected: the id was used before, or more is refunded than was shipped
    :raises Unknown: no such order
    """
    order = orders.load(world, account, order_id)
    if not isinstance(raw, dict):
        raise Rejected("The request body must be a JSON object.")
    found = []
    if world.store.ids(KIND, account, "tag=?", alt_id, limit=1):
        found.append(f"alt_refund_id {quoted(alt_id)} was used before.")
    items = raw.get("items")
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        raise Rejected(*found, "items is required and must be a list of one or more objects.")
    available = _refundable(world, account, order)
    for place, each in enumerate(items):
        found += _item_problems(each, f"items[{place}]", available)
    reject_if(found)
    refund = {
        "refund_authorization_id": new_digits(16),
        "alt_refund_id": alt_id,
        "reference_order_id": order["reference_order_id"],
        "reference_merchant_order_id": order["reference_order_id"],
        "merchant_order_id": order_id,
        "refund_status": CREATED,
        "items": [_given(each) for each in items],
        "_created": dates.order_date(world.now()),
    }
    if order.get("alt_order_id"):
        refund["alt_order_id"] = order["alt_order_id"]
    save(world, account, refund)
    world.later("refund.process", account, refund["refund_authorization_id"])
    return refund


def _refundable(world: World, account: str, order: Document) -> dict[str, int]:
    """Count the units of each line that were shipped and not refunded yet, here or by a return."""
    available = orders.shipped_by_item(order)
    earlier = [refund for refund in of_order(world, account, order["merchant_order_id"]) if _counts(refund)]
    earlier += returns.of_order(world, account, order["merchant_order_id"])
    for document in earlier:
        for item in document.get("items", ()):
            if item["order_item_id"] in available:
                available[item["order_item_id"]] -= item.get("order_return_refund_qty") or 0
    return available


def _counts(refund: Document) -> bool:
    return not refund["refund_status"].startswith("rejected")


def _item_problems(item: Document, label: str, available: dict[str, int]) -> list[str]:
    key = item.get("order_item_id")
    if not isinstance(key, str) or key not in available:
        return [f"{label}.order_item_id is not an item of this order."]
    filled = {name: value for name, value in item.items() if value != ""}
    found = [f"{label}.{name} is required." for name in NEEDED if filled.get(name) is None]
    found += checks.problems(filled, ITEM_FIELDS, f"{label}.")
    found += returns.amount_problems(item.get("refund_amount"), f"{label}.refund_amount")
    if found:
        return found
    quantity = item["order_return_refund_qty"]
    if quantity > available[key]:
        return [
            f"{label}.order_return_refund_qty is {quantity}, but {max(0, available[key])} units can be refunded."
        ]
    available[key] -= quantity
    return []


def _given(item: Document) -> Document:
    body = {name: item[name] for name in ("order_item_id", *ITEM_FIELDS) if item.get(name) not in (None, "")}
    body["refund_amount"] = {name: item["refund_amount"].get(name) or 0 for name in returns.AMOUNTS}
    return body


def save(world: World, account: str, refund: Document) -> None:
    columns = Columns(
        status=refund["refund_status"],
        at=dates.parse(refund["_created"]).timestamp(),
        tag=refund["alt_refund_id"],
        node=refund["merchant_order_id"],
    )
    world.store.put(KIND, account, refund["refund_authorization_id"], refund, columns)


def load(world: World, account: str, key: str) -> Document:
    """
    Give a refund by Jet's id or by the merchant's.

    :raises Unknown: neither is known
    """
    found = world.store.get(KIND, account, key)
    if found is None:
        found = next(iter(world.store.docs(KIND, account, "tag=?", key, limit=1)), None)
    if found is None:
        raise Unknown(f"The refund {quoted(key)} was not found.")
    return found


def of_order(world: World, account: str, order_id: str) -> list[Document]:
    return world.store.docs(KIND, account, "node=?", order_id)


def list_ids(world: World, account: str, status: str) -> list[str]:
    """
    List the ids of one status; `rejected` means both kinds of rejection.

    :raises Unknown: not a status of Jet's
    """
    word = " ".join(status.lower().split())
    statuses = [each for each in STATUSES if each == word or (word == "rejected" and each.startswith(word))]
    if not statuses:
        raise Unknown(f"There is no refund status {quoted(status)}.")
    marks = ",".join("?" * len(statuses))
    return world.store.ids(KIND, account, f"status IN ({marks})", *statuses, limit=1000)


def process(world: World, account: str, refund_id: str, when: datetime) -> None:
    refund = load(world, account, refund_id)
    if refund["refund_status"] == CREATED:
        refund["refund_status"] = "processing"
        save(world, account, refund)
        world.later("refund.decide", account, refund_id, when=when)


def decide(world: World, account: str, refund_id: str, when: datetime) -> None:
    """Accept a refund, or reject one that comes more than thirty days after the last parcel."""
    refund = load(world, account, refund_id)
    if refund["refund_status"] != "processing":
        return
    order = orders.load(world, account, refund["merchant_order_id"])
    shipped = [
        each["response_shipment_date"]
        for each in order.get("shipments", ())
        if "response_shipment_date" in each
    ]
    last = max((dates.parse(each, naive_is_utc=True) for each in shipped), default=None)
    is_late = last is not None and dates.parse(refund["_created"]) - last > WINDOW
    settle(world, account, refund, AGAINST_POLICY if is_late else ACCEPTED, when)


def settle(world: World, account: str, refund: Document, status: str, when: datetime) -> None:
    refund["refund_status"] = status
    refund["_decided"] = dates.order_date(when)
    save(world, account, refund)
    for step in ("refund.process", "refund.decide"):
        world.schedule.forget(step, account, refund["refund_authorization_id"])
