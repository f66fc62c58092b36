"""The menu: objects first, in the order in which a merchant meets them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy


def _item(
    title: str, icon: str, url: str, permission: str, badge: str = "", *, more: bool = False
) -> dict[str, Any]:
    def allowed(request: HttpRequest) -> bool:
        return not permission or bool(request.user.has_perm(permission))

    item = {"title": title, "icon": icon, "link": reverse_lazy(url), "permission": allowed, "more": more}
    return {**item, "badge": badge} if badge else item


# A group's title leads to its first page and unfolds the others; what one seldom needs stands under More in it.
SIDEBAR: list[dict[str, Any]] = [
    {"title": "Home", "items": [
        _item("Dashboard", "dashboard", "admin:index", ""),
    ]},
    {"title": "Jet Products", "items": [
        _item("Upload Products", "inventory_2", "admin:catalog_product_changelist", "catalog.view_product"),
        _item("Import Products", "upload_file", "catalog:imports", "catalog.import_products"),
        _item("Category Mapping", "conversion_path", "mapping:categories", "mapping.view_categorymapping"),
        _item("Attribute Mapping", "label", "mapping:attributes", "mapping.view_attributemapping"),
        _item("Jet Categories", "account_tree", "admin:mapping_jetcategory_changelist", "mapping.view_jetcategory", more=True),
        _item("Store Categories", "folder_open", "admin:catalog_storecategory_changelist", "catalog.view_storecategory", more=True),
        _item("Attributes", "sell", "admin:catalog_attribute_changelist", "catalog.view_attribute", more=True),
        _item("Brand Rules", "rule", "admin:catalog_brandrule_changelist", "catalog.view_brandrule", more=True),
        _item("Price Reviews", "price_change", "catalog:price_reviews", "catalog.view_pricereview", "catalog.listings.badges.price_reviews", more=True),
    ]},
    {"title": "Listing problems", "items": [
        _item("Fix by Cause", "healing", "catalog:causes", "catalog.view_product", "catalog.listings.badges.problems"),
        _item("Rejected Files", "report", "admin:catalog_uploadfile_changelist", "catalog.view_uploadfile", "catalog.listings.badges.rejected_files"),
        _item("Drift Report", "difference", "admin:catalog_drift_changelist", "catalog.view_drift", "catalog.listings.badges.drifts"),
        _item("Vanished Products", "visibility_off", "catalog:vanished", "catalog.view_listing"),
    ]},
    {"title": "Jet Orders", "items": [
        _item("Orders", "shopping_cart", "admin:orders_order_changelist", "orders.view_order", "orders.badges.open_orders"),
        _item("Failed / Pending", "production_quantity_limits", "admin:orders_failedorder_changelist", "orders.view_failedorder", "orders.badges.failed_orders"),
        _item("Oversell Report", "trending_down", "admin:orders_oversell_changelist", "orders.view_oversell"),
        _item("Store Differences", "compare_arrows", "orders:store_differences", "orders.view_order"),
    ]},
    {"title": "Jet Returns", "items": [
        _item("Returns", "assignment_return", "admin:returns_returnrequest_changelist", "returns.view_returnrequest", "returns.badges.open_returns"),
        _item("Refunds", "payments", "admin:returns_refund_changelist", "returns.view_refund"),
        _item("Settlements", "account_balance", "admin:returns_settlement_changelist", "returns.view_settlement"),
    ]},
    {"title": "Operations", "items": [
        _item("Cron Status", "schedule", "desk:cron", "core.view_jobrun", "jetbridge.desk.badges.late_jobs"),
        _item("API Log", "receipt_long", "admin:core_apicall_changelist", "core.view_apicall"),
        _item("History", "history", "admin:core_event_changelist", "core.view_event"),
        _item("Notifications", "notifications", "admin:core_notification_changelist", "core.view_notification"),
    ]},
    {"title": "Settings", "items": [
        _item("Configuration", "tune", "desk:configuration", "core.view_configuration"),
        _item("Jet API (test mode)", "checklist", "desk:jet_api", "core.validate_account"),
        _item("Users", "group", "admin:auth_user_changelist", "auth.view_user"),
        _item("Webhooks", "webhook", "api:webhooks", "api.manage_webhooks", more=True),
        _item("Personal Data", "shield_person", "desk:personal_data", "core.view_configuration", more=True),
    ]},
    {"title": "Help", "items": [
        _item("Knowledge Base", "help", "desk:help", ""),
        _item("Error Book", "menu_book", "desk:errors", ""),
        _item("Help and Support", "contact_support", "desk:support", "core.view_configuration"),
    ]},
]  # fmt: skip


@cache
def names() -> dict[str, str]:
    """Return what the menu calls each page, by its address."""
    return {str(item["link"]): item["title"] for group in SIDEBAR for item in group["items"]}


@dataclass(frozen=True)
class Group:
    """A group of the menu as one person sees it: the page that its title opens, what it unfolds, and what needs them."""

    title: str
    first: dict[str, Any]
    items: list[dict[str, Any]]
    more: list[dict[str, Any]]
    need: str
    is_open: bool
    is_more_open: bool


def groups(navigation: list[dict[str, Any]] | None) -> list[Group]:
    """Return the groups in which there is a page that the person may see; none where nobody is known."""
    found = []
    for group in navigation or ():
        items = [item for item in group["items"] if item["has_permission"]]
        if items:
            first, *rest = items
            more = [item for item in rest if item["more"]]
            is_open = any(item["active"] for item in items) and len(items) > 1
            is_more_open = any(item["active"] for item in more)
            found.append(
                Group(
                    group["title"], first, [item for item in rest if not item["more"]], more, _need(items), is_open,
                    is_more_open,
                )
            )  # fmt: skip
    return found


def _need(items: list[dict[str, Any]]) -> str:
    """Return how much needs a person in all pages of a group; beyond what a badge counts, with a plus."""
    words = [str(item["badge_callback"]) for item in items if "badge_callback" in item]
    total = sum(int(each.rstrip("+")) for each in words if each)
    return f"{total:,}{'+' if any(each.endswith('+') for each in words) else ''}" if total else ""
