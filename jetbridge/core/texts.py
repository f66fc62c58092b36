"""Small things done to texts that people and other systems read."""

import re
from collections.abc import Callable, Collection, Iterable

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


# In a text: how often this job runs, as the schedule has it when somebody reads the text.
OFTEN = re.compile(r"\{often:([a-z_.]{1,100})\}")
_said: list[Callable[[str], str]] = []
_holding: list[Callable[[Collection[str]], dict[str, str]]] = []


def often_by(say: Callable[[str], str]) -> None:
    """Have the room of jobs say how often one of them runs."""
    _said[:] = [say]


def often(name: str) -> str:
    """Return how often a job runs by itself, and what keeps it from that now."""
    return _said[0](name)


def holding_by(say: Callable[[Collection[str]], dict[str, str]]) -> None:
    """Have the room of jobs say what keeps some of them from running."""
    _holding[:] = [say]


def holding(*names: str) -> str:
    """Return what keeps jobs from running until a person acts; nothing while they run as they should."""
    return "; ".join(_holding[0](names).values())


def with_rhythms(text: str) -> str:
    """Return a text with the rhythm of each job that it asks for as {often:NAME}."""
    return OFTEN.sub(lambda found: often(found[1]), text)
