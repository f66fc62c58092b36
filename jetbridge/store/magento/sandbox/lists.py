"""Lists of entities: which fields of a document can be filtered and sorted by, and the answer's envelope."""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from jetapi.sandbox.kit.wire import dumps

from . import criteria
from .call import Call, listed
from .contract import Fields, contract
from .criteria import Column
from .errors import internal

NUMBERS = ("int", "float")
NAME = re.compile(r"\w{1,64}")


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


def members(call: Call, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """
    Answer a list of a few documents that are held whole (sources, stocks, attribute sets).

    :raises Refusal: a page or an expression that is none
    """
    asked = call.criteria(is_optional=True)

    def column(name: str) -> tuple[str, bool]:
        found = [each[name] for each in items if each.get(name) is not None]
        if not found or not NAME.fullmatch(name):
            return "NULL", False
        return f"json_extract(value, '$.{name}')", all(isinstance(each, int | float) for each in found)

    where, params = criteria.where(asked, column)
    order = criteria.order_by(asked, column, "key")
    rows = f"FROM json_each(?) WHERE {where}"
    given = (dumps(items), *params)
    total = call.memory.rows(f"SELECT COUNT(*) {rows}", *given)[0][0]
    kept = call.memory.rows(f"SELECT key {rows} ORDER BY {order} LIMIT ? OFFSET ?", *given, *asked.window)
    return listed([items[key] for (key,) in kept], asked, total)
