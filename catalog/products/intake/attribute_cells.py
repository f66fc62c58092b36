"""The cell additional_attributes: code=value,code=value, where values may hold commas, quotes, JSON and HTML."""

import json
import re
from collections.abc import Iterator

# Magento's own bookkeeping; nobody's attribute.
SYSTEM = {"has_options", "required_options", "quantity_and_stock_status", "options_container"}
OPTIONS = "|"
_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_OPTION = 100
# Each look at what is no JSON after all may read the whole cell.
MOST_BROKEN = 20
_JSON = json.JSONDecoder()

Value = str | list[str]


def split_attributes(
    cell: str, separator: str = ",", doubts: dict[str, str] | None = None
) -> dict[str, Value]:
    """
    Return the values by attribute code, in lower case as Magento takes them; what has no code is a doubt.

    A quoted value comes as the list of its pieces ("a"|"b"); `options_of` makes a value of it, and decides
    whether an unquoted a|b is one text or two options.
    """
    lost = {} if doubts is None else doubts
    return {code: value for code, value in _pairs(cell, separator, lost) if code not in SYSTEM}


def _pairs(cell: str, separator: str, doubts: dict[str, str]) -> Iterator[tuple[str, Value]]:
    place, end, broken = 0, len(cell), 0
    # Where pairs touch the separator, a word with = behind a blank is text.
    touching = _next_pair(cell, cell.find("=") + 1, separator, must_touch=True) < end
    while place < end:
        equals = cell.find("=", place)
        code = cell[place:equals].strip() if equals >= 0 else ""
        if not _CODE.fullmatch(code):
            # What has no code belongs to nobody; another pair may follow.
            stop = _next_pair(cell, place, separator, must_touch=touching)
            doubts.setdefault("code", cell[place : min(stop, place + _LONGEST_OPTION)].strip())
            place = stop + len(separator)
            continue
        place = equals + 1
        quoted = _quoted(cell, place, separator)
        if quoted is not None:
            value, place = quoted
        else:
            length = _length_of_json(cell, place) if broken < MOST_BROKEN else 0
            broken += cell[place : place + 1] in ("{", "[") and not length
            start = place + length
            # Within markup a comma and a word with = are no new attribute unless they touch.
            must_touch = touching or cell[place : place + 1] in "<{["
            stop = _next_pair(cell, start, separator, must_touch=must_touch)
            value, place = cell[place:stop].strip(), stop
        yield code.lower(), value
        place += len(separator)


def _next_pair(cell: str, start: int, separator: str, *, must_touch: bool) -> int:
    """Return where the separator stands that a code and its = follow, or the end of the cell."""
    equals = cell.find("=", start)
    while equals >= 0:
        at = cell.rfind(separator, start, equals)
        name = cell[at + len(separator) : equals] if at >= 0 else ""
        if _CODE.fullmatch(name if must_touch else name.strip()):
            return at
        start = equals + 1
        equals = cell.find("=", start)
    return len(cell)


def _quoted(cell: str, place: int, separator: str) -> tuple[Value, int] | None:
    """Read quoted texts, joined by | in a multiple select; a quote within is written twice."""
    parts = []
    while cell.startswith('"', place):
        close = _closing_quote(cell, place + 1)
        if close < 0:
            return None
        parts.append(cell[place + 1 : close].replace('""', '"'))
        place = close + 1
        if not cell.startswith('|"', place):
            is_whole = place == len(cell) or cell.startswith(separator, place)
            return (parts, place) if is_whole else None
        place += 1
    return None


def _closing_quote(cell: str, place: int) -> int:
    """Return where the quote stands that is not written twice, or -1."""
    place = cell.find('"', place)
    while place >= 0 and cell.startswith('"', place + 1):
        place = cell.find('"', place + 2)
    return place


def _length_of_json(cell: str, place: int) -> int:
    if cell[place : place + 1] not in ("{", "["):
        return 0
    try:
        return _JSON.raw_decode(cell, place)[1] - place
    except (ValueError, RecursionError):
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
