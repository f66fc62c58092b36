"""What the search above the menu finds: pages, settings and how-tos by their names, and lists to look further in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import site
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from unfold.admin import ModelAdmin

from catalog.products.identifiers import search_code
from catalog.products.models import Product, ProductCode
from catalog.products.models.products import sku_key
from jetbridge.desk import howto
from jetbridge.desk.views.configuration import titles
from jetbridge.panel import menu as pages
from orders import filters as order_filters

LONGEST = 100
MOST_HOWTOS = 4
MOST_EXACT = 4
# What a page was or is called elsewhere, and the buttons on it, by its name in the menu.
_ALSO = """
    Dashboard: Home
    Upload Products: Products; Jet Products; Edit product; jet.com tab; Jet Shipping Exception
    Upload Products: Jet Return Exception; Selected Product Upload; Selected Product Archive
    Upload Products: Selected Product Unarchive; Bulk Product Archive; Bulk Product Unarchive; Add Exception
    Import Products: Upload store export
    Category Mapping: Jet Category Mapping
    Attribute Mapping: Jet Attribute; Jet Attribute ID; Configurable products
    Jet Categories: Jet Category List; Upload CSV; Upload & Update; Jet Category Name
    Attributes: Attribute list; Jet Attribute tab
    Fix by Cause: Problems; Validation errors
    Rejected Files: Jet Rejected Files Manager; Fetch Rejected Files; View Errors & Resubmit; Resubmit
    Rejected Files: Clear All Logs
    Orders: View Jet Orders; Fetch Latest Jet Order; Fetch Latest Jet Orders; Ship by Jet; Submit Shipment
    Orders: Ship many; Packing slips; Pick list; Scan
    Failed / Pending: Failed Jet Orders; Failed Orders; On hold; Restock; Map SKU
    Returns: Jet Returns; Fetch New Return; Submit Return; Return Feedback
    Refunds: Jet Refund; Add New Refund; Get Updated Refund Status
    Cron Status: Jet Cron Status; Scheduled jobs
    Configuration: Jet Configuration; API user; Fulfillment Node ID; Validate; Return Location
    Configuration: Product Edit Settings; Jet Product Required Field Mapping; Product Price
    Jet API (test mode): Test API mode; Order generator; Return Generator; Sandbox's clock
    Knowledge Base: Jet Knowledge Base; FAQ
    Help and Support: Help & Support; Contact form
"""
# Lists in which the words are looked up, each with who may see it and what its search finds.
LISTS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("catalog.view_product", "Products", "admin:catalog_product_changelist", {}),
    ("orders.view_order", "Orders", "admin:orders_order_changelist", {"stage": "all"}),
    ("", "Error Book", "desk:errors", {}),
)


def _read_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in _ALSO.strip().splitlines():
        title, _, names = line.strip().partition(": ")
        found.setdefault(title, []).extend(names.split("; "))
    return found


ALSO = _read_names()


@dataclass(frozen=True)
class Found:
    """One line below the search."""

    title: str
    description: str
    link: str


def search(request: HttpRequest, menu: Iterable[dict[str, Any]], text: str) -> list[Found]:
    """Return what a person means: what is called just so, pages, settings and how-tos, then the lists."""
    words = text.lower().split()[:10]
    if not words:
        return []
    exact = list(_exact(request, text[:LONGEST].strip()))
    if len(exact) == 1:
        return [*exact, *_lists(request, text[:LONGEST])]
    named = [*exact, *_pages(menu), *_settings(request), *_actions(request)]
    found = [each for each in dict.fromkeys(named) if _holds(f"{each.title} {each.description}", words)]
    chapters = list(howto.search(text))[:MOST_HOWTOS]
    found += [Found(each.title, "How-to", reverse("desk:howto", args=[each.key])) for each in chapters]
    return [*found, *_lists(request, text[:LONGEST])]


def _exact(request: HttpRequest, text: str) -> Iterator[Found]:
    """Give what is called just so: an order by any of its numbers or a parcel's, a product by its SKU or barcode."""
    if request.user.has_perm("orders.view_order"):
        for order in order_filters.named(text):
            yield Found(f"Order {order}", order.get_status_display(), order.get_absolute_url())
    if request.user.has_perm("catalog.view_product"):
        match, code = Q(sku_key=sku_key(text)), search_code(text)
        if code:
            match |= Q(pk__in=ProductCode.objects.filter(code=code).values("product"))
        for product in Product.objects.filter(match).only("sku", "name").order_by("pk")[:MOST_EXACT]:
            page = reverse("admin:catalog_product_change", args=[product.pk])
            yield Found(product.sku, product.name or "Product", page)


def _pages(menu: Iterable[dict[str, Any]]) -> Iterator[Found]:
    for group in menu:
        for item in group["items"]:
            if item.get("has_permission", True):
                title, link = str(item["title"]), str(item["link"])
                yield Found(title, str(group.get("title") or "Page"), link)
                for name in ALSO.get(title, ()):
                    yield Found(name, f"In {title}", link)


def _actions(request: HttpRequest) -> Iterator[Found]:
    """Give what is done in any list, by its name there: with chosen rows, with one, or beside the list."""
    for model, grid in site._registry.items():
        if not grid.has_view_permission(request):
            continue
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        title = pages.names().get(page) or str(model._meta.verbose_name_plural).capitalize()
        for _, label in grid.get_action_choices(request, default_choices=[]):
            yield Found(str(label), f"Select rows in {title}, then Run", page)
        if isinstance(grid, ModelAdmin):
            for action in (*grid.get_actions_row(request), *grid.get_actions_list(request)):
                yield Found(str(action.description), f"In {title}", page)


def _settings(request: HttpRequest) -> Iterator[Found]:
    if request.user.has_perm("core.view_configuration"):
        for key, title in titles().items():
            yield Found(title, "Configuration", reverse("desk:configuration_tab", args=[key]))


def _lists(request: HttpRequest, text: str) -> Iterator[Found]:
    for permission, title, page, fixed in LISTS:
        if not permission or request.user.has_perm(permission):
            yield Found(f"“{text}”", f"Look in {title}", f"{reverse(page)}?{urlencode({**fixed, 'q': text})}")


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text.lower() for word in words)
