"""Whole return documents that somebody brings, moved to now where that is asked for."""

from typing import Any

from .. import dates
from ..kit import checks
from ..kit.wire import Document, Rejected, reject_if
from ..words import RETURN_REASONS, RETURN_STATUSES
from ..world import World, new_digits
from . import orders, returns


def bring(world: World, account: str, documents: Any, *, rebase: bool) -> list[str]:
    """
    Take in whole return documents; `rebase` moves each so that it was created now.

    :raises Rejected: one of them is no return, or is here already; then none is taken in
    """
    if not isinstance(documents, list):
        raise Rejected("documents must be a list of returns.")
    found: list[str] = []
    for place, document in enumerate(documents):
        found += _document_problems(world, account, document, f"documents[{place}]")
    ids = [each.get("merchant_return_authorization_id") for each in documents if isinstance(each, dict)]
    if len({str(each) for each in ids}) < len(ids):
        found.append("documents: a merchant_return_authorization_id stands twice.")
    reject_if(found[:50])
    return [_take_in(world, account, document, rebase=rebase) for document in documents]


def _document_problems(world: World, account: str, document: Any, label: str) -> list[str]:
    if not isinstance(document, dict):
        return [f"{label} must be an object."]
    found = []
    for name in ("merchant_return_authorization_id", "merchant_order_id"):
        if not isinstance(document.get(name), str) or not document[name]:
            found.append(f"{label}.{name} is required.")
    return_id = document.get("merchant_return_authorization_id")
    if isinstance(return_id, str) and world.store.get(returns.KIND, account, return_id) is not None:
        found.append(f"{label}.merchant_return_authorization_id {return_id} is here already.")
    if document.get("return_status", "created") not in RETURN_STATUSES:
        found.append(f"{label}.return_status must be one of: {', '.join(RETURN_STATUSES)}.")
    dated = [name for name in document if name.endswith("_date")]
    found += checks.problems(document, dict.fromkeys(dated, dates.check_date), f"{label}.")
    items = document.get("return_merchant_SKUs")
    if not isinstance(items, list) or not items or not all(isinstance(each, dict) for each in items):
        return [*found, f"{label}.return_merchant_SKUs is required and must be a list of objects."]
    fields = {"order_item_id": checks.text(1, 200), "return_quantity": checks.whole(0, 10**6)}
    for place, item in enumerate(items):
        name = f"{label}.return_merchant_SKUs[{place}]"
        found += [f"{name}.{key} is required." for key in fields if item.get(key) is None]
        found += checks.problems(item, fields, f"{name}.")
        found += returns.amount_problems(
            item.get("requested_refund_amount"), f"{name}.requested_refund_amount"
        )
    return found


def _take_in(world: World, account: str, document: Document, *, rebase: bool) -> str:
    doc = _completed(world, account, document)
    if rebase:
        offset = world.now() - dates.parse(doc["return_date"], naive_is_utc=True)
        for name in [each for each in doc if each.endswith("_date") and isinstance(doc[each], str)]:
            doc[name] = dates.order_date(dates.parse(doc[name], naive_is_utc=True) + offset)
    returns.enter(world, account, doc)
    return str(doc["merchant_return_authorization_id"])


def _completed(world: World, account: str, document: Document) -> Document:
    """Fill in what Jet's returns always have."""
    order = world.store.get(orders.KIND, account, document["merchant_order_id"]) or {}
    always = {
        "return_status": "created",
        "return_date": dates.order_date(world.now()),
        "reference_return_authorization_id": new_digits(12),
        "reference_order_id": order.get("reference_order_id", new_digits(15)),
        "refund_without_return": False,
        "merchant_return_charge": 0,
    }
    given = {
        name: value for name, value in document.items() if not name.startswith("_") and value is not None
    }
    doc = always | given
    doc["return_merchant_SKUs"] = [_completed_item(item, order) for item in doc["return_merchant_SKUs"]]
    return doc


def _completed_item(item: Document, order: Document) -> Document:
    lines = {line["order_item_id"]: line for line in order.get("order_items", ())}
    line = lines.get(item["order_item_id"])
    always: Document = {"merchant_sku": "", "merchant_sku_title": "", "reason": RETURN_REASONS[0]}
    if line is not None:
        always |= returns.asked(line, item["return_quantity"], RETURN_REASONS[0])
    always.setdefault("requested_refund_amount", dict.fromkeys(returns.AMOUNTS, 0))
    return always | {name: value for name, value in item.items() if value is not None}
