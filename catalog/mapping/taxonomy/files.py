"""The four files to one taxonomy: each row is checked against what it leans on, never guessed at."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from catalog.mapping.taxonomy.csv_tables import REQUIRED, Table, TaxonomyUnreadable, read_table
from catalog.mapping.taxonomy.taxonomy_rows import (
    ATTRIBUTES,
    CATEGORIES,
    LINKS,
    VALUES,
    AttributeRow,
    BadRow,
    CategoryRow,
    LinkRow,
    Taxonomy,
    ValueRow,
)

# Attribute IDs are 64-bit whole numbers.
MAX_ID = 2**63 - 1
NO_PARENT = {"", "0", "NULL"}
NAME_LENGTH, PATH_LENGTH, TAX_CODE_LENGTH, UNIT_LENGTH = 255, 800, 100, 60


class Refused(Exception):
    """One row is not taken; args are a code and the reason."""


class Given(NamedTuple):
    """A category row before its place in the tree is known."""

    line: int
    name: str
    parent: str
    level: str
    tax_code: str
    active: bool


def read_taxonomy(
    files: Mapping[str, bytes],
    *,
    known_categories: Collection[int] = (),
    known_attributes: Collection[int] = (),
) -> Taxonomy:
    """
    Read whichever of the four files are given, distinguished by their headers.

    What a missing file would have held is taken from the known ids, so that links can come alone.

    :raises TaxonomyUnreadable: none of the files is one of the four
    """
    taxonomy = Taxonomy()
    tables = _tables(files, taxonomy.bad)
    taxonomy.parts = set(tables)
    if CATEGORIES in tables:
        _read_categories(tables[CATEGORIES], taxonomy)
    if ATTRIBUTES in tables:
        _read_attributes(tables[ATTRIBUTES], taxonomy)
    attributes = taxonomy.attributes if ATTRIBUTES in tables else known_attributes
    if VALUES in tables:
        _read_values(tables[VALUES], taxonomy, attributes)
    if LINKS in tables:
        categories = taxonomy.categories if CATEGORIES in tables else known_categories
        _read_links(tables[LINKS], taxonomy, categories, attributes)
    return taxonomy


def _tables(files: Mapping[str, bytes], bad: list[BadRow]) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for name, content in sorted(files.items()):
        table = read_table(name, content, bad)
        if table is None:
            continue
        if table.kind in tables:
            first = tables[table.kind].name
            table.reject(1, "header", f"{first} holds {table.kind} already; this file was left out")
            continue
        tables[table.kind] = table
    if not tables:
        said = "; ".join(f"{row.file}: {row.reason}" for row in bad) or "there is no CSV file"
        needed = "; ".join(f"{kind}: {', '.join(columns)}" for kind, columns in REQUIRED.items())
        raise TaxonomyUnreadable(
            f"This is not Jet's taxonomy ({said}). The files need these columns: {needed}."
        )
    return tables


def _read_categories(table: Table, taxonomy: Taxonomy) -> None:
    given: dict[int, Given] = {}
    at = table.columns
    level, tax, active = at.get("level"), at.get("jettaxcode"), at.get("active")
    for line, cells in table.rows():
        try:
            jet_id = whole_id(cells[at["id"]], "category id")
            if jet_id in given:
                raise Refused("duplicate", f"category {jet_id} stands in line {given[jet_id].line} already")
            given[jet_id] = Given(
                line,
                _text(cells[at["name"]].strip(), "name", NAME_LENGTH),
                cells[at["parent_id"]].strip(),
                "" if level is None else cells[level].strip(),
                "" if tax is None else _optional(cells[tax], "tax code", TAX_CODE_LENGTH),
                True if active is None else _flag(cells[active], "active"),
            )
        except Refused as refusal:
            table.reject(line, *refusal.args)
    _grow_tree(table, given, taxonomy)


def _grow_tree(table: Table, given: dict[int, Given], taxonomy: Taxonomy) -> None:
    """Place every category below its parent, from the roots down; what is never reached is rejected."""
    children: dict[int | None, list[int]] = defaultdict(list)
    reasons: dict[int, tuple[str, str]] = {}
    for jet_id, row in given.items():
        try:
            parent = None if row.parent in NO_PARENT else whole_id(row.parent, "parent id")
        except Refused as refusal:
            reasons[jet_id] = refusal.args
            continue
        if parent is not None and parent not in given:
            reasons[jet_id] = ("unknown_parent", f"its parent {parent} is not in the file")
            continue
        children[parent].append(jet_id)
    placed = taxonomy.categories
    waiting: list[tuple[int | None, int]] = [(None, jet_id) for jet_id in children[None]]
    while waiting:
        parent, jet_id = waiting.pop()
        problem = _place(jet_id, given[jet_id], parent, placed)
        if problem:
            reasons[jet_id] = problem
        else:
            waiting.extend((jet_id, child) for child in children[jet_id])
    for jet_id, row in given.items():
        if jet_id not in placed:
            code, reason = reasons.get(
                jet_id, ("unknown_parent", f"its parent {row.parent} is not in the tree")
            )
            table.reject(row.line, code, reason)


def _place(
    jet_id: int, row: Given, parent: int | None, placed: dict[int, CategoryRow]
) -> tuple[str, str] | None:
    above = placed[parent] if parent is not None else None
    level = above.level + 1 if above else 0
    if row.level and row.level != str(level):
        return "level", f"its level is given as {row.level}, but its parent puts it on level {level}"
    path = f"{above.path} > {row.name}" if above else row.name
    if len(path) > PATH_LENGTH:
        return "too_long", f"its path has {len(path):,} characters; {PATH_LENGTH} fit"
    placed[jet_id] = CategoryRow(jet_id, row.name, parent, level, row.tax_code, row.active, path)
    return None


def _read_attributes(table: Table, taxonomy: Taxonomy) -> None:
    at = table.columns
    display, variant, retired = at.get("display_name"), at.get("variant"), at.get("retired")
    found = taxonomy.attributes
    for line, cells in table.rows():
        try:
            jet_id = whole_id(cells[at["id"]], "attribute id")
            if jet_id in found:
                raise Refused("duplicate", f"attribute {jet_id} stands in an earlier line already")
            name = _text(cells[at["description"]].strip(), "description", NAME_LENGTH)
            shown = "" if display is None else _optional(cells[display].strip(), "display name", NAME_LENGTH)
            kind = cells[at["free_text"]].strip()
            if kind not in {"0", "1", "2"}:
                raise Refused("kind", f"free_text is {kind!r}; it must be 0, 1 or 2")
            found[jet_id] = AttributeRow(
                jet_id,
                name,
                shown,
                int(kind),
                variant is not None and _flag(cells[variant], "variant"),
                retired is not None and _flag(cells[retired], "retired"),
            )
        except Refused as refusal:
            table.reject(line, *refusal.args)


def _read_values(table: Table, taxonomy: Taxonomy, attributes: Collection[int]) -> None:
    at_attribute, at_value = table.columns["attribute_id"], table.columns["value"]
    at_unit, at_retired = table.columns.get("units"), table.columns.get("retired")
    found = taxonomy.values
    for line, cells in table.rows():
        try:
            attribute_id = whole_id(cells[at_attribute], "attribute id")
            if attribute_id not in attributes:
                raise Refused("unknown_attribute", f"there is no attribute {attribute_id}")
            # Values stand as Jet wrote them, outer blanks included: they are compared with Jet's own.
            value = cells[at_value]
            if (attribute_id, value) in found:
                raise Refused("duplicate", f"attribute {attribute_id} has the value {value[:60]!r} already")
            _text(value, "value", NAME_LENGTH)
            unit = "" if at_unit is None else _optional(cells[at_unit].strip(), "unit", UNIT_LENGTH)
            retired = at_retired is not None and _flag(cells[at_retired], "retired")
            found[attribute_id, value] = ValueRow(
                attribute_id, value, "" if unit == "NULL" else unit, retired
            )
        except Refused as refusal:
            table.reject(line, *refusal.args)


def _read_links(
    table: Table, taxonomy: Taxonomy, categories: Collection[int], attributes: Collection[int]
) -> None:
    at_attribute, at_category = table.columns["attribute_id"], table.columns["category_id"]
    at_active = table.columns.get("active")
    found = taxonomy.links
    for line, cells in table.rows():
        try:
            attribute_id = whole_id(cells[at_attribute], "attribute id")
            category_id = whole_id(cells[at_category], "category id")
            if attribute_id not in attributes:
                raise Refused("unknown_attribute", f"there is no attribute {attribute_id}")
            if category_id not in categories:
                raise Refused("unknown_category", f"there is no category {category_id}")
            key = (category_id, attribute_id)
            if key in found:
                raise Refused("duplicate", f"category {category_id} has attribute {attribute_id} already")
            active = True if at_active is None else _flag(cells[at_active], "active")
            found[key] = LinkRow(category_id, attribute_id, active)
        except Refused as refusal:
            table.reject(line, *refusal.args)


def whole_id(text: str, what: str) -> int:
    """
    Read an id of Jet's.

    :raises Refused: a spreadsheet rounded it, or it is no whole number
    """
    text = text.strip()
    if text.isdecimal() and text.isascii() and len(text) <= 19 and (number := int(text)) <= MAX_ID:
        return number
    mantissa, mark, exponent = text.upper().partition("E")
    if mark and exponent.lstrip("+").isdigit() and mantissa.replace(".", "", 1).isdigit():
        raise Refused(
            "rounded_id", f"the {what} {text} was rounded by a spreadsheet; which one it was is lost"
        )
    raise Refused("bad_id", f"the {what} {text[:40]!r} is not a whole number")


def _text(text: str, what: str, limit: int) -> str:
    if not text or text.isspace():
        raise Refused("empty", f"its {what} is empty")
    return _optional(text, what, limit)


def _optional(text: str, what: str, limit: int) -> str:
    if len(text) > limit:
        raise Refused("too_long", f"its {what} has {len(text):,} characters; {limit} fit")
    return text


def _flag(text: str, what: str) -> bool:
    text = text.strip()
    if text not in {"0", "1"}:
        raise Refused("flag", f"{what} is {text[:20]!r}; it must be 0 or 1")
    return text == "1"


__all__ = ["TaxonomyUnreadable", "read_taxonomy"]
