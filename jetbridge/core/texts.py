"""Small things done to texts that people and other systems read."""

from collections.abc import Iterable


def squeezed(text: str) -> str:
    """Reduce a text to what comparisons look at, where blanks and capitals do not matter."""
    return "".join(text.split()).lower()


def several(names: Iterable[str], most: int = 5) -> str:
    """Return the first few names, and how many more there are."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
