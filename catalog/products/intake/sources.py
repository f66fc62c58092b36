"""Opening a product file: unpacking, encodings, physical lines. What is no text is refused with what it is."""

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from catalog.products.intake.reports import UnreadableFile
from catalog.products.intake.workbooks import ZIP, NoTable, json_lines, workbook_lines

HEAD = 65_536
# A physical line of more bytes is no CSV; reading it whole would fill the memory.
LONGEST_LINE = 4_000_000
GZIP = b"\x1f\x8b"
# What people upload by mistake, by its first bytes.
KNOWN = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook. Save it as CSV (comma separated) first"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"BZh", "a bzip2 archive. Unpack it first"),
    (b"\xfd7zXZ", "an xz archive. Unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive. Unpack it first"),
)


@dataclass
class Source:
    """An open file: its text lines, how far it is read, and what was remarkable."""

    name: str
    size: int
    encoding: str
    lines: Iterator[str]
    position: Callable[[], int]
    recoded_lines: list[int] = field(default_factory=list)
    recoded: int = 0

    def percent(self) -> int:
        """Return how much of the file has been read, 0 to 100."""
        return min(100, int(100 * self.position() / self.size)) if self.size else 100

    def notices(self) -> list[str]:
        if not self.recoded:
            return []
        first = ", ".join(map(str, self.recoded_lines))
        return [
            f"{self.recoded:,} lines were not UTF-8 and were read as Windows-1252 (first: line {first}). "
            "Check names with accents."
        ]


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """
    Open a product file, packed by gzip or not, and tell its encoding; a workbook or JSON comes as lines of CSV.

    :raises UnreadableFile: it is empty, packed wrongly, or no text
    """
    with path.open("rb") as raw:
        stream: BinaryIO = raw
        if raw.read(2) == GZIP:
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw)  # type: ignore[assignment]  # a reader like any other
        head = _head(stream)
        stream.seek(0)
        if head.startswith(ZIP) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            yield _table(path, stream, head)
            return
        source = Source(path.name, path.stat().st_size, encoding_of(head), iter(()), raw.tell)
        source.lines = _guarded(_lines(stream, source, head))
        yield source


def _table(path: Path, stream: BinaryIO, head: bytes) -> Source:
    """A file that is a table but no CSV; how far it is read is counted in rows."""
    source = Source(path.name, 0, "utf-8", iter(()), lambda: 0)

    def moved(number: int, total: int) -> None:
        source.size, source.position = total, lambda: number

    read = workbook_lines if head.startswith(ZIP) else json_lines
    source.lines = _readable(read(stream, moved))
    return source


def _readable(lines: Iterator[str]) -> Iterator[str]:
    try:
        yield from lines
    except NoTable as problem:
        raise UnreadableFile(str(problem)) from problem


def _head(stream: BinaryIO) -> bytes:
    try:
        stream.seek(0)
        return stream.read(HEAD)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile("The file is packed by gzip but damaged: it cannot be unpacked.") from error


def encoding_of(head: bytes) -> str:
    """
    Tell the encoding from the first bytes: utf-8 (with single lines of Windows-1252) or utf-16.

    :raises UnreadableFile: no text at all
    """
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile("The file is empty.")
    for begins, what in KNOWN:
        if head.startswith(begins):
            raise UnreadableFile(f"This is not a CSV file but {what}.")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    nuls = head.count(0)
    if nuls > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    strange = sum(head.count(code) for code in (*range(1, 9), *range(14, 27), *range(28, 32)))
    if strange + nuls > len(head) // 20:
        raise UnreadableFile("This is not a CSV file: it holds bytes that are no text.")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"[")):
        raise UnreadableFile(
            "This is not a CSV file but HTML, XML or a JSON object: line 1 has no column names."
        )
    return "utf-8"


def _lines(stream: BinaryIO, source: Source, head: bytes) -> Iterator[str]:
    if source.encoding != "utf-8":
        return _text_lines(stream, source.encoding)
    if b"\n" not in head and b"\r" in head:  # line ends of the old Macintosh
        return _text_lines(stream, "utf-8-sig")
    return _mixed_lines(stream, source)


def _text_lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            _check_length(len(line), number)
            yield line.lstrip("\ufeff") if number == 1 else line
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"The file says that it is {encoding}, but after line {number} it is not."
        ) from error
    finally:
        text.detach()


def _mixed_lines(stream: BinaryIO, source: Source) -> Iterator[str]:
    """Read UTF-8 line by line; a line that is not UTF-8 is Windows-1252, as spreadsheets write it."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        _check_length(len(raw), number)
        if number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError:
            source.recoded += 1
            if len(source.recoded_lines) < 3:
                source.recoded_lines.append(number)
            yield raw.decode("cp1252", errors="replace")


def _check_length(length: int, number: int) -> None:
    if length > LONGEST_LINE:
        raise UnreadableFile(
            f"Line {number} is longer than {LONGEST_LINE:,} characters: this is no product CSV."
        )


def _guarded(lines: Iterator[str]) -> Iterator[str]:
    number = 0
    try:
        for line in lines:
            number += 1
            yield line
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(
            f"The packed file is damaged after line {number}; what stands before was read."
        ) from error
