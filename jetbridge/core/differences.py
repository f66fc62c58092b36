"""What changed in a row, in the words of people: fields by name, values as they are read."""

from decimal import Decimal
from typing import Any

from django.utils.text import capfirst

from jetapi.http import json_documents
from jetbridge.core.texts import several

NOTHING, YES_AND_NO = "nothing", {True: "yes", False: "no", "True": "yes", "False": "no"}


def field_in_words(name: str) -> str:
    """Return what people call a field: "Price display" for price_display; a name of its own, as ASIN, stays."""
    return capfirst(name.replace("_", " ").strip())


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
            value = json_documents.read(value.encode("utf-8", "replace"), most_bytes=json_documents.MB)
        except json_documents.BadDocument:
            return None
    if value in (None, "", "None"):
        return {}
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else None
