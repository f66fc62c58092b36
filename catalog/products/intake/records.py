"""Records of a CSV with the physical line on which each starts; a broken quote costs its own record only."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

DELIMITERS = ",;\t|"
_RETURN = re.compile(r"(?<=\r)(?=[^\n])")
_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


@dataclass(slots=True)
class Record:
    """One record. problem is empty for a sound one; otherwise cells may be fewer or more than the header's."""

    line: int
    cells: list[str]
    code: str = ""
    problem: str = ""
    # Of one that cannot be read, as far as it is known.
    sku: str = ""


class _Feed:
    """Hands lines to the csv module and remembers those of the record under way, so that they can be put back."""

    def __init__(self, lines: Iterator[str], before: int) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.number = before
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def put_back_all_but_first(self) -> None:
        self._back.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        del self.taken[1:]

    def split_at_returns(self) -> bool:
        """Put the lines back, divided where an old Macintosh's line end stands in them; return whether one does."""
        parts = [part for line in self.taken for part in _RETURN.split(line) if part]
        if len(parts) == len(self.taken):
            return False
        self._back.extendleft(reversed(parts))
        self.number -= len(self.taken)
        return True


class RecordReader:
    """Iterates over the records of lines; those below a header once it is known what to expect."""

    def __init__(self, lines: Iterator[str], delimiter: str, width: int = 0, *, first: int = 1) -> None:
        self._feed = _Feed(lines, first - 1)
        self._delimiter = delimiter
        self._reader = csv.reader(self._feed, delimiter=delimiter, skipinitialspace=True, strict=True)
        self.expect(width, least=width)

    def expect(self, width: int, *, least: int, sku: int | None = None) -> None:
        """Say how many cells a record has, how many it has at least, and in which its SKU stands."""
        self._width, self._least, self._sku = width, least, sku

    def __iter__(self) -> Iterator[Record]:
        while (record := self._next()) is not None:
            if record.code == "quote" or (record.problem and self._hides()):
                yield self._broken(record)
            elif self._swallows():
                # A mark in one row and one in a later row made a cell of all that stands between them.
                record.code, record.problem = "quote", SWALLOWED
                self._feed.put_back_all_but_first()
                yield self._named(record, self._feed.taken[0])
            else:
                yield self._named(record, self._feed.taken[0]) if record.problem else record

    def _next(self) -> Record | None:
        """Return the next record as it is read, blank lines left out; None at the end."""
        while True:
            self._feed.taken.clear()
            line = self._feed.number + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return None
            except csv.Error as error:
                if "new-line" in str(error) and self._feed.split_at_returns():
                    continue
                return Record(line, [], "quote", _quote_problem(error))
            if not any(cells):
                continue
            return self._sized(Record(line, cells))

    def _sized(self, record: Record) -> Record:
        count = len(record.cells)
        if not self._width or count == self._width:
            return record
        if count > self._width and not any(record.cells[self._width :]):
            # Spreadsheets end rows with empty cells.
            del record.cells[self._width :]
        elif self._least <= count < self._width:
            record.cells += [""] * (self._width - count)
        else:
            record.code = "column_count"
            record.problem = f"The row has {count} cells, the header has {self._width}."
        return record

    def _swallows(self) -> bool:
        """Return whether each line of a record is a record by itself: then two stray quotes made one of them."""
        lines = self._feed.taken
        if len(lines) < 2 or self._width < 2 or lines[0].count(self._delimiter) < self._width - 1:
            return False
        # A text of several lines opens its quote in the last cell of its line.
        if not any(
            cell.lstrip(" ").startswith('"') and not cell.endswith('"')
            for cell in self._loosely(lines[0])[:-1]
        ):
            return False
        return all(len(self._loosely(line)) == self._width for line in lines if line.strip())

    def _hides(self) -> bool:
        """Return whether a record of several lines is made of more than one: stray quotes may have joined them."""
        first, *others = self._feed.taken
        return bool(others) and (self._ends(first) or any(map(self._begins, others)))

    def _broken(self, record: Record) -> Record:
        """Give up the record's first line, and lines below it until one begins a record, sound or not."""
        first = self._feed.taken[0]
        last = record.line
        while True:
            self._feed.put_back_all_but_first()
            if self._ends(first):
                # All its cells stand on its line: what follows is another's, however broken.
                break
            following = self._next()
            if following is None:
                break
            if not following.problem or self._begins(self._feed.taken[0]):
                # It is read again in its turn.
                self._feed.taken.insert(0, "")
                self._feed.put_back_all_but_first()
                break
            last = following.line
        if last > record.line:
            record.problem += f" Lines {record.line} to {last} could not be read."
        record.cells = [first.rstrip("\r\n")]
        return self._named(record, first)

    def _begins(self, line: str) -> bool:
        """Return whether a line that cannot be read is a broken record of its own, by the number of its cells."""
        return self._width > 1 and len(self._loosely(line)) == self._width

    def _ends(self, line: str) -> bool:
        """Return whether a line that cannot be read holds a whole record, no text that goes on in the next one."""
        cell = self._loosely(line)[-1].strip(" ")
        goes_on = cell.startswith('"') and not (len(cell) > 1 and cell.endswith('"'))
        return self._begins(line) and not goes_on

    def _named(self, record: Record, line: str) -> Record:
        found = self._loosely(line)
        if self._sku is not None and self._sku < len(found):
            record.sku = found[self._sku].strip(' "')
        return record

    def _loosely(self, line: str) -> list[str]:
        """Take a line apart in which quotes may stand anywhere: they hold together only where they enclose a cell."""
        rest, found = line.rstrip("\r\n"), []
        while True:
            end = _closed_before(rest, self._delimiter) if rest.lstrip(" ").startswith('"') else -1
            if end < 0:
                cell, more, rest = rest.partition(self._delimiter)
            else:
                cell, more, rest = rest[:end], rest[end : end + 1], rest[end + 1 :]
            found.append(cell)
            if not more:
                return found


SWALLOWED = (
    "A quotation mark is opened in this row and closed in a later one, so that both would become one. "
    "Within a quoted cell write it twice."
)


def _closed_before(text: str, delimiter: str) -> int:
    """Return where the first cell of a text ends that begins with a quote, or -1 where no quote closes it."""
    end = text.find(f'"{delimiter}', text.index('"') + 1)
    if end >= 0:
        return end + 1
    return len(text) if text.endswith('"') and text.count('"') > 1 else -1


def _quote_problem(error: csv.Error) -> str:
    if "field larger" in str(error):
        return (
            "A quotation mark is opened in this row and not closed, "
            f"or a cell has more than {csv.field_size_limit():,} characters."
        )
    if "unexpected end" in str(error):
        return "A quotation mark is opened in this row and never closed."
    if "new-line" in str(error):
        return "A line break of the old Macintosh stands within the row."
    return "A quotation mark is not closed, or stands in the middle of a quoted cell; there write it twice."


def sniff_delimiter(line: str) -> str:
    """Find the delimiter by the header line: the one that yields a column sku, or else the most columns."""

    def quality(delimiter: str) -> tuple[bool, int]:
        try:
            names = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            return (False, 0)
        return ("sku" in [name.strip().lower() for name in names], len(names))

    return max(DELIMITERS, key=quality)


def open_lines(lines: Iterator[str], delimiter: str) -> tuple[Iterator[str], str, int]:
    """
    Return the lines from the header on, what stands between their cells, and how many lines stand before them.

    A first line sep=; is what Excel reads the delimiter from.
    """
    first, skipped = next(lines, ""), 0
    if found := _SEP.fullmatch(first.rstrip("\r\n")):
        delimiter, first, skipped = delimiter or found[1], next(lines, ""), 1
    return chain([first], lines), delimiter or sniff_delimiter(first), skipped
