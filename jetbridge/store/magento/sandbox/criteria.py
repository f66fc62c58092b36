"""
Search criteria: what a list asks for, and how the store's database would answer it.

`searchCriteria[filter_groups][G][filters][F][field|value|condition_type]`: groups are joined by AND, filters within
one by OR; names come in camelCase as well.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from .errors import Refusal, internal, required

PART = re.compile(r"\[([^\[\]]*)\]")
# PHP's own limit of nested input.
DEEPEST = 64
OPERATORS = {
    "eq": "=", "neq": "<>", "gt": ">", "gteq": ">=", "moreq": ">=", "from": ">=", "lt": "<", "lteq": "<=", "to": "<=",
}  # fmt: skip
DATES = ("_at", "_time")
MOMENT = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?")
FIELDS = re.compile(r"[A-Za-z0-9_,\[\]]+")
NOTHING = "0"
# Expressions are tried by going back: what loops more often, or around a group, might never end.
MOST_LOOPS, LOOPED, NEVER = 2, re.compile(r"\)[*+{?]|\\\d"), r"(?!)"
DEFAULT_LIMITED_PAGE = 20
LARGEST_LIMITED_PAGE = 300

# Gives the SQL of a field's value and whether it is a number; what the list cannot be filtered by is its own refusal.
Column = Callable[[str], tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One comparison; `value` is as it was sent."""

    field: str
    value: str
    condition: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a list asks for; a page size of None or 0 is all there is."""

    groups: tuple[tuple[Filter, ...], ...] = ()
    sorts: tuple[tuple[str, str], ...] = ()
    page_size: int | None = None
    page: int | None = None

    def echo(self) -> dict[str, Any]:
        """Return the criteria as answers repeat them."""
        found: dict[str, Any] = {
            "filter_groups": [{"filters": [_shown(each) for each in g]} for g in self.groups]
        }
        if self.sorts:
            found["sort_orders"] = [{"field": name, "direction": way} for name, way in self.sorts]
        if self.page_size is not None:
            found["page_size"] = self.page_size
        if self.page is not None:
            found["current_page"] = self.page
        return found

    @property
    def window(self) -> tuple[int, int]:
        """Return how many rows the page has at most (-1: all there are), and how many stand before it."""
        size = self.page_size or -1
        return size, (max(self.page or 1, 1) - 1) * size if size > 0 else 0


def _shown(each: Filter) -> dict[str, Any]:
    return {"field": each.field, "value": each.value, "condition_type": each.condition}


Node = dict[str, Any]


def nested(query: str) -> Node:
    """Read a query as PHP does: brackets nest, and what nests too deep is dropped."""
    root: Node = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        head, *rest = [name.partition("[")[0], *PART.findall(name[len(name.partition("[")[0]) :])]
        if len(rest) > DEEPEST:
            continue
        at = root
        for part, following in zip([head, *rest], rest, strict=False):
            key = part or str(len(at))
            inner = at.get(key)
            if not isinstance(inner, dict):
                inner = at[key] = {}
            at = inner
            del following
        last = ([head, *rest])[-1] or str(len(at))
        at[last] = value
    return root


def in_either_spelling(query: Node) -> Node:
    """Give parameters of an address the names that the store has for them, beside those they were sent with."""
    return {_camel(name): value for name, value in query.items()} | query


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in others)


def read(query: Node, *, limited: bool, is_optional: bool = False) -> Criteria:
    """
    Read the criteria of a list.

    :raises Refusal: there are none, or the page is larger than the store allows
    """
    given = query.get("searchCriteria", query.get("search_criteria"))
    if given is None and not is_optional:
        raise required("searchCriteria")
    said = _snaked(given if isinstance(given, dict) else {})
    size, page = _whole(said.get("page_size")), _whole(said.get("current_page"))
    if limited:
        if size is not None and size > LARGEST_LIMITED_PAGE:
            raise Refusal(400, "Maximum SearchCriteria pageSize is %max", {"max": LARGEST_LIMITED_PAGE})
        size = DEFAULT_LIMITED_PAGE if size is None else size
    groups = tuple(
        tuple(map(_filter, _members(group.get("filters"))))
        for group in _members(said.get("filter_groups"))
        if isinstance(group, dict)
    )
    sorts = tuple(_sort(each) for each in _members(said.get("sort_orders")) if isinstance(each, dict))
    return Criteria(groups, sorts, size, page)


def _snaked(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower(): _snaked(each) for name, each in value.items()}


def _members(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []


def _filter(given: Any) -> Filter:
    said = given if isinstance(given, dict) else {}
    value = said.get("value", "")
    text = ",".join(map(str, value.values())) if isinstance(value, dict) else str(value)
    return Filter(str(said.get("field", "")), text, str(said.get("condition_type") or "eq"))


def _sort(given: Node) -> tuple[str, str]:
    """
    Read one order of sorting.

    :raises Refusal: a direction that is none
    """
    way = str(given.get("direction", "DESC")).upper()
    if way not in ("ASC", "DESC"):
        text = "The sort order has to be specified as %1 for ascending order or %2 for descending order."
        raise Refusal(400, text, ["ASC", "DESC"])
    return str(given.get("field", "")), way


def _whole(value: Any) -> int | None:
    if value is None or value == "":
        return None
    try:
        return max(int(str(value)), 0)
    except ValueError:
        return 0


def where(criteria: Criteria, column: Column) -> tuple[str, list[Any]]:
    """
    Word the criteria as SQL.

    :raises Refusal: a field that the list cannot be filtered by
    """
    clauses, params = ["1"], []
    for group in criteria.groups:
        parts = []
        for each in group:
            sql, values = _compared(each, *column(each.field))
            parts.append(sql)
            params += values
        if parts:
            clauses.append(f"({' OR '.join(parts)})")
    return " AND ".join(clauses), params


def order_by(criteria: Criteria, column: Column, default: str) -> str:
    """
    Word the order as SQL; the store's own is by id.

    :raises Refusal: a field that the list cannot be sorted by
    """
    parts = [f"{column(name)[0]} COLLATE NOCASE {way}" for name, way in criteria.sorts]
    return ", ".join([*parts, default])


def _compared(each: Filter, sql: str, is_number: bool) -> tuple[str, list[Any]]:
    condition, value = each.condition, moment(each.value) if each.field.endswith(DATES) else each.value
    if condition in ("seq", "sneq"):  # as text: of an empty one, whether there is any
        condition = (
            {"seq": "eq", "sneq": "neq"}[condition]
            if value
            else {"seq": "null", "sneq": "notnull"}[condition]
        )
    if condition in OPERATORS:
        return f"{sql} {OPERATORS[condition]} ?{'' if is_number else ' COLLATE NOCASE'}", [
            _typed(value, is_number)
        ]
    if condition in ("in", "nin"):
        values = [_typed(part, is_number) for part in value.split(",")]
        marks = ", ".join("?" * len(values))
        collation = "" if is_number else " COLLATE NOCASE"
        return f"{sql}{collation} {'NOT IN' if condition == 'nin' else 'IN'} ({marks})", values
    if condition in ("like", "nlike"):
        return f"{sql} {'NOT ' if condition == 'nlike' else ''}LIKE ? ESCAPE '\\'", [value]
    if condition in ("null", "notnull"):
        return f"{sql} IS {'NOT ' if condition == 'notnull' else ''}NULL", []
    if condition in ("finset", "nfinset"):
        found = f"instr(',' || {sql} || ',', ',' || ? || ',')"
        return f"{found} {'>' if condition == 'finset' else '='} 0", [value]
    if condition in ("regexp", "nregexp"):
        return f"{sql} {'NOT ' if condition == 'nregexp' else ''}REGEXP ?", [expression(value)]
    return NOTHING, []  # a condition that is none finds nothing, and says nothing


def moment(text: str) -> str:
    """Read a time as the store's database does: a day is its midnight, and what is no time lies before all others."""
    found = MOMENT.match(text)
    return f"{found[1]} {found[2] or '00:00:00'}" if found else ""


def expression(text: str) -> str:
    """
    Return an expression that the store's database can carry out; one that loops too much finds nothing there.

    :raises Refusal: it is none
    """
    try:
        re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError):
        raise internal() from None
    loops = sum(text.count(sign) for sign in "*+{")
    return text if loops <= MOST_LOOPS and not LOOPED.search(text) else NEVER


def _typed(value: str, is_number: bool) -> Any:
    """Read a value as the database reads it for a number's column: what is no number counts as 0."""
    if not is_number:
        return value
    found = re.match(r"\s*[+-]?\d{1,15}(?:\.\d{0,12})?", value)
    return float(found[0]) if found else 0


@dataclass(frozen=True, slots=True)
class Trim:
    """What `fields=` leaves of an answer: names, each with what is left of its value."""

    inner: Mapping[str, "Trim"] = field(default_factory=dict)

    def of(self, value: Any) -> Any:
        """Return a value with nothing but what was asked for; a list that is empty comes as null, nothing as []."""
        if not isinstance(value, dict | list) or not self.inner:
            return value
        if isinstance(value, list):
            return [self.of(each) for each in value] or None
        return {name: inner.of(value[name]) for name, inner in self.inner.items() if name in value} or []


def trim(text: str) -> Trim | None:
    """Read `a,b[c,d[e]]`; None is what nobody can read."""
    if not FIELDS.fullmatch(text) or text.count("[") != text.count("]"):
        return None
    stack: list[dict[str, Any]] = [{}]
    name = ""
    for sign in f"{text},":
        if len(stack) > DEEPEST:
            break
        if sign == "[":
            inner: dict[str, Any] = {}
            stack[-1][name] = inner
            stack.append(inner)
            name = ""
        elif sign in ",]":
            if name:
                stack[-1].setdefault(name, {})
            name = ""
            if sign == "]" and len(stack) > 1:
                stack.pop()
        else:
            name += sign
    return _trim(stack[0])


def _trim(names: Mapping[str, Any]) -> Trim:
    return Trim({name: _trim(inner) for name, inner in names.items()})
