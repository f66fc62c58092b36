"""The header row: columns by name, old names, doubled and nameless columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.products.intake.reports import UnreadableFile

# Magento 1's names and the ones that its first CSVs for Magento 2 kept.
OLD_NAMES = {
    "_store": "store_view_code",
    "_attribute_set": "attribute_set_code",
    "_type": "product_type",
    "status": "product_online",
    "image": "base_image",
    "thumbnail": "thumbnail_image",
    "special_from_date": "special_price_from_date",
    "special_to_date": "special_price_to_date",
    "min_qty": "out_of_stock_qty",
    "backorders": "allow_backorders",
    "msrp": "msrp_price",
}
# Some extensions put an attribute's whole definition into the column name.
DEFINITION = re.compile(r"^attribute\|.*?\battribute_code:([a-z][a-z0-9_]*)")


@dataclass
class Header:
    """Column names in their order, lower case and in today's words; positions where a name stands twice."""

    names: list[str]
    given: list[str]
    doubled: dict[str, list[int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)

    @property
    def width(self) -> int:
        return len(self.names)

    def positions(self) -> dict[str, int]:
        """Return the first position of each named column."""
        found: dict[str, int] = {}
        for place, name in enumerate(self.names):
            if name:
                found.setdefault(name, place)
        return found


def read_header(cells: Sequence[str]) -> Header:
    """
    Read the header row.

    :raises UnreadableFile: there is no column sku, so nothing below has an identity
    """
    given = [cell.replace("\x00", "").strip() for cell in cells]
    header = Header([_current(name) for name in given], given)
    if "sku" not in header.names:
        seen = ", ".join(name for name in given if name)[:300]
        raise UnreadableFile(
            f"The header in line 1 has no column named sku. Columns found: {seen or 'none'}."
        )
    _note_doubled(header)
    _note_nameless(header)
    return header


def _current(name: str) -> str:
    name = name.lower()
    definition = DEFINITION.match(name)
    return definition[1] if definition else OLD_NAMES.get(name, name)


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
    nameless = [str(place + 1) for place, name in enumerate(header.names) if not name]
    if nameless:
        header.notices.append(f"Columns without a name are left out: {', '.join(nameless)}.")
