"""Finds the endpoint for a path: case and a trailing slash do not matter, `/api` in front is optional."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .calls import Call
from .kit.wire import Answer, segments

PREFIX = "api"
Endpoint = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """
    One method and path; a part in braces is a parameter. An open route asks for no token.

    `body` names the shape of what is sent (`schemas`); without one nothing is.
    """

    method: str
    path: str
    endpoint: Endpoint
    body: str = ""
    is_open: bool = False

    @property
    def parts(self) -> list[str]:
        return self.path.strip("/").split("/")


@dataclass(frozen=True, slots=True)
class Match:
    """The route that was found, or none and the methods that its path would allow."""

    route: Route | None = None
    params: dict[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()


class Router:
    """The table of routes, sorted so that fixed words win over parameters."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._by_length: dict[int, list[tuple[list[str], Route]]] = {}
        for route in routes:
            self._by_length.setdefault(len(route.parts), []).append((route.parts, route))
        for group in self._by_length.values():
            group.sort(key=lambda entry: [part.startswith("{") for part in entry[0]])

    def find(self, method: str, path: str) -> Match:
        parts = without_prefix(path)
        allowed = []
        for pattern, route in self._by_length.get(len(parts), ()):
            params = _bind(pattern, parts)
            if params is None:
                continue
            if route.method == method:
                return Match(route, params)
            allowed.append(route.method)
        return Match(allowed=tuple(sorted(set(allowed))))


def without_prefix(path: str) -> list[str]:
    """Split a path into decoded parts, without `/api` and empty parts at either end."""
    parts = segments(path)
    if parts[0].lower() == PREFIX:
        parts = parts[1:]
        while parts and not parts[0]:
            parts = parts[1:]
    return parts


def shown_path(path: str) -> str:
    """Give a path as the journal and the faults name it: as it was sent, without `/api` and a slash at the end."""
    parts = path.strip("/").split("/")
    if parts[0].lower() == PREFIX:
        parts = parts[1:]
    return "/" + "/".join(parts).lstrip("/")


def _bind(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    params = {}
    for expected, given in zip(pattern, parts, strict=True):
        if expected.startswith("{"):
            if not given:
                return None
            params[expected[1:-1]] = given
        elif expected.lower() != given.lower():
            return None
    return params
