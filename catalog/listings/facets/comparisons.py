"""What we would send beside what Jet holds, field by field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.listings.facets import registry
from catalog.listings.facets.fields import NO_NAMES, Names
from catalog.listings.facets.payloads import Body


@dataclass(frozen=True)
class Line:
    """One field on both sides, in words; empty where a side has none."""

    label: str
    ours: str
    jets: str
    differs: bool


def compare(
    ours: Body, held: Mapping[str, Any], *, node: str, names: Names = NO_NAMES, always: bool = False
) -> list[Line]:
    """
    Return every field that one side has, in the order in which a merchant looks for them.

    always adds those that a look shows also where neither side has them.

    held is Jet's answer as it came; what Jet adds by itself (its ids, dates, status) is left out.
    """
    known = registry.fields()
    jets = {name: held[name] for name in known if held.get(name) not in (None, [], "")}
    for facet in registry.facets():
        jets |= facet.held_in(held, node)
    fields = [
        name for name, each in known.items() if name in ours or name in jets or (always and each.always)
    ]
    return [_line(name, ours.get(name), jets.get(name), names) for name in fields]


def _line(name: str, ours: Any, jets: Any, names: Names) -> Line:
    differs = alike(name, ours) != alike(name, jets)
    return Line(registry.fields()[name].label, shown(name, ours, names), shown(name, jets, names), differs)


def shown(name: str, value: Any, names: Names = NO_NAMES) -> str:
    """Return a value in words, one entry a line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return "\n".join(_entry(name, each, names) for each in value)
    if registry.fields()[name].is_amount and isinstance(value, int | float | Decimal):
        return f"${Decimal(str(value)):,.2f}"
    return _entry(name, value, names)


def _entry(name: str, entry: Any, names: Names = NO_NAMES) -> str:
    words = registry.fields()[name].words
    return words(entry, names) if words is not None else str(entry)


def alike(name: str, value: Any) -> Any:
    """Return a value in the form in which both sides can be compared: 12 and 12.00 are one price."""
    known = registry.fields()[name]
    if known.is_day:
        return str(value or "")[:10]
    if isinstance(value, list | tuple):
        entries = [_entry(name, each) for each in value]
        return tuple(sorted(entries)) if known.is_set else tuple(entries)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return str(value)


def _number(value: float | Decimal) -> Decimal | str:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)
