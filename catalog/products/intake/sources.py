"""Opening a product file: unpacking, encodings, physical lines. What is no text is refused with what it is."""

import gzip
import io
import re
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from catalog.products.intake.encodings import NAMES, narrow_encoding, wide_encoding
from catalog.products.intake.reports import UnreadableFile
from catalog.products.intake.workbooks import ZIP, NoTable, json_lines, workbook_lines
from jetbridge.core.texts import counted

HEAD = 65_536
# A physical line of more bytes is no CSV; reading it whole would fill the memory.
LONGEST_LINE = 4_000_000
# Blank lines and texts of several lines included.
LINES_A_ROW = 20
# So many lines, and bytes of them, show in which encoding they are.
SAMPLE_LINES, SAMPLE_BYTES = 500, 64_000
# NULs with which a disk or a broken export filled up a file; between letters there is one, or three.
_PADDING = re.compile(rb"\x00{16,}")
BOM = b"\xef\xbb\xbf"
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
    # Lines of NULs, or of the sign with which DOS ends a file.
    blank: int = 0
    # How lines that are not UTF-8 are read.
    narrow: str = ""
    remarks: list[str] = field(default_factory=list)

    def percent(self) -> int:
        """Return how much of the file has been read, 0 to 100."""
        return min(100, int(100 * self.position() / self.size)) if self.size else 100

    def notices(self) -> list[str]:
        found = list(self.remarks)
        if self.blank:
            found.append(f"{counted(self.blank, 'line')} of NUL bytes left out.")
        if self.recoded:
            first = ", ".join(map(str, self.recoded_lines))
            found.append(
                f"{counted(self.recoded, 'line')} not in UTF-8, read as {NAMES.get(self.narrow, self.narrow)} "
                f"(first: line {first}). Check names with accents."
            )
        return found


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """
    Open a product file, packed by gzip or not, and find its encoding; a workbook or JSON comes as lines of CSV.

    :raises UnreadableFile: it is empty, packed wrongly, or no text
    """
    with path.open("rb") as raw:
        stream: BinaryIO = raw
        if raw.read(2) == GZIP:
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw)  # type: ignore[assignment]  # a reader like any other
        head, left_out = _without_nuls(_head(stream))
        stream.seek(left_out)
        if head.startswith(ZIP) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            yield _table(path, stream, head)
            return
        source = Source(path.name, path.stat().st_size, encoding_of(head), iter(()), raw.tell)
        if left_out:
            source.remarks.append(f"{counted(left_out, 'NUL byte')} before the text left out.")
        with closing(_bounded(_guarded(_lines(stream, source, head)))) as lines:
            source.lines = lines
            yield source


def _table(path: Path, stream: BinaryIO, head: bytes) -> Source:
    """A file that is a table but no CSV; how far it is read is counted in rows."""
    source = Source(path.name, 0, "utf-8", iter(()), lambda: 0)

    def moved(number: int, total: int) -> None:
        source.size, source.position = total, lambda: number

    read = workbook_lines if head.startswith(ZIP) else json_lines
    source.lines = _bounded(_readable(read(stream, moved)))
    return source


def _bounded(lines: Iterator[str]) -> Generator[str]:
    """Refuse a file without end: a packed one of a few kilobytes can unpack to any size."""
    size, line_limit = 0, settings.IMPORT_ROWS * LINES_A_ROW
    for number, line in enumerate(lines, 1):
        size += len(line)
        if size > settings.IMPORT_BYTES:
            most = settings.IMPORT_BYTES // 1024**2
            raise UnreadableFile(f"The file has more than {most:,} MB (JETBRIDGE_IMPORT_MB). Split it.")
        if number > line_limit:
            raise UnreadableFile(f"The file has more than {line_limit:,} lines. Split it.")
        yield line


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


def _without_nuls(head: bytes) -> tuple[bytes, int]:
    """Leave out NULs that a broken export set before the text; one NUL may be half of a letter."""
    rest = head.lstrip(b"\x00")
    count = len(head) - len(rest)
    if count < 2 or not rest or wide_encoding(head) == "utf-32":
        return head, 0
    if wide_encoding(rest) == "utf-16-le" and count % 2:
        count -= 1
    return head[count:], count


def encoding_of(head: bytes) -> str:
    """
    Find the encoding from the first bytes: utf-8 (single lines may be something else) or a wider one.

    :raises UnreadableFile: no text at all
    """
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UnreadableFile("The file is empty.")
    for begins, what in KNOWN:
        if head.startswith(begins):
            raise UnreadableFile(f"This is not a CSV file but {what}.")
    if wide := wide_encoding(head):
        return wide
    nuls = _PADDING.sub(b"", head).count(0)
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
        return _wide_lines(stream, source.encoding)
    if b"\n" not in head and b"\r" in head:  # line ends of the old Macintosh
        return _narrow_lines(_mac_lines(stream), source)
    return _narrow_lines(_raw_lines(stream), source)


def _wide_lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            _check_length(len(line), number)
            yield line.lstrip("\ufeff") if number == 1 else line
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"The file begins as {encoding.upper()} text, but after line {number} it is none."
        ) from error
    finally:
        text.detach()


def _raw_lines(stream: BinaryIO) -> Iterator[bytes]:
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        _check_length(len(raw), number)
        yield raw


def _mac_lines(stream: BinaryIO) -> Iterator[bytes]:
    # Latin-1 takes every byte for a letter and gives it back as it was.
    text = io.TextIOWrapper(stream, encoding="latin-1", newline="\r")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE + 1):
            number += 1
            _check_length(len(line), number)
            yield line.encode("latin-1").replace(b"\r", b"\n")
    finally:
        text.detach()


def _narrow_lines(raw_lines: Iterator[bytes], source: Source) -> Iterator[str]:
    """Read UTF-8 line by line; the first lines that are not UTF-8 show what they are instead."""
    number = 0
    waiting: deque[bytes] = deque()
    while True:
        raw = waiting.popleft() if waiting else next(raw_lines, b"")
        if not raw:
            return
        number += 1
        while number == 1 and raw.startswith(BOM):
            raw = raw.removeprefix(BOM)
        if raw[:1] in (b"\x00", b"\x1a") and not raw.strip(b"\x00\x1a \r\n"):
            source.blank += b"\x00" in raw
            yield "\n"
            continue
        try:
            yield raw.decode("utf-8")
        except UnicodeDecodeError:
            if not source.narrow:
                waiting.extend(islice(raw_lines, SAMPLE_LINES))
                source.narrow = _narrow_encoding([raw, *waiting])
            source.recoded += 1
            if len(source.recoded_lines) < 3:
                source.recoded_lines.append(number)
            yield raw.decode(source.narrow, errors="replace")


def _narrow_encoding(lines: list[bytes]) -> str:
    """Find the encoding of lines that are not UTF-8; beside others that are, a spreadsheet of Windows wrote them."""
    sample: list[bytes] = []
    size = 0
    for raw in lines:
        if raw.isascii():
            continue
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            size += len(raw)
            if size <= SAMPLE_BYTES or not sample:
                sample.append(raw)
        else:
            return "cp1252"
    return narrow_encoding(b"".join(sample))


def _check_length(length: int, number: int) -> None:
    if length > LONGEST_LINE:
        raise UnreadableFile(
            f"Line {number} is longer than {LONGEST_LINE:,} characters: this is no product CSV."
        )


def _guarded(lines: Iterator[str]) -> Generator[str]:
    number = 0
    try:
        for line in lines:
            number += 1
            yield line
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(
            f"The packed file is damaged after line {number}; what stands before was read."
        ) from error
