"""What a record says of one product, read and sound; what is wrong with one that is not; what a sound one changes."""

from dataclasses import dataclass, field
from typing import Any

from catalog.products.intake.attribute_cells import Value
from catalog.products.intake.image_cells import ImageCells, ImageRow
from catalog.products.intake.records import Record
from catalog.products.intake.reports import RowProblem
from catalog.products.intake.stock_cells import StockCells
from catalog.products.intake.variation_cells import Variations
from catalog.products.models import Product, ProductText

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


@dataclass
class ImagePlan:
    """How a gallery changes."""

    fresh: list[ImageRow] = field(default_factory=list)
    changed: list[ImageRow] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fresh or self.changed or self.gone)


@dataclass
class Change:
    """What one row changes on its product; nothing in it means: unchanged."""

    row: Row
    product: Product
    is_new: bool = False
    fields: set[str] = field(default_factory=set)
    before: dict[str, object] = field(default_factory=dict)
    categories: list[str] | None = None
    images: ImagePlan | None = None
    variations: list[tuple[str, int | None]] | None = None
    text: ProductText | None = None

    def __bool__(self) -> bool:
        linked = self.categories is not None or self.images or self.variations is not None
        return bool(self.is_new or self.fields or linked or self.text is not None)


@dataclass
class ChunkState:
    """Products by SKU, and their links by product."""

    products: dict[str, Product] = field(default_factory=dict)
    categories: dict[int, set[int]] = field(default_factory=dict)
    images: dict[int, list[ImageRow]] = field(default_factory=dict)
    variations: dict[int, list[tuple[str, int | None]]] = field(default_factory=dict)
    texts: dict[tuple[int, str], ProductText] = field(default_factory=dict)
    children: dict[str, tuple[int, str]] = field(default_factory=dict)

    def product(self, row: Row) -> Product | None:
        """Return the product of a row: the very SKU, or the one that differs in capitals only, as in Magento."""
        return self.products.get(row.sku) or self.products.get(row.key)
