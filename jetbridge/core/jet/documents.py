"""JSON that people hand in and calls left behind, read by the reader that Jet's answers pass."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from jetapi.http import json_documents

MB = 1024 * 1024


class BadDocument(ValueError):
    """Not JSON, or more of it than is read; the message says what in a few words."""


def read(data: bytes | str, *, most_bytes: int) -> Any:
    """
    Read one document.

    :raises BadDocument: it is too large, nested too deep, no UTF-8 or no JSON
    """
    with _ours():
        return json_documents.read(data, most_bytes=most_bytes, parse_float=float)


def items(source: BinaryIO, *, most_bytes: int) -> Iterator[Any]:
    """
    Yield what a list holds, one by one.

    :raises BadDocument: as `read` does, or it is no list, or an entry is larger than is read
    """
    with _ours():
        yield from json_documents.items(source, most_bytes=most_bytes, parse_float=float)


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except json_documents.BadDocument as problem:
        raise BadDocument(str(problem)) from problem
