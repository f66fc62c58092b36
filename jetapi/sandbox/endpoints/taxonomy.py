"""The taxonomy endpoints."""

from ..calls import Call
from ..kit.wire import Answer, Unknown, ok, quoted
from ..taxonomy import Node

PAGE = 1000


def links(call: Call) -> Answer:
    """List the nodes in pages; the version in the path may be anything."""
    offset = call.whole_number("offset", 0, most=2**53)
    limit = call.whole_number("limit", PAGE, most=PAGE)
    found = list(call.world.taxonomy.nodes)[offset : offset + limit]
    return ok({"node_urls": [f"/taxonomy/nodes/{each}" for each in found]})


def _node(call: Call) -> Node:
    text = call.params["id"]
    node = call.world.taxonomy.nodes.get(int(text[:18])) if text.isascii() and text.isdigit() else None
    if node is None:
        raise Unknown(f"The taxonomy node {quoted(text)} was not found.")
    return node


def node(call: Call) -> Answer:
    """Word a node; its path stands leaf first."""
    found = _node(call)
    return ok(
        {
            "jet_node_id": found.id,
            "jet_node_name": found.name,
            "jet_node_path": call.world.taxonomy.path(found),
            "amazon_node_ids": [],
            "parent_id": found.parent_id or 0,
            "jet_level": found.level,
            "suggested_tax_code": found.tax_code,
            "active": found.active,
        }
    )


def attributes(call: Call) -> Answer:
    found = call.world.taxonomy.attributes_of(_node(call).id)
    if not found:
        raise Unknown("The node has no attributes.")
    return ok({"attributes": [each.as_shown() for each in found]})
