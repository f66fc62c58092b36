"""What of the store a command's argument names, or a refusal in plain words."""

from catalog.products.models import Attribute, Product
from jetbridge.core.management.lookups import existing


def product(sku: str) -> Product:
    """
    Return the product of this SKU.

    :raises CommandError: the store has none
    """
    return existing(Product.objects.all(), f"The store has no product {sku}.", sku=sku)


def attribute(code: str) -> Attribute:
    """
    Return the attribute of this code.

    :raises CommandError: the store has none
    """
    return existing(Attribute.objects.all(), f"The store has no attribute {code}.", code=code)
