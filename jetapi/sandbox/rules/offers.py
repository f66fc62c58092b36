"""A SKU's price and stock."""

from typing import Any

from .. import dates
from ..kit import checks
from ..kit.wire import Document, quoted, reject_if
from ..world import World
from . import review, skus


def put_price(world: World, account: str, sku: str, raw: Any) -> None:
    """
    Set what the merchant receives for a SKU, everywhere and by node.

    :raises Rejected: no price, or one that is not more than 0 with two decimals
    :raises Unknown: no such SKU
    """
    doc = skus.load(world, account, sku)
    body = skus.checked_body(raw)
    found = [] if body.get("price") is not None else ["price is required."]
    found += checks.problems(body, {"price": checks.number(above=0)})
    nodes = body.get("fulfillment_nodes") or []
    found += _node_problems(world, account, nodes, "fulfillment_node_price", checks.number(above=0))
    reject_if(found)
    skus.refuse(world, sku)
    is_first = "price" not in doc
    doc["price"] = {
        "price": body["price"],
        "fulfillment_nodes": [
            {name: each[name] for name in ("fulfillment_node_id", "fulfillment_node_price")} for each in nodes
        ],
        "price_last_update": dates.update_date(world.now()),
    }
    _review_what_lacked(world, account, doc, gained=is_first)
    world.check_off(account, "IsPriceUploaded")


def set_inventory(world: World, account: str, sku: str, raw: Any, *, zero_others: bool) -> None:
    """
    Set stock by node; `zero_others` is the old PUT, which empties every node that is not named.

    :raises Rejected: no nodes, unknown nodes, or quantities that are not whole numbers
    :raises Unknown: no such SKU
    """
    doc = skus.load(world, account, sku)
    body = skus.checked_body(raw)
    nodes = body.get("fulfillment_nodes")
    if nodes is None or (nodes == [] and not zero_others):
        found = ["fulfillment_nodes is required and must name at least one node."]
    else:
        found = _node_problems(world, account, nodes, "quantity", checks.whole(0, 10**9))
    reject_if(found)
    skus.refuse(world, sku)
    at = dates.update_date(world.now())
    stock: Document = doc.setdefault("inventory", {})
    if zero_others:
        for node in stock:
            stock[node] = {"quantity": 0, "at": at}
    for each in nodes or []:
        stock[each["fulfillment_node_id"]] = {"quantity": each["quantity"], "at": at}
    _review_what_lacked(world, account, doc, gained=False)
    world.check_off(account, "IsInventoryUploaded")


def empty_node(world: World, account: str, sku: str, node: str) -> None:
    """Set a node's stock to zero, as a redirected shipment may ask; an unknown SKU or node is left alone."""
    doc = world.store.get("sku", account, sku)
    if doc is not None and node in doc.get("inventory", {}):
        doc["inventory"][node] = {"quantity": 0, "at": dates.update_date(world.now())}
        skus.save(world, account, doc)


def _node_problems(world: World, account: str, nodes: Any, field: str, check: checks.Check) -> list[str]:
    if not isinstance(nodes, list) or not all(isinstance(each, dict) for each in nodes):
        return [f"fulfillment_nodes must be a list of objects with fulfillment_node_id and {field}."]
    merchant = world.accounts.get(account)
    known = world.nodes(merchant) if merchant else []
    found = []
    seen = set()
    for place, each in enumerate(nodes):
        label = f"fulfillment_nodes[{place}]"
        node = each.get("fulfillment_node_id")
        if node not in known:
            found.append(f"{label}.fulfillment_node_id {quoted(node)} is not one of the merchant's nodes.")
        elif node in seen:
            found.append(f"{label}.fulfillment_node_id names the same node twice.")
        seen.add(str(node))
        if each.get(field) is None:
            found.append(f"{label}.{field} is required.")
        found += checks.problems(each, {field: check}, f"{label}.")
    return found


def _review_what_lacked(world: World, account: str, doc: Document, *, gained: bool) -> None:
    if gained and doc["status"] == review.MISSING:
        review.send_to_review(world, account, doc)
    skus.save(world, account, doc)


def price_document(doc: Document) -> Document | None:
    return doc.get("price")


def inventory_document(doc: Document, *, by_node: bool) -> Document:
    """Word the stock; `by_node` puts the date into each node, as since 2018."""
    stock = doc.get("inventory", {})
    nodes = [
        {"fulfillment_node_id": node, "quantity": kept["quantity"]}
        | ({"inventory_last_update": kept["at"]} if by_node else {})
        for node, kept in stock.items()
    ]
    body: Document = {"fulfillment_nodes": nodes}
    if stock:
        body["inventory_last_update"] = max(kept["at"] for kept in stock.values())
    return body
