"""Which commands stand behind the buttons of each page of the room."""

COMMANDS = {
    "admin:orders_order_changelist": (
        "fetch_orders; fetch_orders ORDER; bulk_orders acknowledge ORDER; "
        "bulk_orders cancel ORDER --reason WHY; export_orders FILE; saved_views PERSON orders.order --save NAME"
    ),
    "admin:orders_failedorder_changelist": (
        "retry_order ORDER; retry_order --all; choose_product ORDER SKU; restock_held SKU=UNITS; rejections --stop; "
        "rejections --go-on --reason WHY"
    ),
    "orders:restock": "restock_held; restock_held SKU=UNITS; restock_held --all",
    "orders:let_reject": "rejections; rejections --go-on --reason WHY",
    "orders:order": (
        "bulk_orders acknowledge {order}; ship_order {order} --tracking NUMBER; "
        "ship_order {order} --cancel-all --reason WHY; bulk_orders confirm_cancel {order}; "
        "reject_order {order} --reason WHY; retry_order {order}; fetch_orders {jet_order}; "
        "note_order {order} TEXT; order_desk {order} --assignee PERSON --tags A,B; "
        "order_desk {order} --hold-until DAY --hold-reason WHY; "
        "store_documents {order}; store_documents {order} --send; "
        "store_documents --retry NUMBER"
    ),
    "orders:work": "ship_order ORDER --tracking NUMBER; bulk_orders ship --csv FILE",
    "orders:store_differences": (
        "store_differences; store_differences --fix NUMBER; store_differences --fix NUMBER --carrier NAME; "
        "store_differences --leave NUMBER; store_differences --carriers; "
        "store_differences --carrier-of CODE TITLE --carrier NAME"
    ),
    "orders:logo": "slip_logo; slip_logo FILE; slip_logo --remove",
    "orders:parcels": "bulk_orders ship --csv FILE; bulk_orders ship --csv FILE --dry-run",
    "orders:choose_fetch": "fetch_orders ORDER; fetch_orders --since DAY --until DAY",
    "orders:runs": "mass_actions",
    "orders:run": (
        "mass_actions {pk}; mass_actions {pk} --pause; mass_actions {pk} --resume; "
        "mass_actions {pk} --cancel; mass_actions {pk} --retry"
    ),
    "orders:forget": "forget_buyer ORDER --dry-run; forget_buyer ORDER --yes; forget_buyer",
    "orders:reject": "reject_order ORDER --reason WHY",
    "orders:choose": "choose_product ORDER SKU; choose_product ORDER SKU PRODUCT",
    "orders:confirm_cancel": "bulk_orders confirm_cancel ORDER",
    "orders:chosen": "fetch_orders ORDER; fetch_orders --since DAY --until DAY",
}
