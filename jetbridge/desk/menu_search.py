"""What the search above the menu finds: pages, settings and how-tos by their names, and lists to look further in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from catalog.listings.mass_actions.actions import ACTIONS
from catalog.products.identifiers import search_code
from catalog.products.models import Product, ProductCode
from catalog.products.models.products import sku_key
from jetbridge.desk import howto
from jetbridge.desk.views.configuration import titles
from orders import filters as order_filters

LONGEST = 100
MOST_HOWTOS = 4
MOST_EXACT = 4
# Lists in which the words are looked up, each with who may see it and what its search finds.
LISTS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("catalog.view_product", "Products", "admin:catalog_product_changelist", {}),
    ("orders.view_order", "Orders", "admin:orders_order_changelist", {"stage": "all"}),
    ("", "Error Book", "desk:errors", {}),
)


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
    found = [each for each in named if _holds(f"{each.title} {each.description}", words)]
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
                yield Found(str(item["title"]), str(group.get("title") or "Page"), str(item["link"]))


def _actions(request: HttpRequest) -> Iterator[Found]:
    """Give what is done with chosen products, by the names in the grid's menu, which is where it begins."""
    for action in ACTIONS.values():
        if request.user.has_perm(action.permission):
            grid = reverse("admin:catalog_product_changelist")
            yield Found(action.label, "Select products, then Run", grid)


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
