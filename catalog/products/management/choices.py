"""Finds the products that a person names by SKU, or all of them, for commands."""

from collections.abc import Sequence

from catalog.products.models import Product
from catalog.products.skus import products_of


class UnknownSkus(Exception):
    """Some of the named SKUs are not in the store."""

    def __init__(self, skus: Sequence[str]) -> None:
        self.skus = list(skus)
        shown = ", ".join(self.skus[:10]) + (" ..." if len(self.skus) > 10 else "")
        super().__init__(f"The store has no product with this SKU: {shown}")


def spelled(skus: Sequence[str]) -> list[str]:
    """Return SKUs as the store spells them; those that it does not know stay as they are."""
    found = products_of(skus, Product.objects.only("sku", "sku_key"))
    return [found.spelling(sku) or sku for sku in skus]


def ids_of(skus: Sequence[str]) -> list[int]:
    """
    Return the products' ids, in any order; case does not matter where the SKU is unique that way.

    :raises UnknownSkus: names every SKU that is not there
    """
    spelled = products_of(skus, Product.objects.only("sku", "sku_key"))
    found = {sku: product.pk for sku in skus if (product := spelled.get(sku)) is not None}
    if unknown := [sku for sku in skus if sku not in found]:
        raise UnknownSkus(unknown)
    return list(dict.fromkeys(found.values()))
