"""One call of the API, as its endpoint sees it, and the routes by which a path finds that endpoint."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

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
    customer: int = 0  # who is signed in

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


Endpoint = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """
    One method and path after `V1/`, and the permission that it takes.

    "anonymous" is none, "self" is a customer who is signed in.
    """

    method: str
    path: str
    resource: str
    endpoint: Endpoint
    costs_rows: bool = False  # each row of the answer takes the store a while


@dataclass(frozen=True, slots=True)
class Match:
    """The route that was found, with the parts of the path that its braces stand for."""

    route: Route
    params: dict[str, str] = field(default_factory=dict)


class Router:
    """The table of routes; fixed words win over parameters, and case matters."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._by_length: dict[int, list[tuple[list[str], Route]]] = {}
        for route in routes:
            parts = route.path.split("/")
            self._by_length.setdefault(len(parts), []).append((parts, route))
        for group in self._by_length.values():
            group.sort(key=lambda entry: [part.startswith("{") for part in entry[0]])

    def find(self, method: str, parts: list[str]) -> Match | None:
        if not parts or parts[0] != "V1":
            return None
        # As PHP decodes a part of a path: a plus is a blank.
        decoded = [unquote_plus(part, errors="replace") for part in parts[1:]]
        for pattern, route in self._by_length.get(len(decoded), ()):
            params = _bound(pattern, decoded) if route.method == method else None
            if params is not None:
                return Match(route, params)
        return None


def _bound(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    params = {}
    for expected, given in zip(pattern, parts, strict=True):
        if expected.startswith("{"):
            if not given:
                return None
            params[expected[1:-1]] = given
        elif expected != given:
            return None
    return params
