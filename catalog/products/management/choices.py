"""Finds the products that a person names by SKU, or all of them, for commands."""

from collections.abc import Sequence

from catalog.products.models import Product
from catalog.products.models.products import sku_key


class UnknownSkus(Exception):
    """Some of the named SKUs are not in the store."""

    def __init__(self, skus: Sequence[str]) -> None:
        self.skus = list(skus)
        shown = ", ".join(self.skus[:10]) + (" ..." if len(self.skus) > 10 else "")
        super().__init__(f"The store has no product with this SKU: {shown}")


def ids_of(skus: Sequence[str]) -> list[int]:
    """
    Return the products' ids, in any order; case does not matter where the SKU is unique that way.

    :raises UnknownSkus: names every SKU that is not there
    """
    found = dict(Product.objects.filter(sku__in=skus).values_list("sku", "pk"))
    missing = [sku for sku in skus if sku not in found]
    by_key = dict(
        Product.objects.filter(sku_key__in=[sku_key(sku) for sku in missing]).values_list("sku_key", "pk")
    )
    unknown = [sku for sku in missing if sku_key(sku) not in by_key]
    if unknown:
        raise UnknownSkus(unknown)
    return [*found.values(), *(by_key[sku_key(sku)] for sku in missing)]
