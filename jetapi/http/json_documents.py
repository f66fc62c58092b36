"""The one reader of JSON that comes from outside: strict UTF-8, each name once, limits of size and of depth."""

import codecs
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, BinaryIO

# No document of a shop has half as many levels; whoever walks through one must not run out of stack.
DEEPEST = 64
MB = 1024 * 1024
# Read, an entry takes up to forty times its text in memory.
LARGEST_ITEM = 2 * MB
# Read of a stream at once.
PART = 256 * 1024
_BEHIND_VALUES = tuple(" \t\r\n,:}]")
_BLANKS = re.compile(r"[ \t\r\n]*")


class BadDocument(ValueError):
    """Not JSON, or more of it than is read; the message says what in a few words."""


class DoubledName(BadDocument):
    """An object has a name twice: of two readers each may take another value."""


def read(data: bytes | str, *, most_bytes: int, parse_float: Callable[[str], Any] = Decimal) -> Any:
    """
    Read one document; fractions become Decimal unless said otherwise.

    :raises BadDocument: it is too large, nested too deep, no UTF-8 or no JSON, or an object has a name twice
    """
    text = _text(data, most_bytes)
    decoder = _decoder(parse_float)
    with _in_words():
        value = decoder.decode(text)
    _check(value, has_pairs=_has_pairs(text))
    return value


def items(source: BinaryIO, *, most_bytes: int, parse_float: Callable[[str], Any] = Decimal) -> Iterator[Any]:
    """
    Yield what a list holds, one by one: neither a long list nor its text is ever whole in memory.

    :raises BadDocument: it is no list, an entry is larger than is read, or as `read` does
    """
    decoder = _decoder(parse_float)
    text = _Window(source, most_bytes)
    if text.sign() != "[":
        raise BadDocument("no list")
    text.skip(1)
    if text.sign() == "]":
        text.skip(1)
    else:
        while True:
            with _in_words():
                try:
                    value, end = decoder.raw_decode(text.text, text.at)
                except DoubledName:
                    raise
                except (ValueError, RecursionError):
                    if text.is_full:
                        raise BadDocument(f"an entry is larger than {_size_text(LARGEST_ITEM)}") from None
                    raise
            _check(value, has_pairs=_has_pairs(text.text[text.at : end]))
            yield value
            text.skip(end - text.at)
            sign = text.sign()
            text.skip(1)
            if sign == "]":
                break
            if sign != ",":
                raise BadDocument(f"no comma before character {text.passed}")
            text.sign()
    if text.sign():
        raise BadDocument(f"more after the list, at character {text.passed + 1}")


class _Window:
    """A document's text from where it is read to as far as the largest entry may reach."""

    def __init__(self, source: BinaryIO, most_bytes: int) -> None:
        self._source, self._most = source, most_bytes
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._read, self._has_ended, self._before = 0, False, 0
        self.text, self.at = "", 0

    @property
    def passed(self) -> int:
        """How many characters of the document stand before what is read now."""
        return self._before + self.at

    @property
    def is_full(self) -> bool:
        """Whether all that an entry may have is there, and yet the document goes on."""
        return not self._has_ended and len(self.text) - self.at >= LARGEST_ITEM

    def skip(self, count: int) -> None:
        """Move on by so many characters."""
        self.at += count

    def sign(self) -> str:
        """Move on to the next sign that is no blank, with as much behind it as an entry may have; return it."""
        while True:
            self._fill()
            self.at = _after_blanks(self.text, self.at)
            if self.at < len(self.text) or self._has_ended:
                self._fill()
                return self.text[self.at : self.at + 1]

    def _fill(self) -> None:
        if self._has_ended or len(self.text) - self.at >= LARGEST_ITEM:
            return
        parts = [self.text[self.at :]]
        self._before, self.at = self._before + self.at, 0
        have = len(parts[0])
        while have < 2 * LARGEST_ITEM and not self._has_ended:
            data = self._source.read(MB)
            self._has_ended = not data
            parts.append(self._decode(data))
            have += len(parts[-1])
        self.text = "".join(parts)

    def _decode(self, data: bytes) -> str:
        before, self._read = self._read, self._read + len(data)
        if self._read > self._most:
            raise BadDocument(f"larger than {_size_text(self._most)}")
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise BadDocument(f"byte {before + error.start + 1} is not UTF-8") from error


def pairs(
    source: BinaryIO, *, most_bytes: int, parse_float: Callable[[str], Any] = Decimal
) -> Iterator[tuple[str, Any]]:
    """
    Yield names and values of an object one by one, read as they are taken: of it only the names stay in memory.

    :raises BadDocument: as `read` does, perhaps after some pairs; it is no object, or one value is larger than that
    """
    reader = _Reader(source, most_bytes, _decoder(parse_float))
    if reader.sign() != "{":
        raise BadDocument("no object")
    names = set[str]()
    if reader.peek() == "}":
        reader.sign()
    else:
        while True:
            name = reader.value()
            if not isinstance(name, str) or reader.sign() != ":":
                raise BadDocument("no name and value")
            if name in names:
                raise _doubled(name)
            names.add(name)
            yield name, reader.value()
            if (sign := reader.sign()) == "}":
                break
            if sign != ",":
                raise BadDocument("no comma between two values")
    if reader.peek():
        raise BadDocument("more after the object")


class _Reader:
    """The text of a stream, of which no more is held than the value at hand needs."""

    def __init__(self, source: BinaryIO, most_bytes: int, decoder: json.JSONDecoder) -> None:
        self._source, self._most, self._decoder = source, most_bytes, decoder
        self._characters = codecs.getincrementaldecoder("utf-8-sig")()
        self._text, self._at, self._is_over = "", 0, False

    def peek(self) -> str:
        """Return the next character that is no blank; nothing at the end."""
        while True:
            self._at = _after_blanks(self._text, self._at)
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def sign(self) -> str:
        """Take the next character that is no blank."""
        found = self.peek()
        self._at += len(found)
        return found

    def value(self) -> Any:
        """Take the next value; one that ends where the text at hand does may go on, and is read again with more."""
        self.peek()
        while True:
            try:
                with _in_words():
                    value, end = self._decoder.raw_decode(self._text, self._at)
                # A number may go on behind its point.
                if self._text[end : end + 1] in _BEHIND_VALUES or not self._more():
                    _check(value, has_pairs=_has_pairs(self._text[self._at : end]))
                    self._at = end
                    return value
            except DoubledName:
                raise
            except BadDocument:
                if not self._more():
                    raise

    def _more(self) -> bool:
        """Read on, as much again as is at hand, so that a long value is not read over and over; False at the end."""
        if self._is_over:
            return False
        self._text, self._at = self._text[self._at :], 0
        if len(self._text) > self._most:
            raise BadDocument(f"one value is larger than {_size_text(self._most)}")
        data = self._source.read(max(PART, len(self._text)))
        self._is_over = not data
        try:
            self._text += self._characters.decode(data, final=self._is_over)
        except UnicodeDecodeError as error:
            raise BadDocument("it is not UTF-8") from error
        return True


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
    except BadDocument:
        raise
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


def _decoder(parse_float: Callable[[str], Any]) -> json.JSONDecoder:
    return json.JSONDecoder(
        parse_float=parse_float, parse_constant=_no_constant, object_pairs_hook=_each_name_once
    )


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        doubled = next(name for name, count in counts.items() if count > 1)
        raise _doubled(doubled)
    return found


def _doubled(name: str) -> DoubledName:
    return DoubledName(f"the name {name[:60]!r} stands twice in one object")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _size_text(size: int) -> str:
    return f"{size // MB} MB" if size >= MB else f"{size // 1024} kB"
