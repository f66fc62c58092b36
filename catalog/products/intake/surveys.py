"""Opens a table, and looks through all its records once where single cells leave something open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from django.conf import settings

from catalog.products.intake.headers import Header, read_header
from catalog.products.intake.multi_values import Splitter
from catalog.products.intake.notations import DAYS, NUMBERS, Evidence, order_shown, sign_shown
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.records import Record, RecordReader, open_lines
from catalog.products.intake.reports import UnreadableFile
from catalog.products.intake.sources import Source, open_source
from catalog.products.models.categories import names_of


@contextmanager
def open_table(path: Path, delimiter: str) -> Iterator[tuple[Source, Header, Iterator[Record]]]:
    """
    Open a file; give its source, its header and the records below it.

    :raises UnreadableFile: it is no table, its header cannot be read, or it holds what is not imported
    """
    with open_source(path) as source:
        lines, delimiter, skipped = open_lines(source.lines, delimiter)
        reader = RecordReader(lines, delimiter, first=1 + skipped)
        records = iter(reader)
        first = next(records, None)
        if first is None or first.problem:
            why = first.problem if first else ""
            raise UnreadableFile(f"The header in line {1 + skipped} cannot be read. {why}".strip())
        header = read_header(first.cells)
        reader.expect(header.width, least=header.least, sku=header.positions().get("sku"))
        yield source, header, _bounded(records)


def _bounded(records: Iterator[Record]) -> Iterator[Record]:
    cells = 0
    for rows, record in enumerate(records, 1):
        cells += len(record.cells)
        if rows > settings.IMPORT_ROWS:
            raise UnreadableFile(
                f"The file has more than {settings.IMPORT_ROWS:,} rows (JETBRIDGE_IMPORT_ROWS). Split it."
            )
        if cells > settings.IMPORT_CELLS:
            raise UnreadableFile(
                f"The file has more than {settings.IMPORT_CELLS:,} cells (JETBRIDGE_IMPORT_CELLS). Split it, or "
                "leave columns out."
            )
        yield record


# So many records are read before others get a turn.
PAUSE = 1_000


class Survey:
    """What a file as a whole shows; it is read a second time only if something is open."""

    def __init__(self, path: Path, options: ImportOptions, pause: Callable[[], None]) -> None:
        self._path, self._options = path, options
        self._pause = pause

    def evidence(self) -> Evidence:
        """Return what the file shows."""
        return self._found

    @cached_property
    def _found(self) -> Evidence:
        found = Evidence(set(), set(), set())
        splitter = Splitter(self._options.separator)
        with open_table(self._path, self._options.delimiter) as (_, header, records):
            places = header.positions()
            numbers = [place for name, place in places.items() if name in NUMBERS]
            days = [place for name, place in places.items() if _is_of_days(name)]
            categories = places.get("categories")
            for number, record in enumerate(records, 1):
                if number % PAUSE == 0:
                    self._pause()
                if record.problem:
                    continue
                found.signs.update(sign_shown(record.cells[place].strip()) for place in numbers)
                found.orders.update(order_shown(record.cells[place].strip()) for place in days)
                if categories is not None and (cell := record.cells[categories]):
                    found.roots.add(names_of(splitter.first_path(cell))[0].lower())
        found.signs -= {"", "either"}
        found.orders -= {"", "either"}
        return found


def _is_of_days(name: str) -> bool:
    return name in DAYS or "date" in name.split("_") or name.endswith(("_at", "_from", "_to"))
