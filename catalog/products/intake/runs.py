"""What the import of each kind of file has in common: every record is counted once, every refusal has its reason."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TextIO

from catalog.products.intake.bad_rows import BadRows
from catalog.products.intake.headers import Header
from catalog.products.intake.notations import Evidence, Notations
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.records import Record
from catalog.products.intake.reports import ImportReport, RowProblem, UnreadableFile
from catalog.products.intake.rows import Change
from jetbridge.core.differences import differences, field_in_words
from jetbridge.core.texts import counted

# Records that are compared with the store at once: one query a table, some megabytes.
CHUNK = 1_000
# Fewer where rows are wide: characters, with what Python adds to each cell.
CHUNK_SIZE, CELL_SIZE = 8_000_000, 60
# If none of so many is sound, the others will not be either.
ALL_FAILED = 1_000


class FileRun:
    """One file on its way into the store."""

    bad_rows: BadRows
    spool: TextIO

    def __init__(self, header: Header, options: ImportOptions, evidence: Callable[[], Evidence]) -> None:
        self.report = ImportReport(notices=list(header.notices), kind=header.kind)
        self.options = options
        self.evidence = evidence
        self.notations = Notations(dates=options.dates, decimal=options.decimal, evidence=evidence)
        # What each product of the file would lose; about 100 bytes a product that loses something.
        self._losses: dict[str, set[str]] = {}

    @property
    def brings_ours(self) -> bool:
        """Whether the file may bring something where a linked store keeps the products."""
        return False

    def chunks(self, records: Iterator[Record]) -> Iterator[None]:
        """Work through the records; yield between two chunks, where the import may be ended."""
        raise NotImplementedError

    def taken(self, records: Iterator[Record]) -> list[Record]:
        """Take a chunk of records, empty at the end; its size is bounded, whatever the rows hold."""
        chunk: list[Record] = []
        size = 0
        while len(chunk) < CHUNK and size < CHUNK_SIZE and (record := next(records, None)) is not None:
            chunk.append(record)
            size += sum(map(len, record.cells)) + CELL_SIZE * len(record.cells)
        return chunk

    def check(self) -> None:
        """
        End a file that fails row by row.

        :raises UnreadableFile: none of the first thousand rows was sound
        """
        report = self.report
        if (
            report.failed < ALL_FAILED
            or report.created
            or report.updated
            or report.unchanged
            or report.skipped
        ):
            return
        (code, column), count = Counter((each.code, each.column) for each in report.errors).most_common(1)[0]
        example = next(each for each in report.errors if (each.code, each.column) == (code, column))
        where = f"column {column}: " if column else ""
        raise UnreadableFile(
            f"The first {counted(report.failed, 'row')} all failed, so the rest was not read. Most often "
            f"({count:,} times), as in line {example.row}, {where}{example.message}"
        )

    def remarks(self) -> list[str]:
        """Say what is remarkable about the file as a whole, once it is read."""
        return []

    def fail(self, record: Record, problems: list[RowProblem]) -> None:
        """Count a record as failed, with everything that is wrong with it."""
        self.report.failed += 1
        for problem in problems:
            self.report.note(problem)
        self.bad_rows.add(record, problems)

    def skip(self, line: int, sku: str, column: str, code: str, message: str) -> None:
        """Count a record as left out on purpose, and say why."""
        self.report.skipped += 1
        self.report.note(RowProblem(line, sku, column, code, message))

    def count(self, change: Change) -> None:
        """Count a sound record by what it changes."""
        outcome = "created" if change.is_new else "updated" if change else "unchanged"
        setattr(self.report, outcome, getattr(self.report, outcome) + 1)
        self.report.sample(outcome, lambda: _facts(change))
        self.note_losses(change)

    def note_losses(self, change: Change) -> None:
        """Remember what a product loses by its last row in the file; earlier rows are overwritten by it."""
        lost = set() if change.is_new else {word for word, does in LOSSES.items() if does(change)}
        key = change.product.sku
        for word in self._losses.pop(key, set()):
            self.report.losses[word] -= 1
        for word in lost:
            self.report.losses[word] += 1
        if lost:
            self._losses[key] = lost

    def hold(self, record: Record) -> None:
        """Put a record aside until the others are read."""
        self.spool.write(json.dumps([record.line, record.cells]) + "\n")

    def held(self) -> Iterator[Record]:
        """Give the records that were put aside."""
        self.spool.seek(0)
        for line in self.spool:
            number, cells = json.loads(line)
            yield Record(number, cells)


def _zeroes(change: Change) -> bool:
    before = change.before.get("quantity")
    return isinstance(before, int) and before > 0 >= change.product.quantity


# What takes a product off sale, by the word under which the report counts it.
LOSSES = {
    "disables": lambda change: "enabled" in change.fields and not change.product.enabled,
    "closes": lambda change: "is_in_stock" in change.fields and not change.product.is_in_stock,
    "zeroes": _zeroes,
}


def _facts(change: Change) -> dict[str, object]:
    names = sorted(change.fields - HIDDEN) if not change.is_new else []
    links = [
        name
        for name, there in (
            ("categories", change.categories is not None),
            ("images", bool(change.images)),
            ("variations", change.variations is not None),
            ("texts", change.text is not None),
        )
        if there and not change.is_new
    ]
    return {
        "row": change.row.record.line,
        "sku": change.product.sku,
        "name": change.product.name,
        "kind": change.product.kind,
        "price": None if change.product.price is None else str(change.product.price),
        "quantity": change.product.quantity,
        "changes": [
            {
                "field": name,
                "before": _short(change.before.get(name)),
                "after": _short(getattr(change.product, name)),
            }
            for name in names
        ]
        + [{"field": name, "before": "", "after": ""} for name in links],
        "in_words": [
            {"field": field, "before": _short(before), "after": _short(after)}
            for name in names
            for field, before, after in differences(
                name, change.before.get(name), getattr(change.product, name)
            )
        ]
        + [{"field": field_in_words(name), "before": "", "after": ""} for name in links],
    }


# The panel's own bookkeeping, which says nothing to people.
HIDDEN = frozenset({"closed_by_quantity"})


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
