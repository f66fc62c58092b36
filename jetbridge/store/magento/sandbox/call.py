"""One call of the API, as its endpoint sees it."""

from dataclasses import dataclass, field
from typing import Any

from jetapi.sandbox.kit.wire import Request

from . import contract, criteria
from .criteria import Criteria
from .memory import StoreMemory
from .world import World

ALL = "all"
DEFAULT = "default"


@dataclass(slots=True)
class Call:
    """A request, the store view that it speaks to (ALL: the defaults), what its path and body say."""

    world: World
    request: Request
    store: str = DEFAULT
    params: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def memory(self) -> StoreMemory:
        return self.world.memory

    def number(self, name: str) -> int:
        """
        Return a number of the path.

        :raises Refusal: it is none
        """
        return contract.whole(self.params[name])

    def criteria(self, *, is_optional: bool = False) -> Criteria:
        """
        Return what a list asks for.

        :raises Refusal: nothing, or a page that is too large
        """
        return criteria.read(self.query, limited=self.world.options.limits, is_optional=is_optional)


def listed_of(parent: int, items: list[Any]) -> dict[str, Any]:
    """Word the comments of an order or a shipment, which come as if they had been asked for by its number."""
    asked = {"filters": [{"field": "parent_id", "value": str(parent), "condition_type": "eq"}]}
    return {"items": items, "search_criteria": {"filter_groups": [asked]}, "total_count": len(items)}


def listed(items: list[Any], asked: Criteria, total: int) -> dict[str, Any]:
    return {"items": items, "search_criteria": asked.echo(), "total_count": total}
