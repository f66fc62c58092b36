"""Products of a file: row by row compared with the store, chunk by chunk stored, or counted for a preview."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from catalog.products import ownership
from catalog.products.identifiers import OWN_FIELDS, is_identifier
from catalog.products.intake.attribute_kinds import AttributeKinds
from catalog.products.intake.cells import BadCell
from catalog.products.intake.file_kinds import FileKind
from catalog.products.intake.headers import Header
from catalog.products.intake.multi_values import Splitter
from catalog.products.intake.notations import Evidence
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.planned_changes import is_same, plan_product, plan_text
from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from catalog.products.intake.row_reader import RowReader
from catalog.products.intake.rows import BadRow, Change, ChunkState, Row
from catalog.products.intake.runs import FileRun
from catalog.products.intake.states import load_state
from catalog.products.intake.store_tables import CategoryTree
from catalog.products.intake.writes import StoreWriter, link_children
from catalog.products.models import Product
from catalog.products.models.products import sku_key
from jetbridge.core import configuration
from jetbridge.core.texts import SHORTENED, is_shortened, why_shortened

CONTINUED = (
    "The row has no SKU: it continues the product above. Magento 1 lists further categories, images and store views "
    "that way; they are not read."
)
DOUBTS = {
    "code": (
        "“{}” of additional_attributes is left out: no attribute code (a to z, 0 to 9, _) stands before a =."
    ),
    "name": (
        "“{}” is read as one category path: nothing shows that another begins at its comma. "
        "If there are several, separate them by |."
    ),
    "labels": (
        "The image labels “{}” are left out: they are not as many as the row's additional images. "
        "Write one for each, nothing where an image has none, and one that holds the separator in quotes."
    ),
}


class ProductFile(FileRun):
    """A product export of Magento 2 or 1, or ours."""

    def __init__(self, header: Header, options: ImportOptions, evidence: Callable[[], Evidence]) -> None:
        super().__init__(header, options, evidence)
        self._kinds = AttributeKinds()
        self._tree = CategoryTree()
        self._splitter = Splitter(options.separator, roots=self._roots)
        self._reader = RowReader(header, self._kinds, splitter=self._splitter, notations=self.notations)
        self._writer = StoreWriter(self._tree, document=options.document)
        # Where each SKU stood first, and whether its row was sound; about 100 bytes a product.
        self._lines: dict[str, int] = {}
        self._any_default = False
        self._header = header
        self._mapping = configuration.current().field_mapping
        self._is_linked = ownership.is_linked()
        if self._is_linked:
            self.report.notices.append(ownership.PARTLY)

    @property
    def brings_ours(self) -> bool:
        """Jet's own columns are the panel's, whoever keeps the store."""
        return self._reader.has_families

    def _roots(self) -> Collection[str]:
        """Give the names with which category paths begin, in the store or in this file."""
        return self._tree.roots | self.evidence().roots

    def remarks(self) -> list[str]:
        """Say what cells with several values left open."""
        return [DOUBTS[how].format(example) for how, example in self._splitter.doubts.items()]

    def chunks(self, records: Iterator[Record]) -> Iterator[None]:
        """Work through the records, then through rows of store views that came before their product."""
        while chunk := self.taken(records):
            self._work(chunk)
            yield
        waiting = self.held()
        while chunk := self.taken(waiting):
            self._work(chunk, last_chance=True)
            yield
        if not self.options.dry_run:
            self._kinds.save()
            link_children()

    def _work(self, chunk: list[Record], *, last_chance: bool = False) -> None:
        rows = list(self._read(chunk, counted=not last_chance))
        for part in _without_repeats(rows):
            state = load_state(part)
            changes = [change for row in part for change in self._plan(row, state, last_chance)]
            if not self.options.dry_run:
                self._writer.store([change for change in changes if change])

    def _read(self, chunk: list[Record], *, counted: bool) -> Iterator[Row]:
        for record in chunk:
            self.report.rows += counted
            if self._lines and self._continues(record):
                self.skip(record.line, "", "sku", "continuation", CONTINUED)
                continue
            try:
                row = self._reader.read(record)
            except BadRow as bad:
                self.fail(record, bad.problems)
                sku, view = self._reader.sku_and_view(record)
                if sku and not view:
                    self._lines.setdefault(sku_key(sku), -record.line)
                continue
            if counted:
                self._note_repeat(row)
                self._note_parts(row)
            yield row

    def _continues(self, record: Record) -> bool:
        """Magento 1 gives a product several rows; only the first names it and its type."""
        if self._header.kind != FileKind.OLD_PRODUCTS or record.problem:
            return False
        places = self._header.positions()
        named = ("sku", "product_type", "attribute_set_code")
        return not any(record.cells[places[name]].strip() for name in named if name in places)

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

    def _note_parts(self, row: Row) -> None:
        for column, said in (row.stock.parts if row.stock else {}).items():
            self.report.note(RowProblem(row.record.line, row.sku, column, "part_of_unit", said))

    def _plan(self, row: Row, state: ChunkState, last_chance: bool) -> list[Change]:
        try:
            with _of(row):
                changes = (
                    self._plan_view(row, state, last_chance) if row.view else [self._plan_own(row, state)]
                )
        except BadRow as bad:
            if not row.view:
                self._lines[row.key] = -row.record.line
            self.fail(row.record, bad.problems)
            return []
        if changes:
            self.count(changes[0])
        return changes

    def _plan_own(self, row: Row, state: ChunkState) -> Change:
        if self._is_linked:
            row = self._ours_of(row, state)
        if self.options.dry_run and state.product(row) is None and self._stood_before(row):
            state.products[row.key] = Product(sku=row.sku, sku_key=row.key)
        self._refuse_shortened(row, state)
        change = plan_product(row, state, self._tree)
        # Rows below in the same chunk find the product that this one makes.
        state.products[row.sku] = state.products[row.key] = change.product
        for code, value in row.attributes.items():
            if value is not None:
                self._kinds.see(code, value)
        if row.variations is not None:
            self._kinds.see_axes(row.variations.options, row.labels)
        return change

    def _ours_of(self, row: Row, state: ChunkState) -> Row:
        """
        Leave of a row what is not the linked store's.

        :raises BadCell: the store has no such product
        """
        if state.product(row) is None:
            raise BadCell("unknown_sku", ownership.NEW)
        return Row(row.record, row.sku, row.key, families=row.families)

    def _refuse_shortened(self, row: Row, state: ChunkState) -> None:
        """
        Refuse identifiers that are new to the store and not confirmed; what it holds goes on working.

        :raises BadRow: names each
        """
        if self.options.confirm_identifiers or not any(map(is_shortened, _values(row))):
            return
        line = row.record.line
        wrong = [
            RowProblem(line, row.sku, column, SHORTENED, why_shortened(each))
            for column, each in self._identifiers(row, state)
            if is_shortened(each)
        ]
        if wrong:
            raise BadRow(wrong)

    def _identifiers(self, row: Row, state: ChunkState) -> Iterator[tuple[str, str]]:
        """Give a row's identifiers with their columns, those left out that the store holds already."""
        product = state.product(row) or Product()
        text = state.texts.get((product.pk or 0, row.view))
        held = {**product.attributes, **(text.attributes if text else {})}
        if not product.sku:
            yield "sku", row.sku
        if row.variations is not None:
            known = {sku for sku, _ in state.variations.get(product.pk or 0, ())}
            for sku in row.variations.skus:
                if sku not in known and sku_key(sku) not in state.children:
                    yield "configurable_variations", sku
        for code, value in row.attributes.items():
            if value and is_identifier(code, self._mapping) and not is_same(held.get(code), value):
                yield from ((code, each) for each in ([value] if isinstance(value, str) else value))
        for field, cells in row.families.items():
            own = getattr(product, field)
            yield from (
                (name, cell) for name, cell in cells.items() if name in OWN_FIELDS and own.get(name) != cell
            )

    def _plan_view(self, row: Row, state: ChunkState, last_chance: bool) -> list[Change]:
        product = state.product(row)
        if self._is_linked:
            return self._skip_view(row)
        if product is not None:
            if row.fields or row.attributes:
                self._refuse_shortened(row, state)
                return [plan_text(row, product, state)]
            return self._skip_view(row)
        first = self._lines.get(row.key)
        if first is not None and first < 0:
            raise BadCell("product_failed", f"The product's own row in line {-first} could not be imported.")
        if first is not None and self.options.dry_run:
            # The product is new in this very file.
            return [plan_text(row, Product(sku=row.sku), state)]
        if not last_chance:
            self.hold(row.record)
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
        own = self._reader.read(Record(row.record.line, cells))
        own_state = load_state([own])
        change = self._plan_own(own, own_state)
        state.products[row.sku] = state.products[row.key] = change.product
        return [change, plan_text(row, change.product, state)]

    def _skip_view(self, row: Row) -> list[Change]:
        message = "A store view carries texts only, and this row has none."
        if self._is_linked:
            message = "The linked store keeps the texts of its views."
        self.skip(row.record.line, row.sku, "store_view_code", "no_texts", message)
        return []

    def _stood_before(self, row: Row) -> bool:
        """In a preview nothing is stored, so a product that this file makes must be remembered."""
        return 0 < self._lines.get(row.key, 0) < row.record.line


def _values(row: Row) -> Iterator[str]:
    """Give what might be identifiers: few look like shortened ones, so that it is seldom asked which are."""
    yield row.sku
    if row.variations is not None:
        yield from row.variations.skus
    for value in row.attributes.values():
        if value:
            yield from [value] if isinstance(value, str) else value
    for cells in row.families.values():
        yield from cells.values()


@contextmanager
def _of(row: Row) -> Iterator[None]:
    """Let what is wrong with a cell be wrong with its row."""
    try:
        yield
    except BadCell as bad:
        raise BadRow([RowProblem(row.record.line, row.sku, bad.column or "sku", bad.code, str(bad))]) from bad


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
