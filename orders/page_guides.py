"""Which how-to explains each page of the room, and which commands stand behind its buttons."""

CHAPTERS = {
    "admin:orders_order_changelist": "orders",
    "orders:choose_fetch": "orders",
    "orders:chosen": "orders",
    "orders:fetched": "orders",
    "admin:orders_oversell_changelist": "orders",
    "orders:runs": "orders",
    "orders:run": "orders",
    "orders:new_run": "orders",
    "admin:orders_order_change": "shipping",
    "orders:order": "shipping",
    "orders:parcels": "shipping",
    "orders:packing_slips": "shipping",
    "orders:reject": "cancelling",
    "orders:cancel_failed": "cancelling",
    "admin:orders_failedorder_changelist": "failed-orders",
    "orders:updated": "failed-orders",
    "orders:choose": "failed-orders",
}

# Capital letters stand for what the person puts in. docs/commands.md tells more of each.
COMMANDS: dict[str, tuple[str, ...]] = {
    "admin:orders_order_changelist": (
        "fetch_orders",
        "fetch_orders ORDER",
        "bulk_orders acknowledge ORDER",
        "bulk_orders cancel ORDER --reason WHY",
        "export_orders",
    ),
    "admin:orders_failedorder_changelist": (
        "retry_order ORDER",
        "retry_order --all",
        "choose_product ORDER SKU",
    ),
    "orders:order": (
        "bulk_orders acknowledge {order}",
        "ship_order {order} --tracking NUMBER",
        "ship_order {order} --cancel-all --reason WHY",
        "bulk_orders confirm_cancel {order}",
        "reject_order {order} --reason WHY",
        "retry_order {order}",
        "fetch_orders {jet_order}",
        "note_order {order} TEXT",
    ),
    "orders:parcels": ("bulk_orders ship --csv FILE", "bulk_orders ship --csv FILE --dry-run"),
    "orders:choose_fetch": ("fetch_orders ORDER", "fetch_orders --since DAY --until DAY"),
    "orders:runs": ("mass_actions",),
    "orders:run": (
        "mass_actions {pk}",
        "mass_actions {pk} --pause",
        "mass_actions {pk} --resume",
        "mass_actions {pk} --cancel",
        "mass_actions {pk} --retry",
    ),
    "orders:reject": ("reject_order ORDER --reason WHY",),
    "orders:choose": (
        "choose_product ORDER SKU",
        "choose_product ORDER SKU PRODUCT",
    ),
    "orders:confirm_cancel": ("bulk_orders confirm_cancel ORDER",),
    "orders:chosen": (
        "fetch_orders ORDER",
        "fetch_orders --since DAY --until DAY",
    ),
}
