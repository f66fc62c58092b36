"""What a record says of one product, read and sound, and what is wrong with one that is not."""

from dataclasses import dataclass, field
from typing import Any

from catalog.products.intake.attribute_cells import Value
from catalog.products.intake.image_cells import ImageCells
from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from catalog.products.intake.stock_cells import StockCells
from catalog.products.intake.variation_cells import Variations

# What a row of a store view may carry.
TEXTS = ("name", "description", "short_description")


@dataclass(slots=True)
class Row:
    """One sound row. What a column did not say is missing here, so it changes nothing."""

    record: Record
    sku: str
    key: str
    view: str = ""
    kind: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Value | None] = field(default_factory=dict)
    # Cells of families of columns, by the product's column.
    families: dict[str, dict[str, str]] = field(default_factory=dict)
    stock: StockCells | None = None
    categories: list[str] | None = None
    images: ImageCells | None = None
    variations: Variations | None = None
    labels: dict[str, str] = field(default_factory=dict)


class BadRow(Exception):
    """A row that cannot be taken, with everything that is wrong with it."""

    def __init__(self, problems: list[RowProblem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems
