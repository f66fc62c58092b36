"""Jet's category tree: read from the four CSV files that merchants got, or a small one of our own."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SOUND_ID = re.compile(r"\d{1,18}")  # a spreadsheet's 1.41513E+14 is nobody's id
FREE_TEXT = {"0": False, "1": True, "2": True}
FILES = ("Jet_Taxonomy", "Jet_Taxonomy_attribute", "Jet_Taxonomy_attribute_value", "Jet_Taxonomy_mapping")


@dataclass(slots=True)
class Node:
    id: int
    name: str
    parent_id: int | None
    level: int
    active: bool
    tax_code: str


@dataclass(slots=True)
class Attribute:
    """One attribute; `free_text` 0 = pick from the list, 1 = anything, 2 = a number with a unit."""

    id: int
    description: str
    free_text: str
    variant: bool
    values: dict[str, None] = field(default_factory=dict)
    units: dict[str, None] = field(default_factory=dict)

    def as_shown(self) -> dict[str, object]:
        """Word it as `/taxonomy/nodes/{id}/attributes` does."""
        body: dict[str, object] = {
            "attribute_id": self.id,
            "attribute_description": self.description,
            "free_text": FREE_TEXT.get(self.free_text, True),
            "variant": self.variant,
            "values": list(self.values),
            "units": list(self.units),
        }
        if self.free_text == "2":
            body["validation"] = {"data_type": "decimal", "min_value": 0, "max_value": 1000000}
        return body


class Taxonomy:
    """The tree, its attributes, and which belong to which; `is_whole` when it was read from Jet's files."""

    def __init__(self, *, is_whole: bool) -> None:
        self.is_whole = is_whole
        self.nodes: dict[int, Node] = {}
        self.attributes: dict[int, Attribute] = {}
        self.links: dict[int, dict[int, None]] = {}
        self.skipped = 0

    def path(self, node: Node) -> str:
        """Word a node's path, leaf first."""
        names = [node.name]
        seen = {node.id}
        while node.parent_id in self.nodes and node.parent_id not in seen:
            node = self.nodes[node.parent_id]
            seen.add(node.id)
            names.append(node.name)
        return "/".join(names)

    def attributes_of(self, node_id: int) -> list[Attribute]:
        return [self.attributes[each] for each in self.links.get(node_id, ())]


def read(folder: Path) -> Taxonomy:
    """
    Read the four files; rows with ids that are missing, ruined or unknown are counted and left out.

    :raises FileNotFoundError: one of the four files is not there
    """
    taxonomy = Taxonomy(is_whole=True)
    _read_nodes(taxonomy, folder)
    _read_attributes(taxonomy, folder)
    _read_values(taxonomy, folder)
    _read_links(taxonomy, folder)
    return taxonomy


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    raw = (folder / f"{name}.csv").read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        yield {
            (key or "").strip().lower(): (value or "") for key, value in row.items() if isinstance(value, str)
        }


def _id(row: dict[str, str], column: str) -> int | None:
    text = row.get(column, "").strip()
    return int(text) if SOUND_ID.fullmatch(text) else None


def _read_nodes(taxonomy: Taxonomy, folder: Path) -> None:
    for row in _rows(folder, FILES[0]):
        node_id = _id(row, "id")
        name = row.get("name", "").strip()
        if node_id is None or not name or node_id in taxonomy.nodes:
            taxonomy.skipped += 1
            continue
        taxonomy.nodes[node_id] = Node(
            id=node_id,
            name=name,
            parent_id=_id(row, "parent_id"),
            level=_id(row, "level") or 0,
            active=row.get("active", "1").strip() != "0",
            tax_code=row.get("jettaxcode", ""),
        )


def _read_attributes(taxonomy: Taxonomy, folder: Path) -> None:
    for row in _rows(folder, FILES[1]):
        attribute_id = _id(row, "id")
        if attribute_id is None or attribute_id in taxonomy.attributes:
            taxonomy.skipped += 1
            continue
        taxonomy.attributes[attribute_id] = Attribute(
            id=attribute_id,
            description=row.get("display_name", "").strip() or row.get("description", "").strip(),
            free_text=row.get("free_text", "1").strip(),
            variant=row.get("variant", "").strip() == "1",
        )


def _read_values(taxonomy: Taxonomy, folder: Path) -> None:
    for row in _rows(folder, FILES[2]):
        attribute = taxonomy.attributes.get(_id(row, "attribute_id") or -1)
        value = row.get("value", "")  # as it is: blanks at the ends distinguish two of Jet's values
        if attribute is None or not value:
            taxonomy.skipped += 1
            continue
        unit = row.get("units", "").strip()
        attribute.values[value] = None
        if unit and unit != "NULL":
            attribute.units[unit] = None


def _read_links(taxonomy: Taxonomy, folder: Path) -> None:
    for row in _rows(folder, FILES[3]):
        node_id, attribute_id = _id(row, "category_id"), _id(row, "attribute_id")
        if node_id not in taxonomy.nodes or attribute_id not in taxonomy.attributes:
            taxonomy.skipped += 1
            continue
        taxonomy.links.setdefault(node_id, {})[attribute_id] = None


# id, name, parent, tax code: invented, in Jet's shape, with the two nodes that old set-up scripts use
SMALL_TREE = (
    (3000000, "Office & School", None, "School Supplies"),
    (3000001, "Desk Supplies", 3000000, "Generic Taxable Product"),
    (3000002, "Pens & Pencils", 3000001, "School Supplies"),
    (3000003, "Paper", 3000001, "Paper Products"),
    (4000000, "Home & Kitchen", None, "Generic Taxable Product"),
    (4000100, "Tableware", 4000000, "Generic Taxable Product"),
    (4000188, "Mugs & Cups", 4000100, "Generic Taxable Product"),
    (5000000, "Clothing & Accessories", None, "General Clothing"),
    (5000001, "Shirts", 5000000, "General Clothing"),
    (5000002, "T-Shirts", 5000001, "General Clothing"),
)
SMALL_ATTRIBUTES = (
    Attribute(119, "Color", "0", True, dict.fromkeys(["Black", "Blue", "Green", "Red", "White"])),
    Attribute(50, "Size", "1", True),
    Attribute(4, "Material", "1", False),
    Attribute(60, "Volume", "2", False, {}, dict.fromkeys(["fl oz", "ml"])),
)
SMALL_LINKS = {3000002: (119, 4), 3000003: (50,), 4000188: (119, 4, 60), 5000002: (119, 50, 4)}


def small() -> Taxonomy:
    """Give the small tree that is used when no folder was named."""
    taxonomy = Taxonomy(is_whole=False)
    for node_id, name, parent, tax_code in SMALL_TREE:
        level = 0 if parent is None else taxonomy.nodes[parent].level + 1
        taxonomy.nodes[node_id] = Node(node_id, name, parent, level, True, tax_code)
    taxonomy.attributes = {each.id: each for each in SMALL_ATTRIBUTES}
    taxonomy.links = {node: dict.fromkeys(ids) for node, ids in SMALL_LINKS.items()}
    return taxonomy
