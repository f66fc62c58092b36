"""What the search above the menu finds: pages, settings and how-tos by their names, and lists to look further in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from jetbridge.desk import howto
from jetbridge.desk.views.configuration import titles

LONGEST = 100
MOST_HOWTOS = 4
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
    """Return what a person means: pages first, then settings and how-tos, then the lists."""
    words = text.lower().split()[:10]
    if not words:
        return []
    named = [*_pages(menu), *_settings(request)]
    found = [each for each in named if _holds(f"{each.title} {each.description}", words)]
    chapters = list(howto.search(text))[:MOST_HOWTOS]
    found += [Found(each.title, "How-to", reverse("desk:howto", args=[each.key])) for each in chapters]
    return [*found, *_lists(request, text[:LONGEST])]


def _pages(menu: Iterable[dict[str, Any]]) -> Iterator[Found]:
    for group in menu:
        for item in group["items"]:
            if item.get("has_permission", True):
                yield Found(str(item["title"]), str(group.get("title") or "Page"), str(item["link"]))


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
