"""Variation groups: which SKUs are one product in several sizes and colors."""

from typing import Any

from ..kit import checks
from ..kit.wire import Document, quoted, reject_if
from ..world import World
from . import skus

RELATIONSHIP = "Variation"


def put_variation(world: World, account: str, parent: str, raw: Any) -> None:
    """
    Make a SKU the parent of a variation group.

    :raises Rejected: children unknown, another brand, or a refinement that a member does not have
    :raises Unknown: no such parent SKU
    """
    doc = skus.load(world, account, parent)
    body = skus.checked_body(raw)
    found = _shape_problems(body, parent)
    if not found:
        children = {sku: world.store.get("sku", account, sku) for sku in body["children_skus"]}
        found = _member_problems(body, {parent: doc, **children})
    reject_if(found)
    skus.refuse(world, parent)
    doc["variation"] = {
        "relationship": RELATIONSHIP,
        "variation_refinements": body["variation_refinements"],
        "children_skus": list(dict.fromkeys(body["children_skus"])),
    }
    if body.get("group_title"):
        doc["variation"]["group_title"] = body["group_title"]
    skus.save(world, account, doc)


def _shape_problems(body: Document, parent: str) -> list[str]:
    found = checks.problems(body, {"group_title": checks.text(0, 500)})
    if not checks_relationship(body.get("relationship")):
        found.append("relationship must be 'Variation'.")
    refinements = body.get("variation_refinements")
    if not isinstance(refinements, list) or not refinements or not all(map(checks.is_whole, refinements)):
        found.append("variation_refinements must be a list of one or more attribute ids (whole numbers).")
    children = body.get("children_skus")
    if not isinstance(children, list) or not children or not all(isinstance(each, str) for each in children):
        found.append("children_skus must be a list of one or more merchant SKUs.")
    elif parent in children:
        found.append(f"children_skus must not name the parent {quoted(parent)} itself.")
    return found


def checks_relationship(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() == RELATIONSHIP.lower()


def _member_problems(body: Document, members: dict[str, Document | None]) -> list[str]:
    found = []
    brands = set()
    for sku, doc in members.items():
        if doc is None:
            found.append(f"children_skus: the SKU {quoted(sku)} was not found.")
            continue
        brands.add(str(doc["content"].get("brand", "")).strip().lower())
        own = {each["attribute_id"] for each in doc["content"].get("attributes_node_specific", [])}
        missing = [each for each in body["variation_refinements"] if each not in own]
        if missing:
            listed = ", ".join(map(str, missing))
            found.append(f"variation_refinements: the SKU {quoted(sku)} has no attribute {listed}.")
    if len(brands) > 1:
        found.append("children_skus: parent and children must have the same brand.")
    return found


def variation_document(doc: Document) -> Document | None:
    """Word the group; children are objects on GET although they are texts on PUT."""
    group = doc.get("variation")
    if group is None:
        return None
    return {**group, "children_skus": [{"merchant_sku": sku} for sku in group["children_skus"]]}
