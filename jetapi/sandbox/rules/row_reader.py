"""
Reads a bulk file's rows piece by piece, in bounded memory, however large the file.

A file is read twice: `check` finds out whether it is whole and which rows stand twice, then
`rows_after` gives the rows.
"""

import codecs
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..kit.wire import DECODER, NotJson, check_pairs, loads, unreadable

LARGEST_TEXT = 1024**3  # a gzip bomb is an error, not a full memory
LONGEST_ROW = 8 * 1024**2
TEXT_AT_ONCE = 128 * 1024
ROWS_AT_ONCE = 20
ENDS = frozenset(" \t\n\r,:}")
GZIP = b"\x1f\x8b"
BLANKS = re.compile(r"[ \t\n\r]*")
MOST_BITS = 2**28
FEWEST_BITS = 2**20

Row = tuple[str, Any]
Pieces = Callable[[], Iterable[bytes]]  # the file's bytes, from the beginning, as often as they are asked for


class RowReader:
    """One file on its way from bytes to rows; of a SKU that stands twice the last row counts, at its own place."""

    def __init__(self, pieces: Pieces, *, takes_plain: bool, size: int = 0) -> None:
        self.total = 0  # rows, those that stand twice included, once `check` is through
        self._pieces, self._takes_plain = pieces, takes_plain
        self._twice: dict[str, int] = {}  # the last place of each SKU that may stand twice
        self._checking = self._check(size)
        self._rows: Iterator[Row] = iter(())
        self._place = -1

    def _open(self) -> Iterator[Row]:
        return _pairs(_decoded(_unpacked(self._pieces(), takes_plain=self._takes_plain)))

    def check(self, *, is_over: Callable[[], bool]) -> bool:
        """
        Read on until the time is over; return whether that was all.

        :raises ValueError: not gzip, not JSON, or not one object keyed by SKU
        """
        try:
            for _ in self._checking:
                if is_over():
                    return False
        except NotAnObject:
            raise ValueError("The file must be one JSON object whose keys are merchant SKUs.") from None
        except (RecursionError, ValueError) as problem:
            if isinstance(problem, BadFile):
                raise
            raise ValueError(f"The file is not valid JSON: {unreadable(problem)}.") from None
        return True

    def rows_after(self, place: int, *, is_over: Callable[[], bool]) -> Iterator[tuple[int, Row | None]]:
        """
        Give the rows behind a place, each with its own; None for one that does not count.

        The place need not be where the last call ended, as after a restart; the way there ends with the time, too.
        """
        if self._place != place:
            if not 0 <= self._place <= place:
                self._rows, self._place = self._open(), 0
            while self._place < place:
                if self._place % ROWS_AT_ONCE == 0 and is_over():
                    return
                next(self._rows)
                self._place += 1
        for key, value in self._rows:
            self._place += 1
            counts = self._twice.get(key, self._place) == self._place
            yield self._place, ((key, value) if counts else None)

    def _check(self, size: int) -> Iterator[None]:
        """Count the rows and note SKUs that were perhaps there before; names need memory, bits do not."""
        bits = _bits_for(size)
        seen, mask = bytearray(bits // 8), bits - 1
        for key, _ in self._open():
            self.total += 1
            byte, bit = (hash(key) & mask) >> 3, 1 << (hash(key) & 7)
            if seen[byte] & bit:
                self._twice[key] = self.total
            seen[byte] |= bit
            if self.total % ROWS_AT_ONCE == 0:
                yield


def _bits_for(size: int) -> int:
    """Choose how many bits distinguish rows: one for each character of the text, within reason."""
    bits = FEWEST_BITS
    while bits < min(size, MOST_BITS):
        bits *= 2
    return bits


class BadFile(ValueError):
    """The bytes are no file of ours; its text is a whole sentence."""


def _unpacked(pieces: Iterable[bytes], *, takes_plain: bool) -> Iterator[bytes]:
    """Give the text's bytes; only the first bytes say whether they are packed."""
    start = iter(pieces)
    first = next(start, b"")
    if first[:2] != GZIP:
        if not takes_plain:
            raise BadFile("The file is not compressed with gzip.")
        yield first
        yield from start
        return
    unpacker = zlib.decompressobj(wbits=31)
    length = 0
    try:
        for piece in _chained(first, start):
            while piece and not unpacker.eof:
                text = unpacker.decompress(piece, TEXT_AT_ONCE)
                piece = unpacker.unconsumed_tail
                length += len(text)
                if length > LARGEST_TEXT:
                    raise BadFile("The file is not whole: its gzip data are damaged or too long.")
                yield text
    except zlib.error:
        raise BadFile("The file is not whole: its gzip data are damaged or too long.") from None
    if not unpacker.eof:
        raise BadFile("The file is not whole: its gzip data are damaged or too long.")


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    start = b""
    decoder: codecs.IncrementalDecoder | None = None
    for piece in pieces:
        if decoder is None:
            start += piece
            if len(start) < 4:
                continue
            decoder, piece = (
                codecs.getincrementaldecoder(json.detect_encoding(start))(),
                start,
            )
        for begin in range(0, len(piece), TEXT_AT_ONCE):
            yield decoder.decode(piece[begin : begin + TEXT_AT_ONCE])
    if decoder is None:
        decoder = codecs.getincrementaldecoder(json.detect_encoding(start))()
        yield decoder.decode(start)
    yield decoder.decode(b"", final=True)


class _Text:
    """A window on a text that comes in pieces."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self.window, self.at, self.is_all = "", 0, False

    def more(self) -> bool:
        """Take in as much again as is still unread; return whether there was more."""
        rest = self.window[self.at :]
        if len(rest) > LONGEST_ROW:
            return False
        found = [rest]
        length = 0
        while length < max(1, len(rest)) and not self.is_all:
            piece = next(self._pieces, None)
            self.is_all = piece is None
            found.append(piece or "")
            length += len(found[-1])
        self.window, self.at = "".join(found), 0
        return length > 0

    def sign(self) -> str:
        """Skip blanks; give the sign that follows, or nothing at the end."""
        while True:
            found = BLANKS.match(self.window, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.window) or not self.more():
                return self.window[self.at : self.at + 1]

    def expect(self, sign: str) -> None:
        if self.sign() != sign:
            raise NotJson(f"there is no {sign} where one must be")
        self.at += 1

    def value(self) -> Any:
        """Read a value; it is whole when a sign that ends values follows it in the window: a number may be cut."""
        self.sign()
        while True:
            try:
                value, end = DECODER.raw_decode(self.window, self.at)
            except json.JSONDecodeError as problem:
                if not self.more():
                    raise NotJson("it ends in the middle, or a value in it cannot be read") from problem
                continue
            if self.window[end : end + 1] in ENDS or not self.more():
                break
        check_pairs(self.window[self.at : end], value)
        self.at = end
        return value


def _pairs(pieces: Iterator[str]) -> Iterator[Row]:
    """Give the keys and values of a JSON object one by one."""
    text = _Text(pieces)
    if text.sign() != "{":
        while len(text.window) - text.at <= LONGEST_ROW and text.more():
            pass
        loads(text.window)  # says what is wrong with it, if it is no JSON at all
        raise NotAnObject
    text.at += 1
    if text.sign() != "}":
        while True:
            if text.sign() != '"':
                raise NotJson("a key is no text")
            key = text.value()
            text.expect(":")
            yield key, text.value()
            if text.sign() == "}":
                break
            text.expect(",")
    text.at += 1
    if text.sign():
        raise NotJson("something follows its end")


class NotAnObject(Exception):
    """The file holds JSON, but not an object."""
