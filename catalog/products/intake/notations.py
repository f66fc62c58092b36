"""Numbers and dates as people and spreadsheets write them; what one cell leaves open the file decides."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from catalog.products.intake.cells import EMPTY, BadCell
from catalog.products.intake.reports import Reading

# A point and three digits: thousands as well as decimals.
OPEN = 4
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"[+-]?[0-9.,]*[0-9]")
_GROUPED_BY_BLANKS = re.compile(r"([+-]?[0-9]{1,3}(?:[ \u00a0\u202f'\u2019][0-9]{3})+)([.,][0-9]+)?")
_GROUPS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_BLANKS = re.compile(r"[ \u00a0\u202f'\u2019]")
_SIGNS = re.compile(r"[.,]")
_DAY = re.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})([-/.])([0-9]{1,4})((?:,?[ T].*)?)")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_NAMED = re.compile(
    r"(?:([0-9]{1,2})[. -]*)?([A-Za-z]{3,9})[. -]*(?:([0-9]{1,2}),? +)?([0-9]{4})(?:,?[ T].*)?"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Columns of numbers and of days, of every kind of file.
NUMBERS = frozenset(
    {
        "price",
        "special_price",
        "weight",
        "qty",
        "out_of_stock_qty",
        "quantity",
        "tier_price",
        "tier_price_qty",
    }
)
DAYS = frozenset({"special_price_from_date", "special_price_to_date"})
ORDERS, SIGNS = ("mdy", "dmy"), (".", ",")


def order_shown(cell: str) -> str:
    """Return mdy or dmy where a date with slashes can only be read so, "either" where both fit, else nothing."""
    match = _day_parts(cell)
    if not match or match[2] == "." or len(match[1]) > 2:
        return ""
    first, second = int(match[1]), int(match[3])
    if not first or not second:
        return ""
    if first > 12 or second > 12:
        return (
            "" if first > 31 or second > 31 or min(first, second) > 12 else ("dmy" if first > 12 else "mdy")
        )
    # Only Americans count the hours to twelve in such dates, and Magento's own exports do.
    return "mdy" if re.search(r"[0-9]\W?[AaPp]\.?[Mm]\b", match[6]) else "either"


def _day_parts(cell: str) -> re.Match[str] | None:
    match = _DAY.fullmatch(cell)
    return match if match and match[2] == match[4] else None


def sign_shown(cell: str) -> str:
    """Return the decimal sign that a number shows, "either" where it may be 3,7 or 3,700, else nothing."""
    found = _GROUPED_BY_BLANKS.fullmatch(cell)
    if found:
        return found[2][0] if found[2] else ""
    if not _NUMBER.fullmatch(cell):
        return ""
    digits = cell.lstrip("+-")
    signs = _SIGNS.findall(digits)
    if not signs:
        return ""
    if len(signs) == 1:
        before, _, after = digits.partition(signs[0])
        open_ = len(after) == 3 and 1 <= len(before) <= 3 and before[0] != "0"
        return "either" if open_ else signs[0]
    *others, last = signs
    if len(set(signs)) == 1:
        return _other(last) if _GROUPS.fullmatch(digits) else ""
    whole = digits[: digits.rindex(last)]
    return last if last not in others and _GROUPS.fullmatch(whole) else ""


def _other(sign: str) -> str:
    return "," if sign == "." else "."


@dataclass
class Evidence:
    """What all cells of a file show: the orders of its dates, its decimal signs, the roots of its category paths."""

    orders: set[str]
    signs: set[str]
    roots: set[str]


class Notations:
    """How one file writes numbers and dates: as somebody chose, or as it shows; nothing else decides."""

    def __init__(self, *, dates: str, decimal: str, evidence: Callable[[], Evidence]) -> None:
        self._chosen = {"dates": dates, "decimal": decimal}
        self._evidence = evidence
        self._examples: dict[str, str] = {}

    def number(self, cell: str) -> str:
        """
        Return a number as 1234.50; what is none is returned as it is, for its reader to refuse.

        :raises BadCell: the file does not show what it means, or somebody chose another decimal sign
        """
        chosen = self._chosen["decimal"]
        if not chosen and _PLAIN.fullmatch(cell) and len(cell) - cell.find(".") != OPEN:
            return cell
        shown = sign_shown(cell)
        if not shown:
            return _BLANKS.sub("", cell) if _GROUPED_BY_BLANKS.fullmatch(cell) else cell
        if shown == "either":
            sign = chosen or self._only("signs") or self._usual(cell)
        else:
            sign = shown
            if chosen and chosen != shown:
                raise BadCell("not_a_number", f"{cell!r} is no number with the decimal sign {chosen!r}.")
        found = _BLANKS.sub("", cell).replace(_other(sign), "").replace(sign, ".")
        if sign == "," or _other(sign) in cell or (shown == "either" and chosen):
            self._examples.setdefault("decimal", f"{cell} is read as {Decimal(found).normalize():f}.")
        return found

    def _usual(self, cell: str) -> str:
        """A point is what Magento and all programs write, unless the file shows commas as well."""
        if "." in cell and not self._evidence().signs:
            return "."
        self._examples.setdefault(
            "decimal", f"{cell} may be {cell.replace(',', '.')} or a thousand times as much."
        )
        raise BadCell(
            "ambiguous_number",
            f"{cell!r} may have a decimal sign or thousands, and no other number of the file shows which. "
            "Choose the decimal sign.",
        )

    def day(self, cell: str) -> dt.date | None:
        """
        Read a date; 0000-00-00 means none, 05.03.2019 is the fifth of March.

        :raises BadCell: it is no date, or the file does not show which number is the month
        """
        if cell == EMPTY:
            return None
        try:
            return self._day(cell)
        except ValueError as error:
            if isinstance(error, BadCell):
                raise
            raise BadCell("not_a_date", f"{cell[:60]!r} is no date; write 2018-12-31.") from error

    def _day(self, cell: str) -> dt.date | None:
        match = _day_parts(cell)
        if match is None:
            return _spelled_day(cell)
        first, second, third = int(match[1]), int(match[3]), int(match[5])
        if (not first and not second) or (not second and not third):
            return None
        if len(match[1]) > 2 or first > 31:
            return dt.date(first, second, third)
        year = third + 2000 if third < 100 else third
        if match[2] == ".":
            return dt.date(year, second, first)
        order = self._order(cell, first == second)
        found = dt.date(year, first, second) if order == "mdy" else dt.date(year, second, first)
        if first != second:
            self._examples.setdefault("dates", f"{cell} is read as {found:%B} {found.day}, {found.year}.")
        return found

    def _order(self, cell: str, alike: bool) -> str:
        shown = order_shown(cell)
        if chosen := self._chosen["dates"]:
            return chosen
        if shown in ORDERS:
            return shown
        if found := self._only("orders"):
            return found
        if alike:
            return "mdy"
        self._examples.setdefault("dates", f"{cell} may be read with the month first or the day first.")
        raise BadCell(
            "ambiguous_date",
            f"{cell!r} may have the month or the day first, and no other date of the file shows which. "
            "Choose it, or write 2018-12-31.",
        )

    def _only(self, what: str) -> str:
        seen: set[str] = getattr(self._evidence(), what)
        return next(iter(seen)) if len(seen) == 1 else ""

    def readings(self) -> list[Reading]:
        """Say how what was open was read, and who decided it; nothing where nothing was open."""
        found = []
        for what, seen, choices in (("dates", "orders", ORDERS), ("decimal", "signs", SIGNS)):
            if what in self._examples:
                chosen = self._chosen[what]
                choice = chosen or self._only(seen)
                by = "choice" if chosen else "file" if choice else "nobody"
                found.append(Reading(what, choice, by, choices, self._examples[what]))
        return found


def _spelled_day(cell: str) -> dt.date:
    if compact := _COMPACT.fullmatch(cell):
        return dt.date(int(compact[1]), int(compact[2]), int(compact[3]))
    named = _NAMED.fullmatch(cell)
    day = named and (named[1] or named[3])
    if not named or not day or (named[1] and named[3]):
        raise ValueError(cell)
    return dt.date(int(named[4]), MONTHS.index(named[2][:3].lower()) + 1, int(day))
