"""Lists of entities: which fields of a document can be filtered and sorted by, and the answer's envelope."""

from collections.abc import Callable, Collection
from typing import Any

from . import criteria
from .call import Call, listed
from .contract import Fields, contract
from .criteria import Column
from .errors import internal

NUMBERS = ("int", "float")


def document_column(
    fields: Fields | str, columns: dict[str, str], refusal: Callable[[str], Exception]
) -> Column:
    """Return what finds the SQL of a field: a column of ours, or a place in the document; others are refused."""
    known = contract()[fields] if isinstance(fields, str) else fields

    def column(name: str) -> tuple[str, bool]:
        if name in columns:
            return columns[name], name not in ("sku", "updated_at")
        if name not in known or "'" in name or '"' in name:
            raise refusal(name)
        return f"json_extract(doc, '$.{name}')", known[name].kind in NUMBERS

    return column


def known_column(columns: dict[str, str], fields: Collection[str]) -> Column:
    """Return what finds the SQL of a field among a few; any other is a column that the database does not have."""

    def column(name: str) -> tuple[str, bool]:
        if name in columns:
            return columns[name], name in ("entity_id", "order_id")
        if name not in fields:
            raise internal()
        return f"json_extract(doc, '$.{name}')", not name.endswith("_at")

    return column


def crash(_name: str) -> Exception:
    """The store's database fails at a column that it does not have, and the API with it."""
    return internal()


def entities(call: Call, kind: str, column: Column, shown: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """
    Answer a list of entities by number.

    :raises Refusal: no criteria, or a field that the list cannot be filtered by
    """
    asked = call.criteria()
    where, params = criteria.where(asked, column)
    order = criteria.order_by(asked, column, "id")
    total = call.memory.count(kind, where, params)
    docs = call.memory.found(kind, where, params, order, *asked.window)
    return listed([shown(each) for each in docs], asked, total)


def members(call: Call, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Answer a list of a few documents that are held whole (sources, stocks, attribute sets)."""
    asked = call.criteria(is_optional=True)
    kept = [
        each for each in items if all(any(_fits(each, f) for f in group) for group in asked.groups if group)
    ]
    size = asked.page_size or len(kept) or 1
    first = (max(asked.page or 1, 1) - 1) * size
    shown = kept[first : first + size]
    return listed(shown, asked, len(kept))


def _fits(item: dict[str, Any], each: criteria.Filter) -> bool:
    value = item.get(each.field)
    said = "1" if value is True else "0" if value is False else "" if value is None else str(value)
    text, given = said.lower(), each.value.lower()
    if each.condition == "like":
        inner = given.strip("%")
        return (inner in text) if given.startswith("%") and given.endswith("%") else text.startswith(inner)
    if each.condition in ("in", "nin"):
        return (text in given.split(",")) is (each.condition == "in")
    if each.condition in ("null", "notnull"):
        return (value is None) is (each.condition == "null")
    if each.condition in ("eq", "neq"):
        return (text == given) is (each.condition == "eq")
    return _ordered(text, given, each.condition)


def _ordered(text: str, given: str, condition: str) -> bool:
    try:
        left, right = float(text), float(given)
    except ValueError:
        return False
    return {
        "gt": left > right, "gteq": left >= right, "moreq": left >= right, "from": left >= right,
        "lt": left < right, "lteq": left <= right, "to": left <= right,
    }.get(condition, False)  # fmt: skip
