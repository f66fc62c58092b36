"""Records of a CSV with the physical line on which each starts; a broken quote costs its own record only."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

DELIMITERS = ",;\t|"


@dataclass(slots=True)
class Record:
    """One record. problem is empty for a sound one; otherwise cells may be fewer or more than the header's."""

    line: int
    cells: list[str]
    code: str = ""
    problem: str = ""


class _Feed:
    """Hands lines to the csv module and remembers those of the record under way, so that they can be put back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.number = 0
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


class RecordReader:
    """Iterates over the records below a header of some width."""

    def __init__(self, lines: Iterator[str], delimiter: str, width: int = 0) -> None:
        self._feed = _Feed(lines)
        self._reader = csv.reader(self._feed, delimiter=delimiter, skipinitialspace=True, strict=True)
        self.width = width

    def __iter__(self) -> Iterator[Record]:
        while (record := self._next()) is not None:
            if record.problem and (record.code == "quote" or len(self._feed.taken) > 1):
                yield self._broken(record)
            else:
                yield record

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
                return Record(line, [], "quote", _quote_problem(error))
            if not any(cells):
                continue
            return self._sized(Record(line, cells))

    def _sized(self, record: Record) -> Record:
        count = len(record.cells)
        if self.width and count != self.width:
            record.code = "column_count"
            record.problem = f"The row has {count} cells, the header has {self.width}."
        return record

    def _broken(self, record: Record) -> Record:
        """Give up the record's first line and find the next line that begins a sound record."""
        first = self._feed.taken[0]
        record.cells = [first.rstrip("\r\n")]
        last = record.line
        while True:
            self._feed.put_back_all_but_first()
            following = self._next()
            if following is None:
                break
            if not following.problem:
                # It is read again in its turn.
                self._feed.taken.insert(0, "")
                self._feed.put_back_all_but_first()
                break
            last = following.line
        if last > record.line:
            record.problem += f" Lines {record.line} to {last} could not be read."
        return record


def _quote_problem(error: csv.Error) -> str:
    if "field larger" in str(error) or "unexpected end" in str(error):
        return "A quotation mark is opened in this row and never closed."
    if "new-line" in str(error):
        return "A line break of the old Macintosh stands within the row."
    return "A quotation mark is not closed, or stands in the middle of a quoted cell; there write it twice."


def sniff_delimiter(line: str) -> str:
    """Tell the delimiter by the header line: the one that yields a column sku, or else the most columns."""

    def quality(delimiter: str) -> tuple[bool, int]:
        try:
            names = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True))
        except csv.Error:
            return (False, 0)
        return ("sku" in [name.strip().lower() for name in names], len(names))

    return max(DELIMITERS, key=quality)
