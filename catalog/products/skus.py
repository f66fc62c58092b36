"""What a SKU from outside stands for: the same spelling first, then the only one that differs in case alone."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from catalog.products.models import Product
from catalog.products.models.products import sku_key

Named = TypeVar("Named")


class Spellings(Generic[Named]):
    """Things of ours by their SKUs, asked by the spelling of others; nothing is guessed where two would fit."""

    def __init__(self, named: Mapping[str, Named] | Iterable[tuple[str, Named]] = ()) -> None:
        self._exact = dict(named)
        self._by_key: dict[str, list[str]] = {}
        for sku in self._exact:
            self._by_key.setdefault(sku_key(sku), []).append(sku)

    def get(self, sku: str) -> Named | None:
        """Return what has this SKU, or the only thing whose SKU differs in case alone."""
        spelling = self.spelling(sku)
        return None if spelling is None else self._exact[spelling]

    def spelling(self, sku: str) -> str | None:
        """Return how we spell this SKU of others; None where nobody has it, or several would fit."""
        if sku in self._exact:
            return sku
        alike = self._by_key.get(sku_key(sku), [])
        is_one = alike and all(self._exact[each] == self._exact[alike[0]] for each in alike)
        return alike[0] if is_one else None

    def in_doubt(self, sku: str) -> list[str]:
        """Return the several SKUs that differ from this one in case alone, where none is spelled like it."""
        return [] if self.spelling(sku) is not None else sorted(self._by_key.get(sku_key(sku), []))


def differ_in_case(sku: str, other: str) -> bool:
    """Return whether two SKUs are spelled differently, and the same to whoever does not look at the case."""
    return sku != other and sku_key(sku) == sku_key(other)


def products_of(skus: Collection[str], rows: QuerySet[Product] | None = None) -> Spellings[Product]:
    """Look up the products that SKUs from outside may stand for, in two questions at most."""
    return Spellings(known_as(skus, Product.objects.all() if rows is None else rows))


def known_as(skus: Collection[str], rows: QuerySet[Product]) -> dict[str, Product]:
    """Return by their own SKUs the products that any of these may mean."""
    found = {product.sku: product for product in rows.filter(sku__in=skus)}
    keys = {sku_key(sku) for sku in skus if sku not in found} - {""}
    if keys:
        found |= {product.sku: product for product in rows.filter(sku_key__in=keys)}
    return found


def product_named(sku: str, rows: QuerySet[Product] | None = None) -> Product | None:
    """Return the product that a SKU from outside stands for, if it is one."""
    return products_of([sku], rows).get(sku)


def doubts(sku: str, alike: Collection[Any]) -> str:
    """Say which SKUs a spelling may stand for."""
    return f"{sku} differs from {' and '.join(map(str, alike))} in case alone: it may stand for any of them."
