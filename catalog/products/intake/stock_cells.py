"""The stock cells: quantity, in stock, stock management, and what decides over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.products.intake import cells
from catalog.products.models import Product
from catalog.products.models.products import COMPOSITE

COLUMNS = (
    "qty", "is_in_stock", "manage_stock", "use_config_manage_stock",
    "out_of_stock_qty", "allow_backorders", "use_config_backorders", "stock_status_changed_auto",
)  # fmt: skip
USE_CONFIG = "use config"


@dataclass(slots=True)
class StockCells:
    """What a row says of stock; None means: nothing."""

    quantity: int | None = None
    in_stock: bool | None = None
    managed: bool | None = None
    sold_out_at: int = 0
    backorders: bool = False
    # Whether the flag followed the quantity, where the row says it: then the flag is just what it says.
    followed: bool | None = None
    # Columns whose parts of units were left out, with what to say of it.
    parts: dict[str, str] = field(default_factory=dict)

    def changes(self, product: Product) -> dict[str, int | bool]:
        """Return the product's new stock values by field, as Magento would settle them."""
        found: dict[str, int | bool] = {}
        managed = product.manage_stock if self.managed is None else self.managed
        if self.managed is not None:
            found["manage_stock"] = self.managed
        if self.quantity is not None:
            found["quantity"] = self.quantity
        return {**found, **self._flags(product, kept=managed and product.kind not in COMPOSITE)}

    def _flags(self, product: Product, *, kept: bool) -> dict[str, int | bool]:
        """What followed the quantity out of stock follows it back; what somebody closed stays closed."""
        if self.in_stock is False:
            followed = bool(self.followed)
            back = followed and self._leaves_some()
            return {"is_in_stock": back, "closed_by_quantity": followed and not back}
        if kept and self._sells_out(product):
            # Whatever the file claims: without backorders nothing is in stock that is not there.
            is_closed = self.in_stock is None and not product.is_in_stock
            return {} if is_closed else {"is_in_stock": False, "closed_by_quantity": True}
        if self.in_stock or (product.closed_by_quantity and self._leaves_some()):
            return {"is_in_stock": True, "closed_by_quantity": False}
        return {}

    def _leaves_some(self) -> bool:
        return self.quantity is not None and self.quantity > self.sold_out_at

    def _sells_out(self, product: Product) -> bool:
        if self.quantity is None or self._leaves_some() or self.backorders:
            return False
        if self.in_stock and self.followed is not None:
            return False
        # Sales may have left nothing: a file that repeats what is known changes nothing.
        known = product.pk is not None and product.quantity == self.quantity and product.is_in_stock
        return self.quantity > 0 or not known


def read_stock(values: Mapping[str, str]) -> StockCells | None:
    """
    Read a row's stock cells, or None where all are empty.

    :raises BadCell: a cell holds what it cannot mean
    """
    if not any(values.values()):
        return None
    found = StockCells()
    if cell := values.get("qty"):
        found.quantity = _whole(found, "qty", cell)
    if cell := values.get("is_in_stock"):
        found.in_stock = cells.named("is_in_stock", cells.yes_no, cell)
    found.managed = _managed(values.get("manage_stock", ""), values.get("use_config_manage_stock", ""))
    if (cell := values.get("out_of_stock_qty")) and cell.lower() != USE_CONFIG:
        found.sold_out_at = _whole(found, "out_of_stock_qty", cell)
    if cell := values.get("stock_status_changed_auto"):
        found.followed = cell == "1"
    if values.get("use_config_backorders") in (None, "", "0"):
        found.backorders = values.get("allow_backorders") in ("1", "2")
    return found


def _whole(found: StockCells, column: str, cell: str) -> int:
    units, said = cells.whole(cells.named(column, cells.units, cell))
    if said:
        found.parts[column] = said
    return units


def _managed(cell: str, use_config: str) -> bool | None:
    # Magento's own setting is to manage stock.
    if cell.lower() == USE_CONFIG or (
        use_config and cells.named("use_config_manage_stock", cells.yes_no, use_config)
    ):
        return True
    return cells.named("manage_stock", cells.yes_no, cell) if cell else None
