"""Marks the results that a change of mapping or taxonomy makes old."""

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import islice
from operator import or_

from django.db.models import Q, QuerySet

from catalog.mapping.changes import MappingChanged
from catalog.products.models import Product
from catalog.rules.models import CatalogChange, mark_stale, note_change
from jetbridge.jobs.queue import nudge

# Ids kept in memory at once while a large category is walked.
PAGE = 5_000
# More products than this are not marked while a person waits: a job walks them.
AT_ONCE = 2_000
REASONS = {
    CatalogChange.Scope.BELOW: "category mapping or taxonomy",
    CatalogChange.Scope.CODES: "attribute mapping",
}


def follow_mapping(change: MappingChanged) -> None:
    """Mark the results that a changed mapping or taxonomy makes old."""
    if change.paths:
        mark_products_below(change.paths)
    for code in change.codes:
        mark_products_with(code)
    nudge("catalog.refresh_validation")


def mark_products_below(paths: Iterable[str]) -> None:
    """Mark the products that stand in, or are listed in, these branches of the store's tree (treebeard paths)."""
    tops = _tops(paths)
    _mark(products_below(tops), CatalogChange.Scope.BELOW, tops)


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
    held = Q(attributes__has_key=code) | Q(texts__attributes__has_key=code)
    # A parent need not have the value itself; its result speaks of the attribute all the same.
    differ = Q(kind=Product.Kind.CONFIGURABLE, variation_codes__icontains=f'"{code}"')
    _mark(_pages(Product.objects.filter(held | differ)), CatalogChange.Scope.CODES, [code])


def _mark(ids: Iterator[int], scope: CatalogChange.Scope, names: list[str]) -> None:
    first = list(islice(ids, AT_ONCE))
    rest = next(ids, None)
    if rest is None:
        mark_stale(first)
    else:
        note_change(scope, reason=REASONS[scope], names=names)
