"""The kinds of notifications: each can be switched off, in the inbox or for mail alone; rooms register theirs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum

from django.urls import reverse


class Area(IntEnum):
    """What a kind is about, in the order in which lists of kinds show it."""

    ORDERS = 1
    RETURNS = 2
    PRODUCTS = 3
    OPERATIONS = 4


@dataclass(frozen=True)
class Page:
    """Where lines of a kind lead that are about no single object: a list, or the page that their key names."""

    route: str
    query: str = ""
    is_by_key: bool = False

    def address(self, key: str) -> str:
        """
        Return the page's address for a line with this key.

        :raises NoReverseMatch: the route has no page
        """
        address = reverse(self.route, args=[key] if self.is_by_key else [])
        return f"{address}?{self.query}" if self.query else address


@dataclass(frozen=True)
class Kind:
    """One kind: its name in people's words, whether it cannot wait for tomorrow's digest, and its own page."""

    area: Area
    name: str
    is_urgent: bool = False
    page: Page | None = None


_kinds: dict[str, Kind] = {}


def register(
    area: Area,
    names: Mapping[str, str],
    *,
    urgent: Collection[str] = (),
    pages: Mapping[str, Page] | None = None,
) -> None:
    """Add the kinds that a room notifies of, by their codes, and the pages of those that have one."""
    found = pages or {}
    _kinds.update({code: Kind(area, name, code in urgent, found.get(code)) for code, name in names.items()})


def pages() -> dict[str, Page]:
    """Return the page of every kind that has its own, by the kind's code."""
    return {code: kind.page for code, kind in _kinds.items() if kind.page is not None}


def address_of(code: str, key: str) -> str:
    """Return where a line of this kind leads that is about no single object; nothing where the kind has no page."""
    page = _kinds[code].page if code in _kinds else None
    return page.address(key) if page else ""


def names() -> dict[str, str]:
    """Return every kind's name by its code, area after area."""
    ordered = sorted(_kinds.items(), key=lambda item: item[1].area)
    return {code: kind.name for code, kind in ordered}


def name_of(code: str) -> str:
    """Return a kind's name; one that nobody registered is named by itself."""
    return _kinds[code].name if code in _kinds else code


def is_urgent(code: str) -> bool:
    """Return whether a kind is mailed at once to people who did not say otherwise."""
    return code in _kinds and _kinds[code].is_urgent
