"""Fulfillment nodes (docs/jet-api.md, set-up)."""

from jetapi import wire
from jetapi.gateway import Gateway
from jetapi.http import answers
from jetapi.types.setup import FulfillmentNode

FulfillmentNodes = list[FulfillmentNode]
NodeIds = list[str]


class Nodes:
    """The warehouses of a merchant."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self) -> FulfillmentNodes:
        """
        List all nodes: GET /fulfillmentnodesbymerchantid.

        :raises JetError: no answer, or a refusal
        """
        answer = self._gateway.get("/fulfillmentnodesbymerchantid")
        if not isinstance(answer, list):
            answer = answers.listed(answer, "fulfillment_nodes", "FulfillmentNodes")
        return [FulfillmentNode.read(node) for node in answer]

    def ids(self) -> NodeIds:
        """
        List the nodes' ids: GET /fulfillment-nodes.

        :raises JetError: no answer, or a refusal
        """
        return wire.last_segments(
            answers.listed(self._gateway.get("/fulfillment-nodes"), "fulfillment_nodes")
        )

    def get(self, node_id: str) -> FulfillmentNode:
        """
        Read one node: GET /fulfillment-nodes/{id}.

        :raises JetNotFound: no such node
        """
        return FulfillmentNode.read(self._gateway.get(f"/fulfillment-nodes/{wire.segment(node_id)}"))
