"""Reads a product file from its first row to its last: chunk by chunk into the store, or into a preview."""

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from catalog.products.intake.attribute_kinds import AttributeKinds
from catalog.products.intake.bad_rows import BadRows
from catalog.products.intake.cells import BadCell
from catalog.products.intake.headers import Header, read_header
from catalog.products.intake.planned_changes import plan_product, plan_text
from catalog.products.intake.records import Record, RecordReader, sniff_delimiter
from catalog.products.intake.reports import ImportReport, RowProblem, UnreadableFile
from catalog.products.intake.row_changes import Change
from catalog.products.intake.row_reader import RowReader
from catalog.products.intake.rows import BadRow, Row
from catalog.products.intake.sources import Source, open_source
from catalog.products.intake.states import ChunkState, load_state
from catalog.products.intake.store_tables import CategoryTree
from catalog.products.intake.writes import StoreWriter, link_children
from catalog.products.models import Product
from catalog.products.models.products import sku_key
from jetbridge.jobs.queue import nudged_once

# Rows that are compared with the store at once: one query a table, some megabytes.
CHUNK = 1_000


@dataclass(frozen=True)
class ImportOptions:
    """How a file is read: its multiple-value separator, whether anything is written, where bad rows go."""

    dry_run: bool = False
    separator: str = ","
    delimiter: str = ""
    bad_rows: Path | None = None
    document: str = ""


Progress = Callable[[ImportReport, int], None]


def import_products(
    *, path: Path, options: ImportOptions | None = None, progress: Progress | None = None
) -> ImportReport:
    """
    Import a Magento product CSV, or with dry_run say what importing it would do.

    progress is called after each chunk with the report so far and the percent of the file that is read;
    what it raises ends the import between two chunks. Importing a file again changes nothing.

    :raises UnreadableFile: the file as a whole is no product CSV
    """
    options = options or ImportOptions()
    with open_source(path) as source:
        header, records = _open_records(source, options.delimiter)
        run = _Import(header, options)
        with (
            BadRows(options.bad_rows, header.given) as bad,
            tempfile.TemporaryFile("w+", encoding="utf-8") as spool,
            nudged_once(),
        ):
            run.bad_rows, run.spool = bad, spool
            for _ in run.chunks(records):
                if progress:
                    progress(run.report, source.percent())
        run.report.notices += source.notices()
    if not run.report.rows:
        raise UnreadableFile("The file has a header but no rows below it.")
    return run.report


def _open_records(source: Source, delimiter: str) -> tuple[Header, Iterator[Record]]:
    first = next(source.lines, "")
    delimiter = delimiter or sniff_delimiter(first)
    lines = _with_first(first, source.lines)
    reader = RecordReader(lines, delimiter)
    records = iter(reader)
    header_record = next(records, None)
    if header_record is None or header_record.problem:
        why = header_record.problem if header_record else ""
        raise UnreadableFile(f"The header in line 1 cannot be read. {why}".strip())
    header = read_header(header_record.cells)
    reader.width = header.width
    return header, records


def _with_first(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


class _Import:
    """One file on its way into the store."""

    bad_rows: BadRows
    spool: TextIO

    def __init__(self, header: Header, options: ImportOptions) -> None:
        self.report = ImportReport(notices=list(header.notices))
        self._options = options
        self._kinds = AttributeKinds()
        self._tree = CategoryTree()
        self._reader = RowReader(header, self._kinds, separator=options.separator)
        self._writer = StoreWriter(self._tree, document=options.document)
        # Where each SKU stood first, and whether its row was sound; about 100 bytes a product.
        self._lines: dict[str, int] = {}
        self._any_default = False

    def chunks(self, records: Iterator[Record]) -> Iterator[None]:
        """Work through the records, then through rows of store views that came before their product."""
        while chunk := list(islice(records, CHUNK)):
            self._work(chunk)
            yield
        waiting = self._waiting()
        while chunk := list(islice(waiting, CHUNK)):
            self._work(chunk, last_chance=True)
            yield
        if not self._options.dry_run:
            self._kinds.save()
            link_children()

    def _waiting(self) -> Iterator[Record]:
        self.spool.seek(0)
        for line in self.spool:
            number, cells = json.loads(line)
            yield Record(number, cells)

    def _work(self, chunk: list[Record], *, last_chance: bool = False) -> None:
        rows = list(self._read(chunk, counted=not last_chance))
        for part in _without_repeats(rows):
            state = load_state(part)
            changes = [change for row in part for change in self._plan(row, state, last_chance)]
            if not self._options.dry_run:
                self._writer.store([change for change in changes if change])

    def _read(self, chunk: list[Record], *, counted: bool) -> Iterator[Row]:
        for record in chunk:
            self.report.rows += counted
            try:
                row = self._reader.read(record)
            except BadRow as bad:
                self._fail(record, bad.problems)
                sku, view = self._reader.sku_and_view(record)
                if sku and not view:
                    self._lines.setdefault(sku_key(sku), -record.line)
                continue
            if counted:
                self._note_repeat(row)
            yield row

    def _note_repeat(self, row: Row) -> None:
        key = f"{row.key}\n{row.view}" if row.view else row.key
        self._any_default = self._any_default or not row.view
        first = self._lines.setdefault(key, row.record.line)
        if first != row.record.line:
            where = f"{row.sku} in store view {row.view}" if row.view else row.sku
            self.report.note(
                RowProblem(
                    row.record.line, row.sku, "sku", "doubled_sku",
                    f"{where} stands in line {abs(first)} too; the later row counts, as in Magento.",
                )
            )  # fmt: skip

    def _plan(self, row: Row, state: ChunkState, last_chance: bool) -> list[Change]:
        try:
            changes = self._plan_view(row, state, last_chance) if row.view else [self._plan_own(row, state)]
        except BadCell as bad:
            if not row.view:
                self._lines[row.key] = -row.record.line
            problem = RowProblem(row.record.line, row.sku, bad.column or "sku", bad.code, str(bad))
            self._fail(row.record, [problem])
            return []
        if changes:
            self._count(changes[0])
        return changes

    def _plan_own(self, row: Row, state: ChunkState) -> Change:
        if self._options.dry_run and state.product(row) is None and self._stood_before(row):
            state.products[row.key] = Product(sku=row.sku, sku_key=row.key)
        change = plan_product(row, state, self._tree)
        # Rows below in the same chunk find the product that this one makes.
        state.products[row.sku] = state.products[row.key] = change.product
        for code, value in row.attributes.items():
            if value is not None:
                self._kinds.see(code, value)
        if row.variations is not None:
            self._kinds.see_axes(row.variations.options, row.labels)
        return change

    def _plan_view(self, row: Row, state: ChunkState, last_chance: bool) -> list[Change]:
        product = state.product(row)
        if product is not None:
            if row.fields or row.attributes:
                return [plan_text(row, product, state)]
            return self._skip(row)
        first = self._lines.get(row.key)
        if first is not None and first < 0:
            raise BadCell("product_failed", f"The product's own row in line {-first} could not be imported.")
        if first is not None and self._options.dry_run:
            # The product is new in this very file.
            return [plan_text(row, Product(sku=row.sku), state)]
        if not last_chance:
            self.spool.write(json.dumps([row.record.line, row.record.cells]) + "\n")
            return []
        return self._promote(row, state)

    def _promote(self, row: Row, state: ChunkState) -> list[Change]:
        """A product that stands in the file under a store view only is made from that row, as Magento does."""
        names = self._reader.header.positions()
        place = names.get("configurable_variations")
        if self._any_default and place is not None and row.record.cells[place].strip():
            raise BadCell(
                "variations_in_store_view",
                "A row with configurable_variations may not name a store view (store_view_code).",
                "store_view_code",
            )
        cells = list(row.record.cells)
        cells[names["store_view_code"]] = ""
        try:
            own = self._reader.read(Record(row.record.line, cells))
        except BadRow as bad:
            first = bad.problems[0]
            raise BadCell(first.code, first.message, first.column) from bad
        own_state = load_state([own])
        change = self._plan_own(own, own_state)
        state.products[row.sku] = state.products[row.key] = change.product
        return [change, plan_text(row, change.product, state)]

    def _skip(self, row: Row) -> list[Change]:
        self.report.skipped += 1
        message = "A store view carries texts only, and this row has none."
        self.report.note(RowProblem(row.record.line, row.sku, "store_view_code", "no_texts", message))
        return []

    def _count(self, change: Change) -> None:
        outcome = "created" if change.is_new else "updated" if change else "unchanged"
        setattr(self.report, outcome, getattr(self.report, outcome) + 1)
        self.report.sample(outcome, **_facts(change))

    def _stood_before(self, row: Row) -> bool:
        """In a preview nothing is stored, so a product that this file makes must be remembered."""
        return 0 < self._lines.get(row.key, 0) < row.record.line

    def _fail(self, record: Record, problems: list[RowProblem]) -> None:
        self.report.failed += 1
        for problem in problems:
            self.report.note(problem)
        self.bad_rows.add(record, problems)


def _without_repeats(rows: list[Row]) -> Iterator[list[Row]]:
    """Cut a chunk where a SKU comes again: the second row must meet what the first has stored."""
    part: list[Row] = []
    seen: set[str] = set()
    for row in rows:
        key = f"{row.key}\n{row.view}"
        if key in seen:
            yield part
            part, seen = [], set()
        seen.add(key)
        part.append(row)
    if part:
        yield part


def _facts(change: Change) -> dict[str, object]:
    names = sorted(change.fields) if not change.is_new else []
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
    }


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
