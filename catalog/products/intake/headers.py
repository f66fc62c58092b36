"""The header row: columns by name, old names, doubled and nameless columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.products.intake.file_kinds import OLD_NAMES, FileKind, recognise, todays_names
from catalog.products.intake.reports import UnreadableFile

# Some extensions put an attribute's whole definition into the column name.
DEFINITION = re.compile(r"^attribute\|.*?\battribute_code:([a-z][a-z0-9_]*)")

# What nobody sees in a name.
_UNSEEN = re.compile(r"[\x00\u200b-\u200d\u2060\ufeff]")
# What other programs call some of our columns.
NEAR = {
    "quantity": "qty", "stock": "qty", "inventory": "qty", "stock_qty": "qty", "title": "name",
    "product_name": "name", "sale_price": "special_price", "image_url": "base_image",
}  # fmt: skip

# Three times what the largest stores export.
MOST_COLUMNS = 5_000


@dataclass
class Header:
    """Column names in their order, lower case and in today's words; positions where a name stands twice."""

    names: list[str]
    given: list[str]
    kind: FileKind = FileKind.PRODUCTS
    doubled: dict[str, list[int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        return len(self.names)

    @property
    def least(self) -> int:
        """How many cells a row has at least: nameless columns at the end may be missing."""
        return max((place + 1 for place, name in enumerate(self.given) if name), default=0)

    @property
    def is_ours(self) -> bool:
        """Whether the panel wrote this file: an export, or bad rows with their reasons."""
        return any(name == "error" or name.startswith(("jet.", "_jet_")) for name in self.names)

    def positions(self) -> dict[str, int]:
        """Return the first position of each named column."""
        found: dict[str, int] = {}
        for place, name in enumerate(self.names):
            if name:
                found.setdefault(name, place)
        return found


def read_header(cells: Sequence[str]) -> Header:
    """
    Read the header row, and decide by it what the file holds.

    :raises UnreadableFile: the file holds no products, or nothing that identifies them
    """
    if len(cells) > MOST_COLUMNS:
        raise UnreadableFile(f"The header names {len(cells):,} columns; {MOST_COLUMNS:,} are read at most.")
    given = [_UNSEEN.sub("", cell).strip() for cell in cells]
    names = [_defined(name.lower()) for name in given]
    kind = recognise(names)
    header = Header(todays_names(names, kind), given, kind)
    if kind == FileKind.PRODUCTS:
        _leave_out_old(header)
        _note_near(header)
    _note_doubled(header)
    _note_nameless(header)
    return header


def _defined(name: str) -> str:
    definition = DEFINITION.match(name)
    return definition[1] if definition else name


def _leave_out_old(header: Header) -> None:
    """A name of Magento 1 alone may mean anything: a status is that of a stock source as well."""
    for place, name in enumerate(header.names):
        if name in OLD_NAMES:
            header.names[place] = ""
            header.notices.append(
                f"The column {name} is left out: beside no other column of Magento 1 it may mean anything. "
                f"Name it {OLD_NAMES[name]} if it is that."
            )


def _note_near(header: Header) -> None:
    """What another program calls a column of ours is an attribute here; that is said rather than guessed."""
    for name in header.names:
        meant = NEAR.get(name)
        if meant and meant not in header.names:
            header.notices.append(
                f"The column {name} is stored as an attribute. Name it {meant} if it is that."
            )


def _note_doubled(header: Header) -> None:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(header.names):
        places.setdefault(name, []).append(place)
    header.doubled = {name: each for name, each in places.items() if name and len(each) > 1}
    for name, each in header.doubled.items():
        numbers = " and ".join(str(place + 1) for place in each)
        header.notices.append(
            f"The column {name} stands more than once (columns {numbers}). "
            "Rows in which the copies differ are refused."
        )


def _note_nameless(header: Header) -> None:
    nameless = [str(place + 1) for place, name in enumerate(header.given) if not name]
    if nameless:
        header.notices.append(f"Columns without a name are left out: {', '.join(nameless)}.")
