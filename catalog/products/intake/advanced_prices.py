"""Magento's advanced prices: only what everybody pays for one unit is a price for Jet; the rest is listed."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from catalog.products.intake import cells
from catalog.products.intake.cells import BadCell
from catalog.products.intake.headers import Header
from catalog.products.intake.notations import Evidence
from catalog.products.intake.options import ImportOptions
from catalog.products.intake.planned_changes import plan_product
from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from catalog.products.intake.rows import Change, ChunkState, Row
from catalog.products.intake.runs import FileRun
from catalog.products.intake.states import load_state
from catalog.products.intake.store_tables import CategoryTree
from catalog.products.intake.writes import StoreWriter
from catalog.products.models.products import sku_key
from jetbridge.core import money

EVERYBODY = "ALL GROUPS"
ALL_WEBSITES = "ALL WEBSITES"
DISCOUNT = "discount"


class Ignored(Exception):
    """A sound record that is no price for Jet; the message says why."""


class AdvancedPriceFile(FileRun):
    """A file of advanced prices: a unit price below the product's becomes its special price, without an end."""

    def __init__(self, header: Header, options: ImportOptions, evidence: Callable[[], Evidence]) -> None:
        super().__init__(header, options, evidence)
        self._places = header.positions()
        self._tree = CategoryTree()
        self._writer = StoreWriter(self._tree, document=options.document)
        # The line from which a SKU has its price.
        self._lines: dict[str, int] = {}

    def chunks(self, records: Iterator[Record]) -> Iterator[None]:
        """Work through the records."""
        while chunk := self.taken(records):
            self.report.rows += len(chunk)
            self._work(chunk)
            yield

    def _work(self, chunk: list[Record]) -> None:
        rows = [row for record in chunk if (row := self._row(record)) is not None]
        state = load_state(rows)
        changes = [change for row in rows if (change := self._plan(row, state)) is not None]
        if not self.options.dry_run:
            self._writer.store([change for change in changes if change])

    def _row(self, record: Record) -> Row | None:
        """Return the row of a record whose price counts; else count it as what it is."""
        sku = record.sku or self._cell(record, "sku")
        try:
            if record.problem:
                raise BadCell(record.code, record.problem)
            if not sku:
                raise BadCell("sku_missing", "The row has no SKU.", "sku")
            self._check_for_everybody(record)
            self._money(record)
        except BadCell as bad:
            self.fail(record, [RowProblem(record.line, sku, bad.column, bad.code, str(bad))])
            return None
        except Ignored as why:
            self.skip(record.line, sku, "tier_price", "price_ignored", str(why))
            return None
        key = sku_key(sku)
        if (first := self._lines.setdefault(key, record.line)) != record.line:
            message = f"{sku} has its price from line {first} already; this one is left out."
            self.skip(record.line, sku, "tier_price", "price_ignored", message)
            return None
        return Row(record, sku, key)

    def _cell(self, record: Record, name: str) -> str:
        place = self._places.get(name, len(record.cells))
        return record.cells[place].strip() if place < len(record.cells) else ""

    def _check_for_everybody(self, record: Record) -> None:
        group = self._cell(record, "tier_price_customer_group")
        cell = self._cell(record, "tier_price_qty")
        least = cells.named("tier_price_qty", lambda each: cells.units(self.notations.number(each)), cell)
        website = self._cell(record, "tier_price_website")
        if group.upper() != EVERYBODY:
            raise Ignored(f"A price of the customer group {group or '(none)'}: Jet's buyers have none.")
        if least != 1:
            raise Ignored(f"A price from {least.normalize():f} units on: Jet has one price for any number.")
        if website and not website.upper().startswith(ALL_WEBSITES):
            raise Ignored(f"A price of the website {website} alone.")

    def _plan(self, row: Row, state: ChunkState) -> Change | None:
        product = state.product(row)
        line, sku = row.record.line, row.sku
        if product is None:
            message = "No product has this SKU. Import the products first, then their prices."
            self.fail(row.record, [RowProblem(line, sku, "sku", "unknown_sku", message)])
            return None
        price = self._price(row.record, product.price)
        if product.price is None or price >= product.price:
            own = "no price" if product.price is None else f"the price {product.price.normalize():f}"
            message = f"{price.normalize():f} is not below what the product costs anyway ({own})."
            self.skip(line, sku, "tier_price", "price_ignored", message)
            return None
        lasting = product.special_price_from is None and product.special_price_to is None
        if lasting and product.special_price is not None and product.special_price < price:
            message = f"The special price {product.special_price.normalize():f} is lower still."
            self.skip(line, sku, "tier_price", "price_ignored", message)
            return None
        row.fields = {"special_price": price, "special_price_from": None, "special_price_to": None}
        change = plan_product(row, state, self._tree)
        self.count(change)
        return change

    def _money(self, record: Record) -> Decimal:
        read, cell = cells.decimal(), self._cell(record, "tier_price")
        found: Decimal = cells.named("tier_price", lambda each: read(self.notations.number(each)), cell)
        return found or Decimal(0)

    def _price(self, record: Record, own: Decimal | None) -> Decimal:
        said = self._money(record)
        if self._cell(record, "tier_price_value_type").lower() != DISCOUNT:
            return said
        share = (Decimal(100) - min(said, Decimal(100))) / 100
        return money.rounded((own or Decimal(0)) * share)
