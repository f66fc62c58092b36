"""Reading one value into the type that Jet requires; a value that cannot be read says why in plain words."""

import datetime as dt
import re
from collections.abc import Callable, Collection
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum import isbn
from stdnum.exceptions import ValidationError as WrongNumber

from catalog.products.identifiers import CODE_LENGTHS
from jetbridge.core import money
from jetbridge.core.texts import counted, squeezed

Reader = Callable[[Any], Any]
YES = {"1", "yes", "true", "on", "y"}
NO = {"0", "no", "false", "off", "n"}
_BLANKS = re.compile(r"[\s-]")
# A unit begins with what no number holds, or after a blank: so there is one way only to read a text.
_MEASURE = re.compile(r"\s*([0-9][0-9.,]*)(?:\s*|\s*([^\s0-9.,].*)|\s+([0-9.,].*))")
_ISBN_10, _DIGITS = re.compile(r"[0-9]{9}[0-9X]"), re.compile(r"[0-9]+")


class BadValue(ValueError):
    """A value that Jet would refuse; code names the rule, the text is the plain cause."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def is_empty(value: Any) -> bool:
    """Separate nothing from something; 0 and no are something."""
    return not value.strip() if isinstance(value, str) else value is None or value == []


def text(low: int, high: int) -> Reader:
    """Make a reader of texts of low to high characters."""

    def read(value: Any) -> str:
        found = value if isinstance(value, str) else str(value)
        if len(found) < low:
            raise BadValue("too_short", f"needs at least {low} characters; it has {len(found)}")
        if len(found) > high:
            raise BadValue("too_long", f"may have at most {high:,} characters; it has {len(found):,}")
        return found

    return read


def texts(count: int, high: int) -> Reader:
    """Make a reader of lists; a single text holds one entry a line."""

    def read(value: Any) -> list[str]:
        entries = value.splitlines() if isinstance(value, str) else [str(each) for each in value]
        found = [each.strip() for each in entries if each.strip()]
        if len(found) > count:
            raise BadValue("too_many", f"may have at most {counted(count, 'entry')}; it has {len(found)}")
        if any(len(each) > high for each in found):
            raise BadValue("too_long", f"may have at most {high} characters in each entry")
        return found

    return read


def _decimal(value: Any) -> Decimal:
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or isinstance(value, bool):
        raise BadValue("not_a_number", f"must be a number; {str(value)[:40]!r} is not")
    return found


def whole(low: int, high: int) -> Reader:
    """Make a reader of whole numbers from low to high."""

    def read(value: Any) -> int:
        found = _decimal(value)
        if found != found.to_integral_value():
            raise BadValue("not_whole", f"must be a whole number; {value} is not")
        if not low <= found <= high:
            raise BadValue("out_of_range", f"must be {low} to {high:,}; it is {found.normalize():f}")
        return int(found)

    return read


def number(*, above: int | None = None, below: int = 10**9, rounded: bool = False) -> Reader:
    """Make a reader of numbers with two decimals; rounded ones (weights, lengths) are rounded to them."""

    def read(value: Any) -> Decimal:
        found = _decimal(value)
        if above is not None and found <= above:
            raise BadValue("out_of_range", f"must be more than {above}; it is {found.normalize():f}")
        if not 0 <= found < below:
            raise BadValue("out_of_range", f"must be 0 or more and less than {below:,}")
        cents = money.rounded(found)
        if not rounded and cents != found:
            raise BadValue("too_fine", f"may have at most two decimals; it is {found.normalize():f}")
        # What rounds to nothing is still something.
        return cents if cents or above is None else Decimal("0.01")

    return read


def flag(value: Any) -> bool:
    """Read yes or no in the ways that Magento writes them."""
    word = str(value).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValue("not_yes_or_no", f"must be yes or no; {str(value)[:40]!r} is neither")


def day(value: Any) -> dt.date:
    """Read a date written as year-month-day, with or without a time."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip()[:10])
    except ValueError as error:
        raise BadValue(
            "not_a_date", f"must be a date such as 2018-12-31; {str(value)[:40]!r} is not"
        ) from error


def choice(words: Collection[str]) -> Reader:
    """Make a reader of one of Jet's words; blanks and capitals do not matter, Jet's spelling is returned."""
    known = {squeezed(each): each for each in words}

    def read(value: Any) -> str:
        found = known.get(squeezed(str(value)))
        if found is None:
            listed = ", ".join(words) if len(words) <= 8 else "one of the values that Jet documents"
            raise BadValue("unknown_word", f"must be {listed}; {str(value)[:60]!r} is not")
        return found

    return read


def choices(words: Collection[str]) -> Reader:
    """Make a reader of lists of Jet's words."""
    one, many = choice(words), texts(len(words), 200)

    def read(value: Any) -> list[str]:
        return list(dict.fromkeys(one(each) for each in many(value)))

    return read


def bare_code(value: Any) -> str:
    """Return an identifier without the blanks and dashes that people print in it."""
    text = str(value)
    return text if text.isalnum() else _BLANKS.sub("", text)


def number_and_unit(value: str) -> tuple[str, str] | None:
    """Take "1,200.5 in" apart, the unit empty where none stands; None for a text that is no number."""
    found = _MEASURE.fullmatch(value)
    return (found[1], (found[2] or found[3] or "").strip()) if found else None


def code(kind: str) -> Reader:
    """Make a reader of UPC, EAN, GTIN-14, ISBN-10 or ISBN-13: length, digits, check digit, no in-store prefix."""
    length = CODE_LENGTHS[kind]

    def read(value: Any) -> str:
        found = bare_code(value).upper()
        if restored := with_lost_zeros(kind, found):
            words = f"must have {length} digits; {found} has {len(found)}"
            raise BadValue("lost_zeros", f"{words}. {restored} would be valid: a zero was lost")
        if not (_ISBN_10 if kind == "ISBN-10" else _DIGITS).fullmatch(found):
            raise BadValue("not_digits", f"must be digits only; {found[:40]!r} is not{_spreadsheet(found)}")
        if len(found) != length:
            raise BadValue("wrong_length", f"must have {length} digits; {found[:40]} has {len(found)}")
        if not has_right_check_digit(found):
            raise BadValue("check_digit", f"has a wrong check digit: {found}")
        if kind in ("UPC", "EAN", "GTIN-14") and is_in_store(found):
            raise BadValue("in_store", f"{found} begins with a prefix that is kept for use inside one shop")
        return found

    return read


def with_lost_zeros(kind: str, found: str) -> str:
    """
    Return a code with the zeros that it lost in front, or nothing where it lost none for certain.

    Its check digit must be right with the zeros, and it may not be another sort of number as well: eight to ten
    digits can be a book's, a UPC of eight digits is a short form that is written out otherwise, and an EAN-8 that
    begins with 0 or 2 is a shop's own.
    """
    if kind == "ISBN-10":
        restored = found.zfill(10) if 7 <= len(found) < 10 else ""
        return restored if _ISBN_10.fullmatch(restored) and has_right_check_digit(restored) else ""
    shortest = {"UPC": 9, "EAN": 8, "GTIN-14": 8}.get(kind, CODE_LENGTHS[kind])
    if not (_DIGITS.fullmatch(found) and shortest <= len(found) < CODE_LENGTHS[kind]):
        return ""
    if len(found) in (8, 9, 10) and has_right_check_digit(found.zfill(10)):
        return ""
    if len(found) == 8 and found[0] in "02":
        return ""
    restored = found.zfill(CODE_LENGTHS[kind])
    return restored if has_right_check_digit(restored) and not is_in_store(restored) else ""


def _spreadsheet(found: str) -> str:
    return " (a spreadsheet shortened it)" if re.fullmatch(r"[0-9.,]+E\+?[0-9]+", found) else ""


def has_right_check_digit(found: str) -> bool:
    """Return whether the last digit fits the others; the length was checked before."""
    try:
        if len(found) == 10:
            isbn.validate(found)
        else:
            # A UPC is an EAN with a leading zero; a GTIN-14 carries its own check digit by the same sum.
            return _check_digit(found[:-1]) == found[-1]
    except WrongNumber:
        return False
    return True


def _check_digit(digits: str) -> str:
    """Return the digit that GS1 puts last: from the right, every second digit counts threefold."""
    return str(-(3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))) % 10)


def is_in_store(found: str) -> bool:
    """Return whether GS1 keeps the number's prefix for use inside one shop (02, 04, 20-29)."""
    prefix = found.zfill(14)[1:4]
    return prefix[:2] in ("02", "04") or prefix[0] == "2"


def asin(value: Any) -> str:
    """Read an ASIN: ten letters and digits."""
    found = bare_code(value).upper()
    if not re.fullmatch(r"[0-9A-Z]{10}", found):
        raise BadValue("wrong_length", f"must be 10 letters and digits; {found[:40]!r} is not")
    return found
