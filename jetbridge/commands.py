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
        "validate",
        "upload --direct SKU",
        "upload --bulk --all",
        "sync SKU",
        "archive SKU",
        "archive --undo SKU",
        "bulk_products ACTION SKU",
    ),
    "catalog:causes": ("validate",),
    "admin:orders_order_changelist": ("fetch_orders", "fetch_orders ORDER", "bulk_orders", "export_orders"),
    "admin:orders_failedorder_changelist": (
        "retry_order ORDER",
        "retry_order --all",
        "choose_product ORDER SKU",
    ),
    "admin:catalog_product_change": (
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
    "admin:returns_refund_changelist": ("sync_refunds", "refund_order ORDER --units SKU=N --reason WHY"),
    "admin:returns_settlement_changelist": ("fetch_settlements",),
}


# More names than these make a line that nobody reads; the plan's number stands for them.
MOST_NAMES = 20


class _Known(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return name.upper()


def of_page(name: str, arguments: dict[str, object]) -> list[str]:
    """Return the commands of a page by its address's name, with what is known filled in, quoted for a shell."""
    known = _Known({key: shlex.quote(str(value)) for key, value in arguments.items()})
    return [f"manage.py {words.format_map(known)}" for words in PAGE_COMMANDS.get(name, ())]


def of_plan(command: str, run: Plan, names: Sequence[str]) -> str:
    """
    Return the one command that does exactly what a plan says.

    :param names: what the chosen are called; empty when they are chosen by filters or by another run
    """
    start = f"manage.py {command} {run.action}"
    if names and len(names) <= MOST_NAMES:
        return f"{start} {' '.join(map(shlex.quote, names))}"
    if run.ids is not None or run.options.get("items_of"):
        return f"{start} --plan {run.pk}"
    return (
        f"{start} --where {shlex.quote(urlencode(run.filters, doseq=True))}"
        if run.filters
        else f"{start} --all"
    )
