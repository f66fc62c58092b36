"""Reading single cells of Magento's CSV; a cell that cannot be read says why in plain words."""

import re
from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from catalog.products.models import Product
from jetbridge.core import money

# Magento's default for "clear this value", where an empty cell means "leave it as it is".
EMPTY = "__EMPTY__VALUE__"
NO_IMAGE = "no_selection"
HIGHEST_PRICE = Decimal(100_000_000)
# As fine as the store keeps prices, weights and units of sources.
FINEST = Decimal("0.0001")
HIGHEST_QUANTITY = 2_147_483_647
VISIBILITIES = ("Not Visible Individually", "Catalog", "Search", "Catalog, Search")
_VISIBILITY = {
    **{name.lower(): name for name in VISIBILITIES},
    **{str(number): name for number, name in enumerate(VISIBILITIES, 1)},
}
_ON = {"1": True, "yes": True, "true": True, "enabled": True}
_OFF = {"0": False, "no": False, "false": False}
_ONLINE = {**_ON, **_OFF, "2": False, "disabled": False}
_YES_NO = {**_ON, **_OFF, "in stock": True, "out of stock": False}
_KINDS = frozenset(Product.Kind.values)
_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")


class BadCell(ValueError):
    """A cell that cannot be taken; code names the rule."""

    def __init__(self, code: str, message: str, column: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.column = column


Reader = Callable[[str], Any]


def lines(cell: str) -> str:
    """Return a text with line breaks of one kind: workbooks know no other, and it says the same."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell


def text(limit: int, *, required: bool = False) -> Reader:
    """Make a reader of texts that fit a column; required ones cannot be cleared."""

    def read(cell: str) -> str:
        if cell == EMPTY:
            if required:
                raise BadCell("required", f"The value may not be cleared ({EMPTY}).")
            return ""
        if len(cell) > limit:
            raise BadCell("too_long", f"The value has {len(cell):,} characters; {limit:,} fit.")
        return cell

    return read


def long_text(cell: str) -> str:
    """Read a text of any length."""
    return "" if cell == EMPTY else cell


def decimal(*, below: Decimal = HIGHEST_PRICE) -> Reader:
    """Make a reader of prices and weights: four decimals, not negative."""

    def read(cell: str) -> Decimal | None:
        if cell == EMPTY:
            return None
        value = _number(cell)
        if value < 0:
            raise BadCell("negative", f"{cell!r} is below zero.")
        if value >= below:
            raise BadCell("too_big", f"{cell!r} is too big; it must be below {below:,}.")
        return money.rounded(value, FINEST)

    return read


def whole(value: Decimal) -> tuple[int, str]:
    """Return the whole units of a quantity, and what to say where a part of one is left out."""
    found = int(value.to_integral_value(ROUND_FLOOR))
    if found == value:
        return found, ""
    return found, f"{value.normalize():f} is taken for {found}: Jet sells whole units only."


def units(cell: str) -> Decimal:
    """Read units of which parts may stand in a source, with their sign."""
    value = Decimal(0) if cell == EMPTY else _number(cell)
    if abs(value) > HIGHEST_QUANTITY:
        raise BadCell("too_big", f"{cell!r} is no plausible quantity.")
    return money.rounded(value, FINEST)


def named(column: str, read: Reader, cell: str) -> Any:
    """
    Read a cell of this column.

    :raises BadCell: it cannot be read; the column is named
    """
    try:
        return read(cell)
    except BadCell as error:
        raise BadCell(error.code, str(error), column) from error


def _number(cell: str) -> Decimal:
    # Python would read 1_000 and 1e3 as well.
    if not _PLAIN.fullmatch(cell):
        raise BadCell(
            "not_a_number", f"{cell[:60]!r} is not a number. Write 1234.50, without currency and commas."
        )
    return Decimal(cell)


def _word(words: dict[str, bool], what: str) -> Reader:
    def read(cell: str) -> bool:
        found = words.get(cell.lower())
        if found is None:
            raise BadCell("unknown_word", f"{cell[:60]!r} is not known; {what}.")
        return found

    return read


online = _word(_ONLINE, "write 1 for enabled or 2 for disabled")
yes_no = _word(_YES_NO, "write 1 or 0")


def visibility(cell: str) -> str:
    """Read a visibility in Magento's words or numbers."""
    if cell == EMPTY:
        return ""
    found = _VISIBILITY.get(", ".join(map(str.strip, cell.split(","))).lower())
    if found is None:
        raise BadCell("unknown_word", f"{cell[:60]!r} is no visibility; known are {'; '.join(VISIBILITIES)}.")
    return found


def kind(cell: str) -> str:
    """Read a product type; types of extensions are kept as other."""
    word = cell.lower()
    return word if word in _KINDS else Product.Kind.OTHER.value
