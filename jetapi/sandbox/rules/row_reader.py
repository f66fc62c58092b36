"""Reads a bulk file's rows piece by piece, so that a large one can be read in slices."""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ..kit.wire import DECODER, dumps, loads, quoted

LARGEST_TEXT = 1024**3  # a gzip bomb is an error, not a full memory
PIECE = 64 * 1024
ROWS_AT_ONCE = 20
BLANKS = re.compile(r"[ \t\n\r]*")
HALF_PAIR = re.compile(r"\\u[dD]")

Rows = list[tuple[str, Any]]


class RowReader:
    """
    One file on its way from bytes to rows.

    `rows` are complete once `read` said so; of a SKU that stands twice the last row counts, at its first place.
    """

    def __init__(self, content: bytes) -> None:
        self.rows: Rows = []
        self._steps = self._read(content)

    def read(self, *, is_over: Callable[[], bool]) -> bool:
        """
        Read on until the time is over; return whether that was all.

        :raises ValueError: not gzip, not JSON, or not one object keyed by SKU
        """
        while True:
            if not list(islice(self._steps, 1)):
                return True
            if is_over():
                return False

    def _read(self, content: bytes) -> Iterator[None]:
        raw = bytearray()
        for piece in _unpacked(content):
            raw += piece
            yield
        try:
            text = raw.decode(json.detect_encoding(raw))
            found: dict[str, Any] = {}
            for place, (key, value) in enumerate(_pairs(text)):
                found[key] = value
                if place % ROWS_AT_ONCE == 0:
                    yield
        except NotAnObject:
            raise ValueError("The file must be one JSON object whose keys are merchant SKUs.") from None
        except RecursionError:
            raise ValueError("The file is not valid JSON: the document is nested too deeply") from None
        except ValueError as problem:
            raise ValueError(f"The file is not valid JSON: {problem}") from None
        self.rows = list(found.items())


def _unpacked(content: bytes) -> Iterator[bytes]:
    if content[:2] != b"\x1f\x8b":
        raise ValueError("The file is not compressed with gzip.")
    unpacker = zlib.decompressobj(wbits=31)
    length = 0
    try:
        for start in range(0, len(content), PIECE):
            piece = unpacker.decompress(content[start : start + PIECE], LARGEST_TEXT)
            length += len(piece)
            if length >= LARGEST_TEXT:
                break
            yield piece
    except zlib.error:
        length = LARGEST_TEXT
    if length >= LARGEST_TEXT or not unpacker.eof:
        raise ValueError("The file is not whole: its gzip data are damaged or too long.")


def _pairs(text: str) -> Iterator[tuple[str, Any]]:
    """Give the keys and values of a JSON object one by one."""
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        loads(text)  # says what is wrong with it, if it is no JSON at all
        raise NotAnObject
    has_escapes = HALF_PAIR.search(text) is not None
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        _expect_end(text, at + 1)
        return
    while True:
        key, value, at = _pair(text, at)
        if has_escapes:
            dumps([key, value]).encode("utf-8")  # half of a pair cannot be stored: a ValueError
        yield key, value
        if text[at : at + 1] == "}":
            _expect_end(text, at + 1)
            return
        at = _skip(text, _expect(text, at, ","))


def _pair(text: str, at: int) -> tuple[str, Any, int]:
    _expect(text, at, '"')
    key, at = DECODER.raw_decode(text, at)
    at = _skip(text, _expect(text, _skip(text, at), ":"))
    value, at = DECODER.raw_decode(text, at)
    return key, value, _skip(text, at)


def _skip(text: str, at: int) -> int:
    found = BLANKS.match(text, at)
    return found.end() if found else at


def _expect(text: str, at: int, sign: str) -> int:
    if text[at : at + 1] != sign:
        raise json.JSONDecodeError(f"Expecting {quoted(sign)}", text, at)
    return at + 1


def _expect_end(text: str, at: int) -> None:
    if _skip(text, at) < len(text):
        raise json.JSONDecodeError("Extra data", text, at)


class NotAnObject(Exception):
    """The file holds JSON, but not an object."""
