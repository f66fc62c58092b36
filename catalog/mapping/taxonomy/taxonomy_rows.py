"""What a taxonomy consists of once its files are read: sound rows, and the bad ones with their reasons."""

from dataclasses import dataclass, field
from typing import NamedTuple

CATEGORIES, ATTRIBUTES, VALUES, LINKS = "categories", "attributes", "values", "links"


class CategoryRow(NamedTuple):
    """A category; parent_id is None at a root, path is root first, joined by ' > '."""

    jet_id: int
    name: str
    parent_id: int | None
    level: int
    tax_code: str
    active: bool
    path: str


class AttributeRow(NamedTuple):
    """An attribute; kind is Jet's free_text: 0 pick from list, 1 free text, 2 number with unit."""

    jet_id: int
    name: str
    display_name: str
    kind: int
    variant: bool
    retired: bool


class ValueRow(NamedTuple):
    """An allowed value, or a row that only names a unit."""

    attribute_id: int
    value: str
    unit: str
    retired: bool


class LinkRow(NamedTuple):
    """A category carries an attribute."""

    category_id: int
    attribute_id: int
    active: bool


class BadRow(NamedTuple):
    """A row that was skipped: where it stands and why. Line is the physical line; the header is 1."""

    file: str
    line: int
    code: str
    reason: str


@dataclass
class Taxonomy:
    """A taxonomy as read. parts names the kinds of rows that were given at all; the others are left as stored."""

    parts: set[str] = field(default_factory=set)
    categories: dict[int, CategoryRow] = field(default_factory=dict)
    attributes: dict[int, AttributeRow] = field(default_factory=dict)
    values: dict[tuple[int, str], ValueRow] = field(default_factory=dict)
    links: dict[tuple[int, int], LinkRow] = field(default_factory=dict)
    bad: list[BadRow] = field(default_factory=list)
