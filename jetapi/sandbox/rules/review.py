"""Jet's review of a SKU: when it begins, what it finds, what it decides."""

from datetime import datetime

from ..kit.wire import Document, Rejected, Unknown, quoted
from ..store import Columns
from ..words import PRODUCT_STATUSES
from ..world import World, new_id

STEP = "sku.review"
LIVE = "Available for Purchase"
MISSING = "Missing Listing Data"


def under_review(world: World) -> str:
    return "Processing" if world.options.is_2015 else "Under Jet Review"


def send_to_review(world: World, account: str, doc: Document) -> None:
    """Put a changed SKU under review; the caller saves it. The review never begins without stock."""
    if doc["is_archived"]:
        return
    doc["status"], doc["sub_status"] = under_review(world), []
    doc["_wants_review"] = True


def begin_if_stocked(world: World, account: str, doc: Document) -> None:
    """Begin the review of a saved SKU that waits for it and has stock, or put off one that lost its stock."""
    if not doc.get("_wants_review"):
        return
    sku = doc["merchant_sku"]
    if quantity(doc) <= 0:
        world.schedule.forget(STEP, account, sku)
    elif not world.schedule.is_pending(STEP, account, sku):
        world.later(STEP, account, sku)


def stop(world: World, account: str, doc: Document, *, status: str) -> None:
    """End any review with a status of another making; the caller saves the SKU."""
    world.schedule.forget(STEP, account, doc["merchant_sku"])
    doc["status"], doc["sub_status"] = status, []
    doc.pop("_wants_review", None)


def quantity(doc: Document) -> int:
    return sum(kept["quantity"] for kept in doc.get("inventory", {}).values())


def lacks(world: World, doc: Document) -> list[str]:
    """Name, as sub-statuses, what keeps a SKU from going live."""
    content = doc["content"]
    rules = (
        ("Missing title", bool(content.get("product_title"))),
        ("Missing price", "price" in doc),
        ("Missing image", bool(content.get("main_image_url"))),
        ("Missing brand", bool(content.get("brand"))),
        ("Additional SKU ID needed", bool(content.get("standard_product_codes") or content.get("ASIN"))),
        ("Invalid category", _category_is_known(world, content.get("jet_browse_node_id"))),
    )
    return [name for name, is_met in rules if not is_met]


def _category_is_known(world: World, node_id: int | None) -> bool:
    # The small built-in tree is no measure for anybody's categories.
    return node_id is None or not world.taxonomy.is_whole or node_id in world.taxonomy.nodes


def decide(world: World, account: str, sku: str, when: datetime) -> None:
    doc = world.store.get("sku", account, sku)
    if doc is None or not doc.get("_wants_review") or quantity(doc) <= 0:
        return
    sub_status = lacks(world, doc)
    _settle(world, account, doc, MISSING if sub_status else LIVE, sub_status)


def _settle(world: World, account: str, doc: Document, status: str, sub_status: list[str]) -> None:
    world.schedule.forget(STEP, account, doc["merchant_sku"])
    doc.pop("_wants_review", None)
    doc["status"], doc["sub_status"] = status, sub_status
    if status == LIVE:
        doc.setdefault("jet_retail_sku", new_id())
    world.store.put("sku", account, doc["merchant_sku"], doc, Columns(status=status, at=doc["_position"]))


def impose(world: World, account: str, sku: str, status: str, sub_status: list[str]) -> None:
    """
    Set a SKU's status by hand, as Jet's people could.

    :raises Rejected: not one of Jet's statuses
    :raises Unknown: no such SKU
    """
    doc = world.store.get("sku", account, sku)
    if doc is None:
        raise Unknown(f"The merchant SKU {quoted(sku)} was not found.")
    known = {each.lower(): each for each in PRODUCT_STATUSES}
    if status.lower() not in known:
        raise Rejected(f"status must be one of: {', '.join(PRODUCT_STATUSES)}.")
    doc["is_archived"] = known[status.lower()] == "Archived"
    _settle(world, account, doc, known[status.lower()], sub_status)
    if known[status.lower()] == under_review(world):
        doc["_wants_review"] = True
        world.store.put("sku", account, sku, doc, Columns(status=doc["status"], at=doc["_position"]))
        begin_if_stocked(world, account, doc)


def decide_all(world: World, account: str) -> int:
    """End the waiting of every review that has begun; return how many SKUs get a new status by that."""
    return world.schedule.bring_forward(STEP, account, world.now())
