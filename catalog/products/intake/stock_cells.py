"""The stock cells: quantity, in stock, stock management, and what decides over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.products.intake import cells
from catalog.products.intake.cells import BadCell
from catalog.products.models import Product

COLUMNS = (
    "qty", "is_in_stock", "manage_stock", "use_config_manage_stock",
    "out_of_stock_qty", "allow_backorders", "use_config_backorders",
)  # fmt: skip
# Magento keeps no stock of its own for these; their children have it.
COMPOSITE = (Product.Kind.CONFIGURABLE, Product.Kind.BUNDLE, Product.Kind.GROUPED)
USE_CONFIG = "use config"


@dataclass(slots=True)
class StockCells:
    """What a row says of stock; None means: nothing."""

    quantity: int | None = None
    in_stock: bool | None = None
    managed: bool | None = None
    sold_out_at: int = 0
    backorders: bool = False

    def changes(self, product: Product) -> dict[str, int | bool]:
        """Return the product's new stock values by field, as Magento would settle them."""
        found: dict[str, int | bool] = {}
        managed = product.manage_stock if self.managed is None else self.managed
        if self.managed is not None:
            found["manage_stock"] = self.managed
        if self.quantity is not None:
            found["quantity"] = self.quantity
        if self.in_stock is not None:
            found["is_in_stock"] = self.in_stock
        if self._is_sold_out() and managed and product.kind not in COMPOSITE:
            # Whatever the file claims: without backorders nothing is in stock that is not there.
            found["is_in_stock"] = False
        return found

    def _is_sold_out(self) -> bool:
        return self.quantity is not None and self.quantity <= self.sold_out_at and not self.backorders


def read_stock(values: Mapping[str, str]) -> StockCells | None:
    """
    Read a row's stock cells, or None where all are empty.

    :raises BadCell: a cell holds what it cannot mean
    """
    if not any(values.values()):
        return None
    found = StockCells()
    if cell := values.get("qty"):
        found.quantity = _named("qty", cells.quantity, cell)
    if cell := values.get("is_in_stock"):
        found.in_stock = _named("is_in_stock", cells.yes_no, cell)
    found.managed = _managed(values.get("manage_stock", ""), values.get("use_config_manage_stock", ""))
    if (cell := values.get("out_of_stock_qty")) and cell.lower() != USE_CONFIG:
        found.sold_out_at = _named("out_of_stock_qty", cells.quantity, cell)
    if values.get("use_config_backorders") in (None, "", "0"):
        found.backorders = values.get("allow_backorders") in ("1", "2")
    return found


def _managed(cell: str, use_config: str) -> bool | None:
    # Magento's own setting is to manage stock.
    if cell.lower() == USE_CONFIG or (
        use_config and _named("use_config_manage_stock", cells.yes_no, use_config)
    ):
        return True
    return _named("manage_stock", cells.yes_no, cell) if cell else None


def _named(column: str, read: cells.Reader, cell: str) -> Any:
    try:
        return read(cell)
    except BadCell as error:
        raise BadCell(error.code, str(error), column) from error
