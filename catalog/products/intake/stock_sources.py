"""Magento's stock sources: units are kept source by source; a product's quantity is the sum of those that count."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db import transaction

from catalog.products.intake import cells
from catalog.products.intake.cells import BadCell
from catalog.products.intake.headers import Header
from catalog.products.intake.notations import Evidence
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.planned_changes import plan_product
from catalog.products.intake.records import Record
from catalog.products.intake.reports import Reading, RowProblem
from catalog.products.intake.rows import Change, ChunkState, Row
from catalog.products.intake.runs import FileRun
from catalog.products.intake.states import load_state
from catalog.products.intake.stock_cells import StockCells
from catalog.products.intake.store_tables import CategoryTree
from catalog.products.intake.writes import BATCH, StoreWriter
from catalog.products.models import Product, SourceQuantity, StockSource
from catalog.products.models.products import sku_key
from jetbridge.core.models.bulk_sql import upsert
from jetbridge.core.texts import SHORTENED, counted, is_shortened, why_shortened

LONGEST_CODE = 255
Held = dict[str, tuple[Decimal, bool]]


@dataclass(slots=True)
class _Said:
    """One sound record."""

    record: Record
    sku: str
    source: str
    units: Decimal
    enabled: bool


class StockSourceFile(FileRun):
    """A file of sources; what it does not name - a product's status, a source - stays as it is."""

    def __init__(self, header: Header, options: ImportOptions, evidence: Callable[[], Evidence]) -> None:
        super().__init__(header, options, evidence)
        self._places = header.positions()
        self._said: dict[str, dict[str, _Said]] = {}
        self._tree = CategoryTree()
        self._writer = StoreWriter(self._tree, document=options.document)
        self._before = dict(StockSource.objects.values_list("code", "counted"))
        self._counted: dict[str, bool] = {}

    def chunks(self, records: Iterator[Record]) -> Iterator[None]:
        """Read all records first: a sum needs every source of a product, wherever it stands."""
        while chunk := self.taken(records):
            for record in chunk:
                self._read(record)
            yield
        self._choose_sources()
        products = iter(self._said.values())
        while batch := list(islice(products, BATCH)):
            self._apply(batch)
            yield
        if any(self._counted[code] != counted for code, counted in self._before.items()):
            yield from self._sum_again()

    def _read(self, record: Record) -> None:
        self.report.rows += 1
        sku = record.sku or self._cell(record, "sku")
        try:
            if record.problem:
                raise BadCell(record.code, record.problem)
            said = self._sound(record, sku)
        except BadCell as bad:
            self.fail(record, [RowProblem(record.line, sku, bad.column, bad.code, str(bad))])
            return
        sources = self._said.setdefault(sku_key(sku), {})
        if (earlier := sources.get(said.source)) is not None:
            message = f"{sku} in source {said.source} stands in line {record.line} too; the later row counts."
            self.skip(earlier.record.line, sku, "sku", "doubled_sku", message)
        sources[said.source] = said

    def _cell(self, record: Record, name: str) -> str:
        place = self._places.get(name, len(record.cells))
        return record.cells[place].strip() if place < len(record.cells) else ""

    def _sound(self, record: Record, sku: str) -> _Said:
        source = self._cell(record, "source_code")
        if not sku:
            raise BadCell("sku_missing", "The row has no SKU.", "sku")
        if not source or len(source) > LONGEST_CODE:
            raise BadCell(
                "source_missing", "The row names no source, or one that is too long.", "source_code"
            )
        if source not in self._before and is_shortened(source) and not self.options.confirm_identifiers:
            raise BadCell(SHORTENED, why_shortened(source), "source_code")
        units = cells.named("quantity", self._units, self._cell(record, "quantity"))
        status = self._cell(record, "status")
        enabled = cells.named("status", cells.yes_no, status) if status else True
        return _Said(record, sku, source, units, enabled)

    def _units(self, cell: str) -> Decimal:
        return cells.units(self.notations.number(cell))

    def _choose_sources(self) -> None:
        """Let the chosen sources count; without a choice those that counted before, and new ones if all did."""
        codes = {code for sources in self._said.values() for code in sources} | self._before.keys()
        chosen, all_count = set(self.options.sources), all(self._before.values())
        for code in sorted(codes):
            self._counted[code] = code in chosen if chosen else self._before.get(code, all_count)
        if unknown := sorted(chosen - codes):
            self.report.notices.append(f"No such source in this file or the store: {', '.join(unknown)}.")
        counting = [code for code, counted in self._counted.items() if counted]
        self.report.readings.append(
            Reading(
                "sources", ",".join(counting), "choice" if chosen else "default", tuple(self._counted),
                "A product's quantity is the sum of its units in these sources.",
            )
        )  # fmt: skip

    def _apply(self, batch: list[dict[str, _Said]]) -> None:
        first = [next(iter(sources.values())) for sources in batch]
        rows = [Row(said.record, said.sku, sku_key(said.sku)) for said in first]
        state = load_state(rows)
        held = _held(product.pk for product in state.products.values())
        changes, quantities = [], {}
        for row, sources in zip(rows, batch, strict=True):
            product = state.product(row)
            if product is None:
                self._refuse(sources)
                continue
            before = held.get(product.pk, {})
            after = {**before, **{code: (said.units, said.enabled) for code, said in sources.items()}}
            changes.append(change := self._change(row, state, after))
            self._count(change, sources, before)
            quantities[product.pk] = {code: after[code] for code in sources}
        self._store(changes, quantities)

    def _change(self, row: Row, state: ChunkState, held: Held) -> Change:
        total = sum((units for code, (units, on) in held.items() if on and self._counted[code]), Decimal(0))
        most = cells.HIGHEST_QUANTITY
        quantity, said = cells.whole(max(min(total, Decimal(most)), Decimal(-most)))
        if said and row.record.line:
            self.report.note(RowProblem(row.record.line, row.sku, "quantity", "part_of_unit", said))
        row.stock = StockCells(quantity=quantity)
        return plan_product(row, state, self._tree)

    def _refuse(self, sources: Mapping[str, _Said]) -> None:
        for said in sources.values():
            message = "No product has this SKU. Import the products first, then their stock."
            problem = RowProblem(said.record.line, said.sku, "sku", "unknown_sku", message)
            self.fail(said.record, [problem])

    def _count(self, change: Change, sources: Mapping[str, _Said], before: Held) -> None:
        """The product's own change counts with its first record."""
        for place, (code, said) in enumerate(sources.items()):
            if place == 0 and change:
                self.count(change)
            elif before.get(code) != (said.units, said.enabled):
                self.report.updated += 1
            else:
                self.report.unchanged += 1

    def _sum_again(self) -> Iterator[None]:
        """Other sources count than before: what the file does not name has another sum too."""
        named = set(Product.objects.filter(sku_key__in=self._said).values_list("pk", flat=True))
        others = set(SourceQuantity.objects.values_list("product_id", flat=True)) - named
        moved, waiting = 0, iter(sorted(others))
        while keys := list(islice(waiting, BATCH)):
            skus = Product.objects.filter(pk__in=keys).values_list("pk", "sku", "sku_key")
            rows = {pk: Row(Record(0, []), sku, key) for pk, sku, key in skus}
            state, held = load_state(rows.values()), _held(rows)
            changes = [change for pk, row in rows.items() if (change := self._change(row, state, held[pk]))]
            for change in changes:
                self.note_losses(change)
            moved += len(changes)
            self._store(changes, {})
            yield
        if moved:
            self.report.notices.append(
                "Other sources count than before: "
                f"another quantity for {counted(moved, 'product')} beside those in the file."
            )

    def _store(self, changes: Collection[Change], quantities: Mapping[int, Held]) -> None:
        if self.options.dry_run:
            return
        with transaction.atomic():
            ids = _kept_sources(self._counted)
            rows = [
                (product_id, ids[code], units, enabled)
                for product_id, held in quantities.items()
                for code, (units, enabled) in held.items()
            ]
            upsert(
                SourceQuantity, ("product_id", "source_id", "quantity", "enabled"), rows,
                unique=["product_id", "source_id"], update=["quantity", "enabled"],
            )  # fmt: skip
            self._writer.store([change for change in changes if change])


def _held(product_ids: Iterable[int]) -> dict[int, Held]:
    found: dict[int, Held] = {}
    rows = SourceQuantity.objects.filter(product_id__in=set(product_ids)).select_related("source")
    for row in rows:
        found.setdefault(row.product_id, {})[row.source.code] = (row.quantity, row.enabled)
    return found


def _kept_sources(counted: Mapping[str, bool]) -> dict[str, int]:
    upsert(StockSource, ("code", "counted"), counted.items(), unique=["code"], update=["counted"])
    return dict(StockSource.objects.values_list("code", "pk"))
