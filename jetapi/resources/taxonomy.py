"""Jet's taxonomy (docs/jet-api.md, taxonomy)."""

from jetapi import wire
from jetapi.gateway import Gateway
from jetapi.http import answers
from jetapi.types.taxonomy import TaxonomyAttribute, TaxonomyNode

# Clients met several; every one of them is answered.
VERSION = "v1"
PAGE = 1000

NodeIds = list[str]
Attributes = list[TaxonomyAttribute]


class Taxonomy:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def links(self, offset: int = 0, limit: int = PAGE) -> NodeIds:
        """
        List one page of category ids: GET /taxonomy/links/{version}; at most 1,000.

        :raises JetError: no answer, or a refusal
        """
        answer = self._gateway.get(f"/taxonomy/links/{VERSION}", {"offset": offset, "limit": limit})
        return wire.last_segments(answers.listed(answer, "node_urls"))

    def node(self, node_id: str | int) -> TaxonomyNode:
        """
        Read one category: GET /taxonomy/nodes/{id}.

        :raises JetNotFound: no such category
        """
        return TaxonomyNode.read(self._gateway.get(f"/taxonomy/nodes/{wire.segment(str(node_id))}"))

    def attributes(self, node_id: str | int) -> Attributes:
        """
        List the attributes of a category: GET /taxonomy/nodes/{id}/attributes.

        :raises JetNotFound: no such category, or it has no attributes
        """
        answer = self._gateway.get(f"/taxonomy/nodes/{wire.segment(str(node_id))}/attributes")
        return [TaxonomyAttribute.read(one) for one in answers.listed(answer, "attributes")]
