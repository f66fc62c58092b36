"""
Quantities in sources, and the older stock item that shows those of the default source.

A product's settings of stock stand in its document; its quantities are rows by SKU and source, which a rename or a
deletion of the product leaves where they are.
"""

from typing import Any

from ..contract import number as plain_number
from ..memory import StoreMemory

DEFAULT = "default"
SETTINGS: dict[str, Any] = {
    "is_in_stock": False,
    "is_qty_decimal": False,
    "show_default_notification_message": False,
    "use_config_min_qty": True,
    "min_qty": 0,
    "use_config_min_sale_qty": 1,
    "min_sale_qty": 1,
    "use_config_max_sale_qty": True,
    "max_sale_qty": 10000,
    "use_config_backorders": True,
    "backorders": 0,
    "use_config_notify_stock_qty": True,
    "notify_stock_qty": 1,
    "use_config_qty_increments": True,
    "qty_increments": 0,
    "use_config_enable_qty_inc": True,
    "enable_qty_increments": False,
    "use_config_manage_stock": True,
    "manage_stock": True,
    "low_stock_date": None,
    "is_decimal_divided": False,
    "stock_status_changed_auto": 0,
}


def quantity(memory: StoreMemory, sku: str, source: str = DEFAULT) -> float | None:
    found = memory.rows("SELECT quantity FROM source_items WHERE sku=? AND source_code=?", sku, source)
    return found[0][0] if found else None


def write(memory: StoreMemory, sku: str, source: str, amount: float, status: int) -> None:
    sql = (
        "INSERT INTO source_items (sku, source_code, quantity, status) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (sku, source_code) DO UPDATE SET quantity=excluded.quantity, status=excluded.status"
    )
    memory.run(sql, sku, source, amount, status)


def add_default(memory: StoreMemory, sku: str) -> None:
    """Every product gets a row of the default source by itself."""
    sql = "INSERT OR IGNORE INTO source_items (sku, source_code, quantity, status) VALUES (?, ?, 0, 0)"
    memory.run(sql, sku, DEFAULT)


def move(memory: StoreMemory, sku: str, source: str, amount: float) -> None:
    """Add to what a source holds, or take from it."""
    sql = "UPDATE source_items SET quantity = quantity + ? WHERE sku=? AND source_code=?"
    memory.run(sql, amount, sku, source)


def legacy(memory: StoreMemory, doc: dict[str, Any]) -> dict[str, Any]:
    """Word a product's stock item; its quantity is the default source's."""
    held = quantity(memory, doc["sku"])
    shown = {"item_id": doc["id"], "product_id": doc["id"], "stock_id": 1}
    return {
        **shown,
        "qty": None
        if held is None or doc.get("has_no_quantity")
        else plain_number(held + _taken(memory, doc["sku"])),
        **doc["stock"],
    }


def _taken(memory: StoreMemory, sku: str) -> float:
    """Return what orders took of a product, below zero: without sources, they lower its one quantity at once."""
    if memory.has_sources:
        return 0
    return float(memory.rows("SELECT COALESCE(SUM(quantity), 0) FROM reservations WHERE sku=?", sku)[0][0])


def apply(memory: StoreMemory, doc: dict[str, Any], given: dict[str, Any] | None, *, is_new: bool) -> None:
    """Write a stock item: settings into the document, a quantity into the default source."""
    if is_new:
        add_default(memory, doc["sku"])
        doc["has_no_quantity"] = given is None
    if given is None:
        return
    doc["has_no_quantity"] = False
    known = {name: given[name] for name in SETTINGS if given.get(name) is not None}
    doc["stock"] |= known
    if given.get("qty") is not None:
        held = memory.rows(
            "SELECT status FROM source_items WHERE sku=? AND source_code=?", doc["sku"], DEFAULT
        )
        status = 1 if known.get("is_in_stock") or (held and held[0][0]) else int(doc["stock"]["is_in_stock"])
        write(memory, doc["sku"], DEFAULT, given["qty"] - _taken(memory, doc["sku"]), status)
    elif known.get("is_in_stock"):
        memory.run("UPDATE source_items SET status=1 WHERE sku=? AND source_code=?", doc["sku"], DEFAULT)


def is_managed(doc: dict[str, Any]) -> bool:
    return bool(doc["stock"]["use_config_manage_stock"] or doc["stock"]["manage_stock"])


def has_backorders(doc: dict[str, Any]) -> bool:
    return not doc["stock"]["use_config_backorders"] and bool(doc["stock"]["backorders"])


def least(doc: dict[str, Any]) -> float:
    """Return the quantity at which a product counts as sold out; a negative one lets more be sold."""
    return 0 if doc["stock"]["use_config_min_qty"] else float(doc["stock"]["min_qty"] or 0)
