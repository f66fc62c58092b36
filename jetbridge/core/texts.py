"""Small things done to texts that people and other systems read."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

# 1E5 may be somebody's SKU; E+ and two digits, or one digit, a point, more digits and a power of ten without its
# sign, are what spreadsheets and the programs behind them make of a long number.
_SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[Ee]\+[0-9]{2,3}|[1-9][.,][0-9]{2,}[Ee][0-9]{2,3}", re.ASCII)
SHORTENED = "spreadsheet_number"


def is_shortened(identifier: str) -> bool:
    """Return whether an identifier is what a spreadsheet left of a long number."""
    return bool(_SHORTENED.fullmatch(identifier.strip()))


def why_shortened(identifier: str) -> str:
    """Say why such an identifier is refused, and what to do."""
    return (
        f"{identifier.strip()}: a spreadsheet shortened this number: its last digits are lost. "
        "Take it from where it was made, or confirm that it is meant so."
    )


def number_in(text: str | None, *, digits: int = 18) -> int | None:
    """
    Return the whole number that a text from outside spells, and None for any other text.

    `isdigit` lets signs through of which `int` makes nothing, as of thousands of digits; more than 18 fit no key.
    """
    return int(text) if text and len(text) <= digits and text.isascii() and text.isdigit() else None


def squeezed(text: str) -> str:
    """Reduce a text to what comparisons look at, where blanks and capitals do not matter."""
    return "".join(text.split()).lower()


def counted(count: int, thing: str) -> str:
    """Return "1 product" or "3 products"; of several words the last one is the noun."""
    if count == 1:
        return f"1 {thing}"
    if re.search(r"[^aeiou]y$", thing):
        return f"{count:,} {thing[:-1]}ies"
    return f"{count:,} {thing}{'es' if thing.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def several(names: Iterable[str], most: int = 5) -> str:
    """Return the first few names, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


NOTHING, YES_AND_NO = "nothing", {True: "yes", False: "no", "True": "yes", "False": "no"}


def field_in_words(name: str) -> str:
    """Return what people call a field: "Price display" for price_display; a name of its own, as ASIN, stays."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def value_in_words(value: object) -> str:
    """Return a stored value as people read it: yes and no, lists with commas, "nothing" for what is empty."""
    if isinstance(value, bool) or value in ("True", "False"):
        return YES_AND_NO[value]
    if isinstance(value, dict):
        return (
            several(
                (f"{field_in_words(str(key))}: {value_in_words(each)}" for key, each in value.items()), 10
            )
            or NOTHING
        )
    if isinstance(value, (list, tuple)):
        return several(map(value_in_words, value), 20) or NOTHING
    if isinstance(value, Decimal) and not value * 100 % 1:  # whole cents
        return f"{value:.2f}"
    return NOTHING if value in (None, "", "None") else str(value)


def differences(name: str, before: object, after: object) -> list[tuple[str, str, str]]:
    """Return what differs in a field, each with its name before and after in words; of a mapping entry by entry."""
    was, became = _mapping(before), _mapping(after)
    if was is not None and became is not None and (was or became):
        return [
            (field_in_words(key), value_in_words(was.get(key)), value_in_words(became.get(key)))
            for key in sorted({*was, *became}, key=str.lower)
            if was.get(key) != became.get(key)
        ]
    return [] if before == after else [(field_in_words(name), value_in_words(before), value_in_words(after))]


def _mapping(value: object) -> dict[str, Any] | None:
    """Read a value as a mapping; an empty one where nothing is, nothing where it is something else."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if value in (None, "", "None"):
        return {}
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else None
