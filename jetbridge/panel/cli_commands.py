"""Which command stands behind a page's buttons: shown at the foot of the page, to be copied into a script."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode


class Plan(Protocol):
    """What is asked of a mass action's plan."""

    pk: Any
    action: str
    ids: Any
    filters: Mapping[str, Any]
    options: Mapping[str, Any]


# Capital letters stand for what the person puts in. docs/commands.md tells more of each.
PAGE_COMMANDS: dict[str, tuple[str, ...]] = {
    "desk:configuration": (
        "configure",
        "validate_account",
        "configure --undo TAB",
        "configure --switch live",
    ),
    "desk:configuration_tab": (
        "configure",
        "validate_account",
        "configure --undo {tab}",
    ),
    "desk:cron": ("run_job JOB", "schedule_job JOB --pause --note WHY"),
    "desk:job": ("run_job {name}", "schedule_job {name} --every MINUTES --note WHY"),
    "desk:reschedule": ("schedule_job {name} --every MINUTES --note WHY",),
    "desk:pause": ("schedule_job {name} --pause --note WHY",),
    "desk:my_notifications": ("notifications PERSON --mail KIND=digest", "notifications PERSON --mark-read"),
    "admin:core_notification_changelist": ("notifications PERSON", "notifications PERSON --mark-read"),
    "desk:support": ("ask_support SUBJECT TEXT", "support_bundle"),
    "mapping:taxonomy": (
        "import_taxonomy DIR",
        "import_taxonomy DIR --dry-run",
        "taxonomy_imports",
        "taxonomy_imports --from-jet",
    ),
    "mapping:categories": (
        "map_category PATH JET_ID",
        "map_category PATH JET_ID --below",
        "map_category PATH --clear",
        "map_category --undo CHANGE",
    ),
    "admin:mapping_attributemapping_changelist": ("map_attribute CODE JET_ID",),
    "catalog:imports": ("import_products FILE", "import_products FILE --dry-run"),
    "catalog:vanished": (
        "vanished",
        "run_job catalog.sync_statuses",
        "vanished --link JET_SKU STORE_SKU",
        "vanished --archive JET_SKU",
    ),
    "catalog:price_reviews": (
        "price_reviews",
        "price_reviews --accept SKU",
        "price_reviews --decline SKU",
        "price_reviews --accept --all",
    ),
    "catalog:file": (
        "rejected_files --resubmit {pk}",
        "rejected_files --show {pk}",
        "rejected_files --delete {pk}",
    ),
    "admin:catalog_uploadfile_changelist": (
        "rejected_files",
        "rejected_files --fetch",
        "rejected_files --resubmit-all",
        "rejected_files --delete FILE",
        "rejected_files --clear",
    ),
    "admin:catalog_drift_changelist": (
        "run_job catalog.report_drift",
        "drifts",
        "drifts SKU --reconcile",
        "drifts --reconcile --all",
    ),
    "admin:catalog_product_changelist": (
        "validate",
        "upload --direct SKU",
        "upload --bulk --all",
        "sync SKU",
        "archive SKU",
        "archive --undo SKU",
        "bulk_products ACTION SKU",
        "export_products FILE --where QUERY",
        "product SKU --set price=PRICE",
        "saved_views PERSON catalog.product --save NAME --where QUERY",
    ),
    "catalog:causes": ("validate",),
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
    "admin:catalog_product_change": (
        "product {sku} --set price=PRICE",
        "product {sku} --set attribute.CODE=VALUE",
        "product {sku} --set enabled=no",
        "product {sku} --look",
        "product {sku} --send whole",
        "validate {sku}",
        "upload --direct {sku}",
        "sync {sku}",
        "archive {sku}",
        "archive --undo {sku}",
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
    "admin:returns_returnrequest_changelist": ("fetch_returns", "complete_return RETURN"),
    "returns:return": ("complete_return {return}", "complete_return {return} --zero"),
    "returns:refund_add": ("refund_order ORDER --units SKU=N --reason WHY",),
    "returns:refund": ("sync_refunds",),
    "admin:returns_refund_changelist": (
        "export_refunds FILE",
        "sync_refunds",
        "refund_order ORDER --units SKU=N --reason WHY",
    ),
    "admin:returns_settlement_changelist": (
        "fetch_settlements",
        "fetch_settlements --days N",
    ),
    "desk:import_configuration": (
        "configure --load FILE --dry-run",
        "configure --load FILE",
        "configure --export FILE",
    ),
    "desk:configuration_history": ("history --object core.configuration",),
    "desk:jet_api": (
        "jet_api",
        "jet_api all",
        "jet_api --order SKU --quantity N",
        "jet_api --return ORDER",
        "configure --switch live",
    ),
    "desk:remove_demo": (
        "remove_demo --dry-run",
        "remove_demo",
    ),
    "desk:run": (
        "mass_actions",
        "api_log --job JOB",
    ),
    "admin:core_event_changelist": (
        "history",
        "history SKU",
        "history --person PERSON --since DAY",
    ),
    "admin:core_event_change": ("history REQUEST_ID",),
    "admin:core_apicall_changelist": (
        "api_log",
        "api_log SKU",
        "api_log --answer refused --since DAY",
    ),
    "admin:core_apicall_change": (
        "api_log --show {object_id}",
        "api_log --curl {object_id}",
        "api_log --again {object_id}",
    ),
    "admin:auditlog_logentry_changelist": ("history --edits", "history --edits SKU"),
    "admin:auth_user_changelist": (
        "people",
        "people NAME --create --groups merchant",
        "people NAME --groups merchant,operations",
        "people NAME --lock",
    ),
    "admin:auth_user_add": ("people NAME --create --groups merchant --email EMAIL",),
    "admin:auth_user_change": (
        "people NAME --groups merchant",
        "people NAME --lock",
        "people NAME --unlock",
        "people NAME --password -",
    ),
    "admin:auth_user_password_change": ("people NAME --password -",),
    "admin:auth_user_delete": (
        "people NAME --delete",
        "people NAME --lock",
    ),
    "admin:auth_group_changelist": (
        "roles",
        "roles GROUP --create",
    ),
    "admin:auth_group_add": ("roles GROUP --create --give APP.PERMISSION",),
    "admin:auth_group_change": (
        "roles GROUP",
        "roles GROUP --give APP.PERMISSION",
        "roles GROUP --take APP.PERMISSION",
    ),
    "admin:auth_group_delete": ("roles GROUP --delete",),
    "admin:django_celery_beat_periodictask_changelist": ("schedule_job JOB --every MINUTES --note WHY",),
    "admin:django_celery_beat_periodictask_change": (
        "schedule_job JOB --every MINUTES --note WHY",
        "schedule_job JOB --at-hour HOUR --note WHY",
    ),
    "admin:catalog_brandrule_changelist": (
        "brand_rule",
        "brand_rule BRAND --keep-off",
        "brand_rule BRAND --offer",
        "brand_rule BRAND --drop",
    ),
    "admin:catalog_brandrule_add": (
        "brand_rule BRAND --keep-off",
        "brand_rule BRAND --offer",
    ),
    "admin:catalog_brandrule_change": (
        "brand_rule BRAND --keep-off",
        "brand_rule BRAND --offer",
    ),
    "admin:catalog_brandrule_delete": ("brand_rule BRAND --drop",),
    "admin:catalog_storecategory_changelist": (
        "store_category",
        "store_category PATH --add",
    ),
    "admin:catalog_storecategory_add": ("store_category PATH --add --offer above",),
    "admin:catalog_storecategory_change": (
        "store_category PATH --name NAME",
        "store_category PATH --below PATH",
        "store_category PATH --offer keep-off --hold-back N",
    ),
    "admin:catalog_storecategory_delete": (
        "store_category PATH --delete --dry-run",
        "store_category PATH --delete",
    ),
    "admin:catalog_attribute_changelist": (
        "attribute",
        "attribute CODE --add --kind select --option VALUE",
    ),
    "admin:catalog_attribute_add": ("attribute CODE --add --label LABEL --kind select --option VALUE",),
    "admin:catalog_attribute_change": (
        "attribute CODE --label LABEL --kind select",
        "attribute CODE --option VALUE",
        "map_attribute CODE JET_ID",
    ),
    "admin:catalog_attribute_delete": ("attribute CODE --delete",),
    "admin:catalog_product_add": ("product SKU --create --set name=NAME --set price=PRICE --set quantity=N",),
    "admin:catalog_product_delete": (
        "product SKU --delete --dry-run",
        "product SKU --delete",
    ),
    "catalog:product_view": ("product SKU --look",),
    "catalog:product_sync": (
        "product SKU --send whole",
        "product SKU --send offer",
    ),
    "catalog:cause": (
        "product SKU --set FIELD=VALUE",
        "validate SKU",
        "bulk_products validate --where problems={code}",
    ),
    "catalog:import_file": (
        "import_files --confirm {pk}",
        "import_files --discard {pk}",
        "import_products FILE",
    ),
    "catalog:runs": ("mass_actions",),
    "catalog:run": (
        "mass_actions {pk}",
        "mass_actions {pk} --pause",
        "mass_actions {pk} --resume",
        "mass_actions {pk} --cancel",
        "mass_actions {pk} --retry",
        "mass_actions {pk} --rest",
        "mass_actions {pk} --undo",
    ),
    "orders:runs": ("mass_actions",),
    "orders:run": (
        "mass_actions {pk}",
        "mass_actions {pk} --pause",
        "mass_actions {pk} --resume",
        "mass_actions {pk} --cancel",
        "mass_actions {pk} --retry",
    ),
    "catalog:link_vanished": ("vanished --link JET_SKU STORE_SKU",),
    "catalog:archive_vanished": ("vanished --archive JET_SKU",),
    "catalog:clear_files": (
        "rejected_files --clear",
        "rejected_files --clear --refused",
    ),
    "catalog:delete_file": ("rejected_files --delete {pk}",),
    "mapping:suggestions": (
        "suggest_categories",
        "suggest_categories --accept SCORE",
    ),
    "mapping:words": (
        "map_attribute CODE --word OURS=JETS",
        "map_attribute CODE --no-word OURS",
    ),
    "mapping:taxonomy_import": (
        "taxonomy_imports --accept {pk} --with-mappings",
        "taxonomy_imports --discard {pk}",
        "taxonomy_imports --look {pk}",
        "taxonomy_imports --restore {pk}",
        "taxonomy_imports --move {pk}",
    ),
    "admin:mapping_attributemapping_add": ("map_attribute CODE JET_ID --unit UNIT --word OURS=JETS",),
    "admin:mapping_attributemapping_change": ("map_attribute CODE JET_ID --unit UNIT --word OURS=JETS",),
    "admin:mapping_attributemapping_delete": ("map_attribute CODE --clear",),
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
    "returns:refund_remove": ("delete_refund REFUND",),
}


PREFIX = "manage.py "
# More names than these make a line that nobody reads; the plan's number stands for them.
MOST_NAMES = 20


class _Known(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return name.upper()


def of_page(name: str, arguments: dict[str, object]) -> list[str]:
    """Return the commands of a page by its address's name, with what is known filled in, quoted for a shell."""
    known = _Known({key: shlex.quote(str(value)) for key, value in arguments.items()})
    return [f"{PREFIX}{words.format_map(known)}" for words in PAGE_COMMANDS.get(name, ())]


def of_plan(command: str, run: Plan, names: Sequence[str]) -> str:
    """
    Return the one command that does exactly what a plan says.

    :param names: what the chosen are called; empty when they are chosen by filters or by another run
    """
    start = f"{PREFIX}{command} {run.action}"
    if names and len(names) <= MOST_NAMES:
        return f"{start} {' '.join(map(shlex.quote, names))}"
    if run.ids is not None or run.options.get("items_of"):
        return f"{start} --plan {run.pk}"
    return (
        f"{start} --where {shlex.quote(urlencode(run.filters, doseq=True))}"
        if run.filters
        else f"{start} --all"
    )
