"""Which commands stand behind the buttons of each page of the room."""

COMMANDS = {
    "catalog:vanished": (
        "vanished; run_job catalog.sync_statuses; vanished --link JET_SKU STORE_SKU; "
        "vanished --archive JET_SKU"
    ),
    "catalog:price_reviews": (
        "price_reviews; price_reviews --accept SKU; price_reviews --decline SKU; price_reviews --accept --all"
    ),
    "catalog:file": (
        "rejected_files --resubmit {pk}; rejected_files --show {pk}; rejected_files --delete {pk}"
    ),
    "admin:catalog_uploadfile_changelist": (
        "rejected_files; rejected_files --fetch; rejected_files --resubmit-all; "
        "rejected_files --delete FILE; rejected_files --clear"
    ),
    "admin:catalog_drift_changelist": (
        "run_job catalog.report_drift; drifts; drifts SKU --reconcile; drifts --reconcile --all"
    ),
    "admin:catalog_product_changelist": (
        "validate; upload --direct SKU; upload --bulk --all; sync SKU; archive SKU; "
        "archive --undo SKU; bulk_products ACTION SKU; export_products FILE --where QUERY; "
        "product SKU --set price=PRICE; saved_views PERSON catalog.product --save NAME --where QUERY"
    ),
    "catalog:causes": "validate",
    "admin:catalog_product_change": (
        "product {sku} --set price=PRICE; product {sku} --set attribute.CODE=VALUE; "
        "product {sku} --set enabled=no; product {sku} --look; product {sku} --send whole; "
        "validate {sku}; upload --direct {sku}; sync {sku}; archive {sku}; archive --undo {sku}"
    ),
    "admin:catalog_brandrule_changelist": (
        "brand_rule; brand_rule BRAND --keep-off; brand_rule BRAND --offer; brand_rule BRAND --drop"
    ),
    "admin:catalog_brandrule_add": "brand_rule BRAND --keep-off; brand_rule BRAND --offer",
    "admin:catalog_brandrule_change": "brand_rule BRAND --keep-off; brand_rule BRAND --offer",
    "admin:catalog_brandrule_delete": "brand_rule BRAND --drop",
    "admin:catalog_product_add": "product SKU --create --set name=NAME --set price=PRICE --set quantity=N",
    "admin:catalog_product_delete": "product SKU --delete --dry-run; product SKU --delete",
    "catalog:product_view": "product SKU --look",
    "catalog:product_sync": "product SKU --send whole; product SKU --send offer",
    "catalog:cause": (
        "fix_cause {code} --value VALUE; product SKU --set FIELD=VALUE; validate SKU; "
        "bulk_products validate --where problems={code}"
    ),
    "catalog:runs": "mass_actions",
    "catalog:run": (
        "mass_actions {pk}; mass_actions {pk} --pause; mass_actions {pk} --resume; "
        "mass_actions {pk} --cancel; mass_actions {pk} --retry; mass_actions {pk} --rest; "
        "mass_actions {pk} --undo"
    ),
    "catalog:link_vanished": "vanished --link JET_SKU STORE_SKU",
    "catalog:archive_vanished": "vanished --archive JET_SKU",
    "catalog:clear_files": "rejected_files --clear; rejected_files --clear --refused",
    "catalog:delete_file": "rejected_files --delete {pk}",
}
