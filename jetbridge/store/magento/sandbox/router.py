"""Finds the endpoint for a path; fixed words win over parameters, and case matters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from .call import Call

Endpoint = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path after `V1/`, and the permission that it takes ("anonymous" for none)."""

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
    """The table of routes."""

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
        decoded = [unquote(part, errors="replace") for part in parts[1:]]
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
