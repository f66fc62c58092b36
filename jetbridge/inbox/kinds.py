"""The kinds of notifications: each can be switched off, in the inbox or for mail alone; rooms register theirs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum


class Area(IntEnum):
    """What a kind is about, in the order in which lists of kinds show it."""

    ORDERS = 1
    RETURNS = 2
    PRODUCTS = 3
    OPERATIONS = 4


@dataclass(frozen=True)
class Kind:
    """One kind: its name in people's words, and whether it cannot wait for tomorrow's digest."""

    area: Area
    name: str
    is_urgent: bool = False


_kinds: dict[str, Kind] = {}


def register(area: Area, names: Mapping[str, str], *, urgent: Collection[str] = ()) -> None:
    """Add the kinds that a room notifies of, by their codes."""
    _kinds.update({code: Kind(area, name, code in urgent) for code, name in names.items()})


def names() -> dict[str, str]:
    """Return every kind's name by its code, area after area."""
    ordered = sorted(_kinds.items(), key=lambda item: item[1].area)
    return {code: kind.name for code, kind in ordered}


def name_of(code: str) -> str:
    """Return a kind's name; one that nobody registered is named by itself."""
    return _kinds[code].name if code in _kinds else code


def is_urgent(code: str) -> bool:
    """Tell whether a kind is mailed at once to people who did not say otherwise."""
    return code in _kinds and _kinds[code].is_urgent
