"""Fulfillment nodes and return locations, under every address that integrators found."""

from ..calls import Call
from ..kit.wire import Answer, Unknown, ok, quoted, segment
from ..rules import nodes


def by_merchant(call: Call) -> Answer:
    """List the nodes with PascalCase keys, as the portal's own pages read them."""
    return ok([nodes.pascal(node) for node in nodes.listed(call.world, call.account)])


def urls(call: Call) -> Answer:
    found = nodes.listed(call.world, call.account)
    return ok(
        {
            "fulfillment_nodes": [
                f"/fulfillment-nodes/{segment(node['fulfillment_node_id'])}" for node in found
            ]
        }
    )


def get(call: Call) -> Answer:
    for node in nodes.listed(call.world, call.account):
        if node["fulfillment_node_id"] == call.params["id"]:
            return ok(node)
    raise Unknown(f"The fulfillment node {quoted(call.params['id'])} was not found.")


def setup_listed(call: Call) -> Answer:
    return ok({"fulfillment_nodes": nodes.listed(call.world, call.account)})


def return_locations(call: Call) -> Answer:
    return ok({"return_locations": [nodes.return_location(call.account)]})
