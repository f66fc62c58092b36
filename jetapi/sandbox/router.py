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
        self._by_start: dict[
            tuple[int, str], list[tuple[list[str], Route]]
        ] = {}  # every path begins with a word
        for route in routes:
            parts = [part if part.startswith("{") else part.lower() for part in route.parts]
            self._by_start.setdefault((len(parts), parts[0]), []).append((parts, route))
        for group in self._by_start.values():
            group.sort(key=lambda entry: [part.startswith("{") for part in entry[0]])

    def find(self, method: str, path: str) -> Match:
        parts = without_prefix(path)
        allowed = []
        lowered = [part.lower() for part in parts]
        for pattern, route in self._by_start.get((len(parts), lowered[0] if lowered else ""), ()):
            params = _bind(pattern, parts, lowered)
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


def _bind(pattern: list[str], parts: list[str], lowered: list[str]) -> dict[str, str] | None:
    params = {}
    for expected, given, word in zip(pattern, parts, lowered, strict=True):
        if expected[0] == "{":
            if not given:
                return None
            params[expected[1:-1]] = given
        elif expected != word:
            return None
    return params
