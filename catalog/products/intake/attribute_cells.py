"""The cell additional_attributes: code=value,code=value, where values may hold commas, quotes, JSON and HTML."""

import json
import re
from collections.abc import Iterator

# Magento's own bookkeeping; nobody's attribute.
SYSTEM = {"has_options", "required_options", "quantity_and_stock_status", "options_container"}
OPTIONS = "|"
_CODE = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=")
# One or more quoted texts, joined by | in a multiple select; a quote within is written twice.
_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?:\|"(?:[^"]|"")*")*')
_ONE_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_LONGEST_OPTION = 100
_JSON = json.JSONDecoder()

Value = str | list[str]


def split_attributes(cell: str, separator: str = ",") -> dict[str, Value]:
    """
    Return the values by attribute code, in lower case as Magento takes them.

    A quoted value comes as the list of its pieces ("a"|"b"); `options_of` makes a value of it, and decides
    whether an unquoted a|b is one text or two options.
    """
    return {code: value for code, value in _pairs(cell, separator) if code not in SYSTEM}


def _pairs(cell: str, separator: str) -> Iterator[tuple[str, Value]]:
    place, end = 0, len(cell)
    next_pair = re.compile(rf"{re.escape(separator)}(?=[A-Za-z_][A-Za-z0-9_]*=)")
    loose_pair = re.compile(rf"{re.escape(separator)}(?=\s*[A-Za-z_][A-Za-z0-9_]*\s*=)")
    while place < end:
        match = _CODE.match(cell, place)
        if not match:
            return  # what stands before the first code belongs to nobody
        code, place = match[1].lower(), match.end()
        quoted = _quoted(cell, place, separator)
        if quoted is not None:
            value, place = quoted
        else:
            start = place + _length_of_json(cell, place)
            # Within markup a comma and a word with = are no new attribute unless they touch.
            follows = (next_pair if cell[place : place + 1] in "<{[" else loose_pair).search(cell, start)
            stop = follows.start() if follows else end
            value, place = cell[place:stop].strip(), stop
        yield code, value
        place += len(separator)


def _quoted(cell: str, place: int, separator: str) -> tuple[Value, int] | None:
    match = _QUOTED.match(cell, place)
    if not match or not (match.end() == len(cell) or cell.startswith(separator, match.end())):
        return None
    parts = [part[1].replace('""', '"') for part in _ONE_QUOTED.finditer(match[0])]
    return parts, match.end()


def _length_of_json(cell: str, place: int) -> int:
    if cell[place : place + 1] not in ("{", "["):
        return 0
    try:
        return _JSON.raw_decode(cell, place)[1] - place
    except ValueError:
        return 0


def options_of(value: Value) -> Value:
    """Split a|b into its options; a text in which | is only a character stays whole, one option is a text."""
    if isinstance(value, list):
        options = [each.strip() for each in value if each.strip()]
    elif OPTIONS in value and value[0] not in "<{[":
        options = [each.strip() for each in value.split(OPTIONS) if each.strip()]
        if any(len(each) > _LONGEST_OPTION or not any(map(str.isalnum, each)) for each in options):
            return value
    else:
        return value
    if not options:
        return ""
    return options[0] if len(options) == 1 else options
