"""Marks the verdicts that a change of mapping or taxonomy makes old."""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from catalog.models import Product, mark_stale

# Ids kept in memory at once while a large category is walked.
PAGE = 5_000


def mark_products_below(paths: Iterable[str]) -> None:
    """Mark the products that stand in, or are listed in, these branches of the store's tree (treebeard paths)."""
    mark_stale(products_below(paths))


def products_below(paths: Iterable[str]) -> Iterator[int]:
    """Yield the ids of the products in these branches, in pages: no cursor stays open while they are marked."""
    tops = _tops(paths)
    below = reduce(or_, (Q(category_links__category__path__startswith=path) for path in tops), Q(pk__in=[]))
    listed = reduce(or_, (Q(listed_in__path__startswith=path) for path in tops), Q(pk__in=[]))
    for condition in (below, listed):
        yield from _pages(Product.objects.filter(condition))


def _pages(products: QuerySet[Product]) -> Iterator[int]:
    last = 0
    while True:
        ids = products.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True).distinct()
        page = list(ids[:PAGE])
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]


def _tops(paths: Iterable[str]) -> list[str]:
    """Leave out branches that lie in another one."""
    tops: list[str] = []
    for path in sorted(set(paths)):
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return tops


def mark_products_with(code: str) -> None:
    """Mark the products that hold a value under an attribute's code."""
    mark_stale(_pages(Product.objects.filter(attributes__has_key=code)))
