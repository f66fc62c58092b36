"""The one reader of JSON that comes from outside: strict UTF-8, a limit of size, a limit of depth."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

# No document of Jet's or of a shop has half as many levels; whoever walks through one must not run out of stack.
DEEPEST = 64
MB = 1024 * 1024
_BLANKS = re.compile(r"[ \t\r\n]*")


class BadDocument(ValueError):
    """Not JSON, or more of it than is read; the message says what in a few words."""


def read(data: bytes | str, *, most_bytes: int, parse_float: Callable[[str], Any] = Decimal) -> Any:
    """
    Read one document; fractions become Decimal unless said otherwise.

    :raises BadDocument: it is too large, nested too deep, no UTF-8 or no JSON
    """
    text = _text(data, most_bytes)
    decoder = json.JSONDecoder(parse_float=parse_float, parse_constant=_no_constant)
    with _in_words():
        value = decoder.decode(text)
    _check(value, has_pairs=_has_pairs(text))
    return value


def items(
    data: bytes | str, *, most_bytes: int, parse_float: Callable[[str], Any] = Decimal
) -> Iterator[Any]:
    """
    Yield what a list holds, one by one, so that a long list is never whole in memory.

    :raises BadDocument: as `read` does, or it is no list
    """
    text = _text(data, most_bytes)
    decoder = json.JSONDecoder(parse_float=parse_float, parse_constant=_no_constant)
    has_pairs = _has_pairs(text)
    at = _after_blanks(text, 0)
    if text[at : at + 1] != "[":
        raise BadDocument("no list")
    at = _after_blanks(text, at + 1)
    if text[at : at + 1] == "]":
        at += 1
    else:
        while True:
            with _in_words():
                value, at = decoder.raw_decode(text, at)
            _check(value, has_pairs=has_pairs)
            yield value
            at = _after_blanks(text, at)
            sign, at = text[at : at + 1], _after_blanks(text, at + 1)
            if sign == "]":
                break
            if sign != ",":
                raise BadDocument(f"no comma before character {at}")
    if at < len(text) and _after_blanks(text, at) < len(text):
        raise BadDocument(f"more after the list, at character {at + 1}")


def _text(data: bytes | str, most_bytes: int) -> str:
    if len(data) > most_bytes:
        raise BadDocument(f"larger than {_size_text(most_bytes)}")
    try:
        return data.decode("utf-8-sig") if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise BadDocument(f"byte {error.start + 1} is not UTF-8") from error


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except RecursionError:
        raise BadDocument("nested too deep") from None
    except ValueError as error:
        raise BadDocument(str(error)) from error


def _after_blanks(text: str, at: int) -> int:
    return _BLANKS.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing at all, too


def _has_pairs(text: str) -> bool:
    return "\\ud" in text or "\\uD" in text


def _check(value: Any, *, has_pairs: bool) -> None:
    if is_deep(value):
        raise BadDocument("nested too deep")
    if has_pairs:
        _check_pairs(value)


def is_deep(value: Any) -> bool:
    """Return whether a value has more levels than are read; level by level, so that no stack is needed."""
    level = [value]
    for _ in range(DEEPEST):
        inner = (
            each.values() if isinstance(each, dict) else each
            for each in level
            if isinstance(each, dict | list)
        )
        level = [child for each in inner for child in each if isinstance(child, dict | list)]
        if not level:
            return False
    return True


def _check_pairs(value: Any) -> None:
    """Half of a surrogate pair is no character: no database takes it, and no answer can repeat it."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise BadDocument("half of a surrogate pair") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _size_text(size: int) -> str:
    return f"{size // MB} MB" if size >= MB else f"{size // 1024} kB"
