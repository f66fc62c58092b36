"""Product files that are no CSV, a workbook or a JSON list, read as the lines of CSV that they stand for."""

import csv
import datetime as dt
import io
import json
import os
import re
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import repeat
from typing import Any, BinaryIO

from django.conf import settings
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from jetbridge.core import outages
from jetbridge.core.jet import documents

ZIP = b"PK\x03\x04"
# What cannot be more in a sheet of Excel.
MOST_ROWS, MOST_CELLS = 1_048_576, 16_384
# A row, a text, or what else is in memory at once: read, XML takes some ten times its size.
MOST_PART = 4 * documents.MB
LONGEST_ROW = 4_000_000
# They are read before the first row is.
MOST_TEXTS = 4_000_000
ENTRY = re.compile(rb"<(?:\w+:)?(?:row|si)\b")
# What openpyxl says of an archive that is none of its kind, or of damaged parts.
NO_WORKBOOK = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, LookupError, ValueError, TypeError,
    AttributeError, NotImplementedError, OverflowError, OSError, EOFError, RuntimeError,
)  # fmt: skip
MOST_JSON = 200 * documents.MB
SETTING = "JETBRIDGE_IMPORT_MB"
SHOWN_WHOLE = 1e15
EXPECTED = "It must be a list of objects, one a product, as the export writes it."


class NoTable(Exception):
    """The file holds no rows of products; the message says why."""


def workbook_lines(stream: BinaryIO, moved: Callable[[int, int], None]) -> Iterator[str]:
    """
    Yield the rows of a workbook's first sheet as lines of CSV; a line's number is the row's in the sheet.

    moved is given the row's number and how many the sheet says that it has.

    :raises NoTable: it is no workbook, is damaged, or holds more than is read
    """
    try:
        with _Archive(stream) as archive:
            archive.check()
            # By its content: from a path it would go by the name.
            reader = _Reader(stream, read_only=True, data_only=True, keep_links=False)
            reader.archive = archive
            reader.read()
            yield from _rows(reader.wb, reader.wb.worksheets[0], moved)
    except NoTable:
        raise
    except NO_WORKBOOK as error:
        if outages.outage_of(error):
            raise
        raise NoTable(
            f"This is a zip archive, but no Excel workbook that can be read ({str(error.__cause__ or error)[:200]})."
        ) from error


def _rows(book: Any, sheet: Any, moved: Callable[[int, int], None]) -> Iterator[str]:
    """Yield lines by what the rows say themselves: what a sheet says of its size may be wrong by any measure."""
    total, width, last = sheet.max_row or 0, 0, 0
    with sheet._get_source() as source:
        parser = _SheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            if not last < number <= MOST_ROWS:
                raise NoTable(f"A row of the sheet has the number {number}, after row {last}.")
            yield from repeat("\n", number - last - 1)
            last = number
            values: list[Any] = [None] * max((cell["column"] for cell in cells), default=0)
            for cell in cells:
                values[cell["column"] - 1] = cell["value"]
            # Excel keeps cells to the right that somebody once formatted; missing ones are empty.
            while values and (len(values) > width > 0 or not width) and values[-1] in (None, ""):
                values.pop()
            values += [None] * (width - len(values))
            width = width or len(values)
            moved(number, min(total, MOST_ROWS))
            yield _line(values)


class _Archive(zipfile.ZipFile):
    """The parts of a workbook, none of which may be large where it is read whole, or have one row without end."""

    def check(self) -> None:
        """
        Look at what it says that it unpacks to; no more than that is unpacked.

        :raises NoTable: it is more than is read
        """
        if sum(entry.file_size for entry in self.infolist()) > settings.IMPORT_BYTES:
            size = settings.IMPORT_BYTES // documents.MB
            raise NoTable(f"The workbook unpacks to more than {size:,} MB ({SETTING}). Split it.")

    def open(self, *arguments: Any, **options: Any) -> Any:
        """Open a part."""
        return _Part(super().open(*arguments, **options))


class _Part(io.RawIOBase):
    def __init__(self, part: Any) -> None:
        self._part, self._since = part, 0

    def read(self, size: int = -1) -> bytes:
        """Read on, for as long as rows or texts begin again and again."""
        data: bytes = self._part.read(MOST_PART + 1 if size < 0 else size)
        begun = max((found.start() for found in ENTRY.finditer(data)), default=-1) if size >= 0 else -1
        self._since = len(data) - begun if begun >= 0 else self._since + len(data)
        if self._since > MOST_PART:
            raise NoTable(
                f"A row, a text or another part of the workbook is larger than {MOST_PART:,} bytes."
            )
        return data

    def close(self) -> None:
        self._part.close()
        super().close()


class _Reader(ExcelReader):  # type: ignore[misc, unused-ignore]
    """The library's reader, which keeps the texts of all cells outside of memory."""

    def read_strings(self) -> None:
        """Read the texts that cells share."""
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = _Texts(source)


class _Texts:
    """Texts by their numbers, in a file of their own: a small archive can hold millions of them."""

    def __init__(self, source: Any) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last reference to it
        self._ends = array("Q", [0])
        events = iterparse(source, events=("start", "end"))
        _, root = next(events)
        end = 0
        for event, node in events:
            if event == "end" and node.tag == f"{{{SHEET_MAIN_NS}}}si":
                # Most hold nothing but one plain text; the library's way to others takes ten times as long.
                plain = len(node) == 1 and node[0].tag == f"{{{SHEET_MAIN_NS}}}t"
                found = node[0].text or "" if plain else Text.from_tree(node).content
                text = found.replace("x005F_", "").encode(errors="surrogatepass")
                self._file.write(text)
                end += len(text)
                self._ends.append(end)
                root.clear()
                if len(self._ends) > MOST_TEXTS:
                    raise NoTable(f"The workbook holds more than {MOST_TEXTS:,} texts. Save it as CSV.")
        self._file.flush()

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(number)
        begin, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - begin, begin).decode(errors="surrogatepass")


class _SheetParser(WorkSheetParser):  # type: ignore[misc, unused-ignore]
    """The library's parser, which keeps nothing of a row and refuses one that would fill the memory."""

    def parse_row(self, row: Any) -> Any:
        """Read one row."""
        if len(row) > MOST_CELLS:
            raise NoTable(f"A row of the sheet has {len(row):,} cells; Excel has {MOST_CELLS:,} at most.")
        self._left = LONGEST_ROW
        found = super().parse_row(row)
        self.row_dimensions.clear()
        return found

    def parse_cell(self, element: Any) -> Any:
        """Read one cell; many may share one long text."""
        cell = super().parse_cell(element)
        self._left -= len(cell["value"]) if isinstance(cell["value"], str) else 0
        if self._left < 0 or cell["column"] > MOST_CELLS:
            raise NoTable(
                f"A row of the sheet holds more than {LONGEST_ROW:,} characters or {MOST_CELLS:,} columns."
            )
        return cell


def json_lines(stream: BinaryIO, moved: Callable[[int, int], None]) -> Iterator[str]:
    """
    Yield a JSON list of objects as lines of CSV: the names of all their keys first, then a line an object.

    :raises NoTable: it is too large, no JSON, or no list of objects
    """
    most = min(MOST_JSON, settings.IMPORT_BYTES)
    names: dict[str, None] = {}
    total = 0
    try:
        # Twice, instead of kept: as text the file is a tenth of what its objects take.
        for row in documents.items(stream, most_bytes=most):
            if not isinstance(row, dict):
                raise NoTable(f"Entry {total + 1} of the JSON is no object. {EXPECTED}")
            names |= dict.fromkeys(row)
            total += 1
            if len(names) > MOST_CELLS:
                raise NoTable(
                    f"The objects of the JSON have more than {MOST_CELLS:,} different keys. {EXPECTED}"
                )
        if not total:
            raise NoTable(f"The JSON is empty. {EXPECTED}")
        moved(1, total)
        yield _line(names)
        stream.seek(0)
        for number, row in enumerate(documents.items(stream, most_bytes=most), 1):
            moved(number, total)
            yield _line(row.get(name) for name in names)
    except documents.BadDocument as error:
        raise NoTable(f"This is no JSON that can be read: {error}. A large table is read as CSV.") from error


def _line(values: Iterable[Any]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerow([_text(value) for value in values])
    return target.getvalue()


def _text(value: Any) -> str:
    """Word a value as the CSV would hold it; what Excel made a number or a date comes back as it was typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        if abs(value) >= SHOWN_WHOLE:
            # A workbook keeps 15 digits: the others are lost, and zeros in their place would hide it.
            return f"{value:.15G}"
        plain = f"{Decimal(f'{value:.15g}'):f}"
        # Three decimals could be thousands in a file that has commas as well; a number of Excel never has them.
        return f"{plain}0" if plain[-4:-3] == "." else plain
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time() else value.date().isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value)
    return str(value)
