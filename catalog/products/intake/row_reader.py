"""A record made into a row: its cells read by column, all its problems at once."""

from collections.abc import Callable
from functools import partial

from catalog.products.intake import category_cells, cells, image_cells
from catalog.products.intake.attribute_cells import SYSTEM, Value, split_attributes
from catalog.products.intake.attribute_kinds import AttributeKinds
from catalog.products.intake.cells import EMPTY, BadCell
from catalog.products.intake.column_families import families
from catalog.products.intake.column_names import LONGEST_CODE, is_attribute
from catalog.products.intake.headers import Header
from catalog.products.intake.multi_values import Splitter
from catalog.products.intake.notations import NUMBERS, Notations
from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from catalog.products.intake.rows import TEXTS, BadRow, Row
from catalog.products.intake.stock_cells import COLUMNS as STOCK_COLUMNS
from catalog.products.intake.stock_cells import read_stock
from catalog.products.intake.variation_cells import Variations, split_labels, split_variations
from catalog.products.models import Product
from catalog.products.models.products import sku_key
from jetbridge.core import spreadsheets

LONGEST_SKU = 64

# Columns that are columns of our product too.
FIELDS: dict[str, tuple[str, cells.Reader]] = {
    "name": ("name", cells.text(255, required=True)),
    "description": ("description", cells.long_text),
    "short_description": ("short_description", cells.long_text),
    "attribute_set_code": ("attribute_set", cells.text(255)),
    "product_online": ("enabled", cells.online),
    "visibility": ("visibility", cells.visibility),
    "price": ("price", cells.decimal()),
    "special_price": ("special_price", cells.decimal()),
    # Read as the file writes dates.
    "special_price_from_date": ("special_price_from", cells.long_text),
    "special_price_to_date": ("special_price_to", cells.long_text),
    "weight": ("weight", cells.decimal()),
}
DATES = {"special_price_from_date": "special_price_from", "special_price_to_date": "special_price_to"}
STRUCTURE = (
    "sku", "store_view_code", "product_type", "categories", "additional_attributes",
    "configurable_variations", "configurable_variation_labels", "additional_image_labels",
    "attribute_kinds", "attribute_labels",
    *image_cells.COLUMNS, *(f"{role}_image_label" for role in image_cells.ROLES),
)  # fmt: skip


class RowReader:
    def __init__(
        self, header: Header, kinds: AttributeKinds, *, splitter: Splitter, notations: Notations
    ) -> None:
        self.header = header
        self._kinds = kinds
        self._said = ("", "")
        self._splitter = splitter
        self._notations = notations
        # Files that we wrote put an apostrophe before what a spreadsheet would take for a formula.
        self._is_ours, self._original = header.is_ours, spreadsheets.original_cell
        positions = header.positions()
        readers = {**FIELDS, **{column: (name, notations.day) for column, name in DATES.items()}}
        self._fields = [
            (positions[column], column, name, self._in_notation(column, read))
            for column, (name, read) in readers.items()
            if column in positions
        ]
        self._stock = [(positions[name], name) for name in STOCK_COLUMNS if name in positions]
        self._families = {name: family.places(positions) for name, family in families().items()}
        self._structure = [(positions[name], name) for name in STRUCTURE if name in positions]
        known = {*readers, *STOCK_COLUMNS, *STRUCTURE, *SYSTEM}
        self._attributes = [
            (place, name) for name, place in positions.items() if name not in known and is_attribute(name)
        ]

        used = {place for places in header.doubled.values() for place in places}
        used.update(place for place, _, _, _ in self._fields)
        of_families = [each for places in self._families.values() for each in places]
        used.update(place for place, _ in (*self._stock, *self._structure, *self._attributes, *of_families))
        self._used = sorted(used)

    @property
    def has_families(self) -> bool:
        """Whether the file has columns that a room above reads."""
        return any(self._families.values())

    def _in_notation(self, column: str, read: cells.Reader) -> cells.Reader:
        """Have numbers read as this file writes them."""
        if column not in NUMBERS:
            return read
        return lambda cell: read(self._notations.number(cell))

    def sku_and_view(self, record: Record) -> tuple[str, str]:
        """Return a record's SKU and store view, as far as it has them."""
        if record.problem:
            return record.sku, ""
        names = self.header.positions()
        found = [
            record.cells[names[name]].strip() if name in names and names[name] < len(record.cells) else ""
            for name in ("sku", "store_view_code")
        ]
        return found[0], found[1]

    def _sku_of(self, record: Record) -> str:
        """Return the SKU of a record that cannot be read, as far as it is known."""
        return record.sku[:LONGEST_SKU]

    def read(self, record: Record) -> Row:
        """
        Read a record.

        :raises BadRow: with every problem of the row
        """
        if record.problem:
            raise BadRow([RowProblem(record.line, self._sku_of(record), "", record.code, record.problem)])
        given, values = record.cells, [""] * len(record.cells)
        for place in self._used:
            if given[place] and (cell := given[place].strip()):  # most cells of a row are empty
                values[place] = cells.lines(self._original(cell).strip() if self._is_ours else cell)
        structure = {name: values[place] for place, name in self._structure}
        sku = structure["sku"]
        row = Row(record, sku, sku_key(sku), _view(structure.get("store_view_code", "")))
        problems = [*self._unreadable(record, values), *sku_problems(sku)]
        if not problems:
            steps: list[tuple[str, Callable[[], None]]] = [
                ("product_type", lambda: _read_kind(row, structure)),
                ("additional_attributes", lambda: self._read_attributes(row, values, structure)),
            ]
            if not row.view:
                steps += self._steps_of_product(row, values, structure)
            problems = [*self._read_fields(row, values), *_tried(steps)]
        if problems:
            line = record.line
            raise BadRow([RowProblem(line, sku, *_facts(column, error)) for column, error in problems])
        return row

    def _steps_of_product(
        self, row: Row, values: list[str], structure: dict[str, str]
    ) -> list[tuple[str, Callable[[], None]]]:
        """A row of a store view carries texts only; all of this belongs to the product itself."""
        return [
            ("qty", lambda: _set(row, "stock", read_stock(self._stock_values(values)))),
            ("categories", lambda: self._read_categories(row, structure)),
            *(
                (name, partial(_read_family, row, name, places, values))
                for name, places in self._families.items()
                if places
            ),
            ("base_image", lambda: _set(row, "images", image_cells.read_images(structure, self._splitter))),
            ("configurable_variations", lambda: self._read_variations(row, structure)),
        ]

    def _stock_values(self, values: list[str]) -> dict[str, str]:
        found = {name: values[place] for place, name in self._stock}
        for name in NUMBERS & found.keys():
            if found[name]:
                found[name] = cells.named(name, self._notations.number, found[name])
        return found

    def _read_fields(self, row: Row, values: list[str]) -> list[tuple[str, BadCell]]:
        problems = []
        for place, column, name, read in self._fields:
            if (value := values[place]) and (not row.view or name in TEXTS):
                if row.view and value == EMPTY:
                    row.fields[name] = ""  # the product's own shows again
                    continue
                try:
                    row.fields[name] = read(value)
                except BadCell as error:
                    problems.append((column, error))
        return problems

    def _read_attributes(self, row: Row, values: list[str], structure: dict[str, str]) -> None:
        self._read_kinds(structure)
        found: dict[str, Value] = {name: values[place] for place, name in self._attributes}
        if (cell := structure.get("additional_attributes")) and cell != EMPTY:
            separator = self._splitter.separator_of_pairs(cell)
            found.update(split_attributes(cell, separator, self._splitter.doubts))
        for code, value in found.items():
            if len(code) > LONGEST_CODE:
                raise BadCell(
                    "too_long", f"The attribute code {code[:30]}... has more than {LONGEST_CODE} letters."
                )
            if value in (EMPTY, [EMPTY]):
                row.attributes[code] = None
            elif value:
                stored = self._kinds.value(code, value)
                if stored:
                    row.attributes[code] = stored

    def _read_kinds(self, structure: dict[str, str]) -> None:
        said = structure.get("attribute_kinds", ""), structure.get("attribute_labels", "")
        if any(said) and said != self._said:  # it seldom differs from the row before
            self._kinds.say(*(split_labels(cell, self._splitter) for cell in said))
            self._said = said

    def _read_categories(self, row: Row, structure: dict[str, str]) -> None:
        cell = structure.get("categories")
        if cell:
            empty = cell == EMPTY
            row.categories = [] if empty else category_cells.split_categories(cell, self._splitter)

    def _read_variations(self, row: Row, structure: dict[str, str]) -> None:
        cell = structure.get("configurable_variations")
        if not cell or row.kind not in ("", Product.Kind.CONFIGURABLE):
            return
        row.variations = Variations() if cell == EMPTY else split_variations(cell, self._splitter)
        row.labels = split_labels(structure.get("configurable_variation_labels", ""), self._splitter)

    def _unreadable(self, record: Record, values: list[str]) -> list[tuple[str, BadCell]]:
        problems = []
        if "\x00" in "".join(record.cells):
            for name, value in zip(self.header.given, record.cells, strict=True):
                if "\x00" in value:
                    problems.append(
                        (name, BadCell("nul_byte", "The cell holds a NUL byte, which is no text."))
                    )
        for name, places in self.header.doubled.items():
            if len({values[place] for place in places}) > 1:
                problems.append(
                    (name, BadCell("doubled_column", f"The column {name} stands twice and differs."))
                )
        return problems


def _view(code: str) -> str:
    """Magento calls what holds for all store views admin."""
    return "" if code.lower() == "admin" else code


def sku_problems(sku: str) -> list[tuple[str, BadCell]]:
    """Say what is wrong with a SKU, with the column's name."""
    if not sku:
        return [("sku", BadCell("sku_missing", "The row has no SKU."))]
    if len(sku) > LONGEST_SKU:
        return [("sku", BadCell("too_long", f"The SKU has {len(sku):,} characters; {LONGEST_SKU} fit."))]
    if not sku.isprintable():
        return [("sku", BadCell("sku_unprintable", "The SKU holds a line break or a control character."))]
    return []


def _tried(steps: list[tuple[str, Callable[[], None]]]) -> list[tuple[str, BadCell]]:
    problems = []
    for column, step in steps:
        try:
            step()
        except BadCell as error:
            problems.append((column, error))
    return problems


def _facts(column: str, error: BadCell) -> tuple[str, str, str]:
    return error.column or column, error.code, str(error)


def _read_family(row: Row, family: str, places: list[tuple[int, str]], values: list[str]) -> None:
    row.families[family] = {name: values[place] for place, name in places}


def _set(row: Row, name: str, value: object) -> None:
    setattr(row, name, value)


def _read_kind(row: Row, structure: dict[str, str]) -> None:
    cell = structure.get("product_type")
    if cell and cell != EMPTY:
        row.kind = cells.kind(cell)
