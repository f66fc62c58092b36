"""The options that each control call knows; any other is a slip of the pen and is reported as one."""

from collections.abc import Mapping
from typing import Any

from ..kit import control as kit
from ..kit.faults import FIELDS as FAULT_FIELDS
from ..rules.nodes import FIELDS as NODE_FIELDS

# By the name of the desk's function.
OPTIONS: dict[str, tuple[str, ...]] = {
    "info": (),
    "reset": ("keep_accounts",),
    "clock": ("now", "advance_seconds", "transitions", "delays"),
    "orders": (
        "mode",
        "count",
        "status",
        "items",
        "cancel_quantity",
        "fulfillment_node",
        "documents",
        "rebase",
    ),
    "returns": ("mode", "order_id", "items", "documents", "rebase"),
    "cancels": ("mode", "order_id", "items"),
    "reviews": ("mode", "sku", "status", "sub_status", "all"),
    "refunds": ("mode", "refund_authorization_id", "status"),
    "faults": tuple(FAULT_FIELDS),
    "listed_faults": (),
    "clear_faults": (),
    "files": ("vague_errors", "refuse"),
    "nodes": ("mode", *NODE_FIELDS),
    "calls": ("after", "path"),
    "state": ("kind", "id", "mode"),
}
ITEM_OPTIONS: dict[str, tuple[str, ...]] = {
    "orders": ("sku", "quantity", "price", "cancel_quantity"),
    "returns": ("order_item_id", "quantity", "reason"),
    "cancels": ("order_item_id", "quantity"),
}


def unknown_options(call: str, order: Mapping[str, Any]) -> list[str]:
    """Complain about every option that the call does not know."""
    found = kit.unknown_options(order, OPTIONS[call], "")
    items = order.get("items")
    if call in ITEM_OPTIONS and isinstance(items, list):
        for place, item in enumerate(items):
            if isinstance(item, dict):
                found += kit.unknown_options(item, ITEM_OPTIONS[call], f"items[{place}].")
    return found
