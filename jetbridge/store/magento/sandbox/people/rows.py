"""Rows of the store in pages, the newest first, and how figures are written."""

from typing import Any

from markupsafe import Markup

from jetapi.sandbox.kit.pages import Look, page_number, pager
from jetapi.sandbox.kit.wire import Document

from ..memory import StoreMemory

ROWS = 50


def paged(
    memory: StoreMemory, look: Look, kind: str, where: str = "1", *params: object, order: str = "id DESC"
) -> tuple[list[Document], Markup]:
    """Return one page of entities and the links to its neighbors."""
    number = page_number(look.query)
    found = memory.found(kind, where, params, order, ROWS + 1, (number - 1) * ROWS)
    return found[:ROWS], neighbors(look, has_more=len(found) > ROWS)


def neighbors(look: Look, *, has_more: bool) -> Markup:
    query = {name: value for name, value in look.query.items() if name not in ("page", "said")}
    return pager(
        lambda other: look.url(look.name, **query, page=other), page_number(look.query), has_more=has_more
    )


def named(look: Look) -> tuple[str, list[str]]:
    """Return the condition, and its value, for rows whose SKU or number holds what was searched for."""
    text = look.query.get("q", "").strip()
    return ("instr(lower(name), lower(?)) > 0", [text]) if text else ("1", [])


def amount(value: Any) -> str:
    """Word a quantity: 5, not 5.0; nothing where there is none."""
    return "" if value is None else f"{float(value):.10g}"


def money(value: Any) -> str:
    return "" if value is None else f"{float(value):.2f}"
