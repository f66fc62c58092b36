"""The menu: objects first, in the order in which a merchant meets them."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy


def _item(title: str, icon: str, url: str, permission: str, badge: str = "") -> dict[str, Any]:
    def allowed(request: HttpRequest) -> bool:
        return not permission or bool(request.user.has_perm(permission))

    item = {"title": title, "icon": icon, "link": reverse_lazy(url), "permission": allowed}
    return {**item, "badge": badge} if badge else item


SIDEBAR: list[dict[str, Any]] = [
    {"items": [
        _item("Dashboard", "dashboard", "admin:index", ""),
        _item("Configuration", "tune", "desk:configuration", "core.view_configuration"),
        _item("Jet API (test mode)", "checklist", "desk:jet_api", "core.validate_account"),
    ]},
    {"title": "Jet Categories", "separator": True, "items": [
        _item("Jet Categories", "account_tree", "admin:mapping_jetcategory_changelist", "mapping.view_jetcategory"),
        _item("Category Mapping", "conversion_path", "mapping:categories", "mapping.view_categorymapping"),
        _item("Attribute Mapping", "label", "mapping:attributes", "mapping.view_attributemapping"),
    ]},
    {"title": "Jet Products", "separator": True, "items": [
        _item("Upload Products", "inventory_2", "admin:catalog_product_changelist", "catalog.view_product", "catalog.listings.badges.problems"),
        _item("Fix by Cause", "healing", "catalog:causes", "catalog.view_product"),
        _item("Import Products", "upload_file", "catalog:imports", "catalog.import_products"),
        _item("Rejected Files", "report", "admin:catalog_uploadfile_changelist", "catalog.view_uploadfile", "catalog.listings.badges.rejected_files"),
        _item("Vanished Products", "visibility_off", "catalog:vanished", "catalog.view_listing"),
        _item("Drift Report", "difference", "admin:catalog_drift_changelist", "catalog.view_drift", "catalog.listings.badges.drifts"),
        _item("Price Reviews", "price_change", "catalog:price_reviews", "catalog.view_pricereview", "catalog.listings.badges.price_reviews"),
        _item("Brand Rules", "rule", "admin:catalog_brandrule_changelist", "catalog.view_brandrule"),
        _item("Store Categories", "folder_open", "admin:catalog_storecategory_changelist", "catalog.view_storecategory"),
        _item("Attributes", "sell", "admin:catalog_attribute_changelist", "catalog.view_attribute"),
    ]},
    {"title": "Jet Orders", "separator": True, "items": [
        _item("Orders", "shopping_cart", "admin:orders_order_changelist", "orders.view_order", "orders.badges.open_orders"),
        _item("Failed / Pending", "production_quantity_limits", "admin:orders_failedorder_changelist", "orders.view_failedorder", "orders.badges.failed_orders"),
        _item("Oversell Report", "trending_down", "admin:orders_oversell_changelist", "orders.view_oversell"),
        _item("Store Differences", "compare_arrows", "orders:store_differences", "orders.view_order"),
        _item("Returns", "assignment_return", "admin:returns_returnrequest_changelist", "returns.view_returnrequest", "returns.badges.open_returns"),
        _item("Refunds", "payments", "admin:returns_refund_changelist", "returns.view_refund"),
        _item("Settlements", "account_balance", "admin:returns_settlement_changelist", "returns.view_settlement"),
    ]},
    {"title": "Operations", "separator": True, "items": [
        _item("Cron Status", "schedule", "desk:cron", "core.view_jobrun", "jetbridge.desk.badges.late_jobs"),
        _item("API Log", "receipt_long", "admin:core_apicall_changelist", "core.view_apicall"),
        _item("History", "history", "admin:core_event_changelist", "core.view_event"),
        _item("Notifications", "notifications", "admin:core_notification_changelist", "core.view_notification"),
        _item("Webhooks", "webhook", "api:webhooks", "api.manage_webhooks"),
        _item("Personal Data", "shield_person", "desk:personal_data", "core.view_configuration"),
        _item("Users", "group", "admin:auth_user_changelist", "auth.view_user"),
        _item("Knowledge Base", "help", "desk:help", ""),
        _item("Error Book", "menu_book", "desk:errors", ""),
        _item("Help and Support", "contact_support", "desk:support", "core.view_configuration"),
    ]},
]  # fmt: skip


@cache
def names() -> dict[str, str]:
    """Return what the menu calls each page, by its address."""
    return {str(item["link"]): item["title"] for group in SIDEBAR for item in group["items"]}
