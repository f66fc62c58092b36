"""Small things done to texts that people and other systems read."""

import re
from collections.abc import Iterable

# 1E5 may be somebody's SKU; a point or comma, E+ and two digits are what a spreadsheet makes of a long number.
_SHORTENED = re.compile(r"[0-9]+[.,][0-9]+[Ee]\+[0-9]{2,3}")
SHORTENED = "a spreadsheet shortened this number: its last digits are lost. Take it from where it was made"


def is_shortened(identifier: str) -> bool:
    """Return whether an identifier is what a spreadsheet left of a long number."""
    return bool(_SHORTENED.fullmatch(identifier.strip()))


def squeezed(text: str) -> str:
    """Reduce a text to what comparisons look at, where blanks and capitals do not matter."""
    return "".join(text.split()).lower()


def several(names: Iterable[str], most: int = 5) -> str:
    """Return the first few names, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
