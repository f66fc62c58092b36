"""Product files that are no CSV, a workbook or a JSON list, read as the lines of CSV that they stand for."""

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from jetbridge.core.jet import documents

ZIP = b"PK\x03\x04"
# A workbook is packed: a small one can unpack to more than any memory holds.
MOST_UNPACKED = 2_000_000_000
# JSON is read whole.
MOST_JSON = 200 * documents.MB
SHOWN_WHOLE = 1e15
EXPECTED = "It must be a list of objects, one a product, as the export writes it."


class NoTable(Exception):
    """The file holds no rows of products; the message says why."""


def workbook_lines(stream: BinaryIO, moved: Callable[[int, int], None]) -> Iterator[str]:
    """
    Yield the rows of a workbook's first sheet as lines of CSV; a line's number is the row's in the sheet.

    moved is given the row's number and how many the sheet says that it has.

    :raises NoTable: it is no workbook, or unpacks to more than can be read
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise NoTable("The workbook unpacks to more than 2 GB. Split it.")
        # By its content: from a path it would go by the name.
        book = load_workbook(stream, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise NoTable("This is a zip archive, but no Excel workbook that can be read.") from error
    try:
        sheet = book.worksheets[0]
        total = sheet.max_row or 0
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            moved(number, total)
            yield _line(row)
    finally:
        book.close()


def json_lines(stream: BinaryIO, moved: Callable[[int, int], None]) -> Iterator[str]:
    """
    Yield a JSON list of objects as lines of CSV: the names of all their keys first, then a line an object.

    :raises NoTable: it is too large, no JSON, or no list of objects
    """
    text = stream.read(MOST_JSON + 1)
    if len(text) > MOST_JSON:
        raise NoTable(f"A JSON file of more than {MOST_JSON // documents.MB} MB is not read. Save it as CSV.")
    names: dict[str, None] = {}
    total = 0
    try:
        for row in documents.items(text, most_bytes=MOST_JSON):
            if not isinstance(row, dict):
                raise NoTable(f"Entry {total + 1} of the JSON is no object. {EXPECTED}")
            names |= dict.fromkeys(row)
            total += 1
        if not total:
            raise NoTable(f"The JSON is empty. {EXPECTED}")
        moved(1, total)
        yield _line(names)
        # Read anew instead of kept: as text the file is a tenth of what its objects take.
        for number, row in enumerate(documents.items(text, most_bytes=MOST_JSON), 1):
            moved(number, total)
            yield _line(row.get(name) for name in names)
    except documents.BadDocument as error:
        raise NoTable(f"This is no JSON that can be read: {error}.") from error


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
