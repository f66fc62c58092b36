"""A merchant's fulfillment nodes and return locations."""

from typing import Any

from ..accounts import Account
from ..kit import checks
from ..kit.wire import Document, reject_if
from ..store import Columns
from ..world import World, new_id

ADDRESS = {
    "address1": checks.text(1, 200),
    "address2": checks.text(0, 200),
    "city": checks.text(1, 100),
    "state": checks.text(2, 50),
    "zip_code": checks.text(5, 10),
}
FIELDS = {"fulfillment_node_name": checks.text(1, 100), **ADDRESS}
FIRST_ADDRESS = {
    "address1": "1 Warehouse Way",
    "address2": "",
    "city": "Hoboken",
    "state": "NJ",
    "zip_code": "07030",
}
PASCAL = {
    "fulfillment_node_id": "FulfillmentNodeId",
    "fulfillment_node_name": "FulfillmentNodeName",
    "address1": "Address1",
    "address2": "Address2",
    "city": "City",
    "state": "State",
    "zip_code": "ZipCode",
}


def listed(world: World, account: Account) -> list[Document]:
    """Give the nodes, the one that the merchant began with first."""
    first = {
        "fulfillment_node_id": account.fulfillment_node_id,
        "fulfillment_node_name": f"{account.mode.capitalize()} warehouse",
        **FIRST_ADDRESS,
    }
    return [first, *world.store.docs("node", account.mode)]


def create(world: World, account: str, raw: Any) -> str:
    """
    Add a node, as merchants did in the partner portal; give its id.

    :raises Rejected: a part of the address is missing or too long
    """
    body = raw if isinstance(raw, dict) else {}
    found = [f"{name} is required." for name in FIELDS if name != "address2" and not body.get(name)]
    reject_if(found + checks.problems(body, FIELDS))
    node_id = new_id()
    node = {"fulfillment_node_id": node_id} | {name: body.get(name) or "" for name in FIELDS}
    world.store.put("node", account, node_id, node, Columns(at=world.now().timestamp()))
    world.nodes_changed()
    return node_id


def pascal(node: Document) -> Document:
    return {PASCAL[name]: value for name, value in node.items()}


def return_location(account: Account) -> Document:
    """Give the place to which the merchant's returns go."""
    return {"return_location_id": account.fulfillment_node_id[::-1], "name": "Returns desk", **FIRST_ADDRESS}
