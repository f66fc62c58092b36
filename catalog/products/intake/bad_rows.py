"""Bad rows as a CSV to fix and upload again: their own columns, and one that says what is wrong."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TextIO

from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from jetbridge.core import spreadsheets


class BadRows:
    """Writes bad rows as they come; no file is made before the first."""

    def __init__(self, path: Path | None, columns: Sequence[str]) -> None:
        self._path = path
        self._columns = [column for column in columns if column != "error"]
        self._keep = [place for place, column in enumerate(columns) if column != "error"]
        self._file: TextIO | None = None
        self.count = 0

    def __enter__(self) -> "BadRows":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._file:
            self._file.close()

    def add(self, record: Record, problems: Sequence[RowProblem]) -> None:
        """Write one bad row with its reasons."""
        if self._path is None:
            return
        self.count += 1
        if self._file is None:
            # The mark in front lets Excel know that the text is UTF-8.
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
            self._file.write(spreadsheets.csv_line([*self._columns, "error"]))
        cells = record.cells
        if record.problem:
            kept = [*cells[: len(self._columns)], *[""] * (len(self._columns) - len(cells))]
        else:
            kept = [cells[place] for place in self._keep]
        reasons = "; ".join(
            f"line {problem.row}, {problem.column}: {problem.message}"
            if problem.column
            else f"line {problem.row}: {problem.message}"
            for problem in problems
        )
        self._file.write(spreadsheets.csv_line(cell.replace("\x00", "") for cell in (*kept, reasons)))
