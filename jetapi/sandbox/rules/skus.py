"""A SKU as the sandbox keeps it: loading, saving, creating, archiving, and writing it as Jet did."""

from typing import Any

from .. import dates
from ..kit import checks
from ..kit.wire import Document, Rejected, Unknown, quoted, reject_if
from ..store import Columns
from ..world import World, new_id
from . import listings, review

KIND = "sku"
LONGEST_SKU = 50
REFUSED = "This SKU was refused by Jet; contact partner support."
VAGUE = "Invalid UPC Code"


def load(world: World, account: str, sku: str) -> Document:
    """
    Give the SKU as it is kept.

    :raises Unknown: the account has no such SKU
    """
    doc = world.store.get(KIND, account, sku)
    if doc is None:
        raise Unknown(f"The merchant SKU {quoted(sku)} was not found.")
    return doc


def save(world: World, account: str, doc: Document) -> None:
    """Keep a SKU; if it waits for review and has stock, the review begins."""
    columns = Columns(status=doc["status"], at=doc["_position"])
    world.store.put(KIND, account, doc["merchant_sku"], doc, columns)
    review.begin_if_stocked(world, account, doc)


def refuse(world: World, sku: str) -> None:
    """
    Turn away the SKUs that control said to refuse, whatever is sent for them.

    :raises Rejected: this is one of them
    """
    if sku in world.refused:
        raise Rejected(VAGUE if world.policy["vague_errors"] else REFUSED)


def checked_body(body: Any) -> Document:
    """
    Insist on a JSON object.

    :raises Rejected: it is something else
    """
    if not isinstance(body, dict):
        raise Rejected("The record must be a JSON object.")
    return body


def put_listing(world: World, account: str, sku: str, raw: Any) -> bool:
    """
    Create or replace a SKU's listing data; return whether it is new.

    :raises Rejected: with every rule that the data break
    """
    body = listings.filled(checked_body(raw), world.options)
    reject_if([*name_problems(sku), *listings.problems(body, world.options)])
    refuse(world, sku)
    doc = world.store.get(KIND, account, sku)
    is_new = doc is None
    if doc is None:
        doc = _created(world, account, sku)
    content = listings.kept(body)
    if not any(name in content for name in listings.IMAGE_FIELDS):
        images = {name: doc["content"][name] for name in listings.IMAGE_FIELDS if name in doc["content"]}
        content.update(images)  # images have an endpoint of their own; a message without any leaves them
    changed = content != doc["content"]
    doc["content"] = content
    doc["sku_last_update"] = dates.update_date(world.now())
    if changed:
        review.send_to_review(world, account, doc)
    save(world, account, doc)
    world.check_off(account, "IsMerchantSkuUploaded")
    return is_new


def name_problems(sku: str) -> list[str]:
    found = []
    if not 1 <= len(sku) <= LONGEST_SKU or not sku.strip():
        found.append(f"merchant_sku must be 1 to {LONGEST_SKU} characters long.")
    if "/" in sku:
        found.append("merchant_sku must not contain a slash.")
    return found


def _created(world: World, account: str, sku: str) -> Document:
    return {
        "merchant_sku": sku,
        "merchant_sku_id": new_id(),
        "correlation_id": f"map-{new_id()}",
        "status": review.under_review(world),
        "sub_status": [],
        "is_archived": False,
        "content": {},
        "_position": world.store.next_position(KIND, account),
    }


def put_images(world: World, account: str, sku: str, raw: Any) -> None:
    """
    Replace a SKU's images.

    :raises Rejected: no image, or not a web address
    :raises Unknown: no such SKU
    """
    doc = load(world, account, sku)
    body = checked_body(raw)
    found = checks.problems(body, dict.fromkeys(("main_image_url", "swatch_image_url"), checks.url))
    found += listings.alternate_images(body.get("alternate_images"))
    named = {name: body[name] for name in listings.IMAGE_FIELDS if body.get(name) is not None}
    if not named:
        found.append("main_image_url, swatch_image_url or alternate_images is required.")
    reject_if(found)
    refuse(world, sku)
    set_images(world, account, doc, named)


def set_images(world: World, account: str, doc: Document, images: Document) -> None:
    """Put these images in the place of all others; none at all takes them away."""
    rest = {name: value for name, value in doc["content"].items() if name not in listings.IMAGE_FIELDS}
    changed = {**rest, **images} != doc["content"]
    doc["content"] = {**rest, **images}
    doc["sku_last_update"] = dates.update_date(world.now())
    if changed:
        review.send_to_review(world, account, doc)
    save(world, account, doc)


def archive(world: World, account: str, sku: str, raw: Any) -> None:
    """
    Archive a SKU or take it out of the archive, which sends it to review again.

    :raises Rejected: is_archived is not true or false
    :raises Unknown: no such SKU
    """
    doc = load(world, account, sku)
    body = checked_body(raw)
    if not isinstance(body.get("is_archived"), bool):
        raise Rejected("is_archived is required and must be true or false.")
    refuse(world, sku)
    if body["is_archived"] == doc["is_archived"]:
        return
    doc["is_archived"] = body["is_archived"]
    if doc["is_archived"]:
        review.stop(world, account, doc, status="Archived")
    else:
        review.send_to_review(world, account, doc)
    save(world, account, doc)


def as_shown(doc: Document, merchant_id: str) -> Document:
    """Word a SKU as GET does: what was sent, what Jet adds, nothing that was never set."""
    body = dict(doc["content"])
    for name in ("merchant_sku", "merchant_sku_id", "correlation_id", "status", "sub_status", "is_archived"):
        body[name] = doc[name]
    body["merchant_id"] = merchant_id
    for name in ("sku_last_update", "jet_retail_sku"):
        if name in doc:
            body[name] = doc[name]
    stock = doc.get("inventory", {})
    body["inventory_by_fulfillment_node"] = [
        {"fulfillment_node_id": node, "quantity": kept["quantity"]} for node, kept in stock.items()
    ]
    if stock:
        body["inventory_last_update"] = max(kept["at"] for kept in stock.values())
    _add_price(body, doc)
    for name in ("relationship", "variation_refinements"):
        if name in doc.get("variation", {}):
            body[name] = doc["variation"][name]
    body.update(doc.get("returnsexception", {}))
    return body


def _add_price(body: Document, doc: Document) -> None:
    price = doc.get("price")
    if price:
        body["price"] = price["price"]
        # Without prices of their own, the nodes that hold stock sell at the one price that there is.
        body["price_by_fulfillment_node"] = price["fulfillment_nodes"] or [
            {"fulfillment_node_id": node, "fulfillment_node_price": price["price"]}
            for node in doc.get("inventory", {})
        ]
        body["price_last_update"] = price["price_last_update"]
