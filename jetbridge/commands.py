"""Which command stands behind a page's buttons: shown at the foot of the page, to be copied into a script."""

# Capital letters stand for what the person puts in. docs/commands.md tells more of each.
PAGE_COMMANDS: dict[str, tuple[str, ...]] = {
    "desk:configuration": ("configure", "validate_account"),
    "desk:configuration_tab": ("configure", "validate_account"),
    "desk:cron": ("run_job JOB", "schedule_job JOB --pause --note WHY"),
    "desk:job": ("run_job {name}", "schedule_job {name} --every MINUTES --note WHY"),
    "desk:reschedule": ("schedule_job {name} --every MINUTES --note WHY",),
    "desk:pause": ("schedule_job {name} --pause --note WHY",),
    "desk:my_notifications": ("notifications PERSON --mail KIND=digest", "notifications PERSON --mark-read"),
    "admin:core_notification_changelist": ("notifications PERSON", "notifications PERSON --mark-read"),
    "desk:support": ("ask_support SUBJECT TEXT", "support_bundle"),
    "mapping:taxonomy": ("import_taxonomy DIR", "import_taxonomy DIR --dry-run"),
    "mapping:categories": ("map_category PATH JET_ID",),
    "admin:mapping_attributemapping_changelist": ("map_attribute CODE JET_ID",),
    "catalog:imports": ("import_products FILE", "import_products FILE --dry-run"),
    "catalog:vanished": ("vanished", "vanished --link JET_SKU STORE_SKU", "vanished --archive JET_SKU"),
    "catalog:price_reviews": ("price_reviews --accept SKU", "price_reviews --decline SKU"),
    "catalog:file": ("rejected_files --resubmit {pk}", "rejected_files --delete {pk}"),
    "admin:catalog_uploadfile_changelist": (
        "rejected_files",
        "rejected_files --fetch",
        "rejected_files --clear",
    ),
    "admin:catalog_drift_changelist": ("run_job catalog.report_drift", "drifts --reconcile --all"),
    "admin:catalog_product_changelist": (
        "validate --all",
        "upload --direct SKU",
        "upload --bulk --all",
        "sync SKU",
        "archive SKU",
        "archive --undo SKU",
    ),
    "admin:orders_order_changelist": ("fetch_orders", "fetch_orders ORDER", "bulk_orders", "export_orders"),
    "admin:orders_failedorder_changelist": (
        "retry_order ORDER",
        "retry_order --all",
        "choose_product ORDER SKU",
    ),
    "orders:order": (
        "ship_order ORDER --tracking NUMBER",
        "reject_order ORDER --reason WHY",
        "note_order ORDER TEXT",
    ),
    "admin:returns_returnrequest_changelist": ("fetch_returns", "complete_return RETURN"),
    "returns:return": ("complete_return RETURN", "complete_return RETURN --zero"),
    "admin:returns_refund_changelist": ("sync_refunds", "refund_order ORDER --units SKU=N --reason WHY"),
    "admin:returns_settlement_changelist": ("fetch_settlements",),
}


def of_page(name: str, arguments: dict[str, object]) -> list[str]:
    """Return the commands of a page by its address's name, with what is known filled in."""
    return [f"manage.py {words.format(**arguments)}" for words in PAGE_COMMANDS.get(name, ())]
