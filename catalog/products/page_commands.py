"""Which commands stand behind the buttons of each page of the room."""

COMMANDS = {
    "catalog:imports": "import_products FILE; import_products FILE --dry-run; pull_store --full --dry-run",
    "admin:catalog_storecategory_changelist": "store_category; store_category PATH --add",
    "admin:catalog_storecategory_add": "store_category PATH --add --offer above",
    "admin:catalog_storecategory_change": (
        "store_category PATH --name NAME; store_category PATH --below PATH; "
        "store_category PATH --offer keep-off --hold-back N"
    ),
    "admin:catalog_storecategory_delete": (
        "store_category PATH --delete --dry-run; store_category PATH --delete"
    ),
    "admin:catalog_attribute_changelist": "attribute; attribute CODE --add --kind select --option VALUE",
    "admin:catalog_attribute_add": "attribute CODE --add --label LABEL --kind select --option VALUE",
    "admin:catalog_attribute_change": (
        "attribute CODE --label LABEL --kind select; attribute CODE --option VALUE; map_attribute CODE JET_ID"
    ),
    "admin:catalog_attribute_delete": "attribute CODE --delete",
    "catalog:import_file": (
        "import_files --confirm {pk}; import_files --again {pk} --dates dmy; import_files --discard {pk}; "
        "import_products FILE"
    ),
}
