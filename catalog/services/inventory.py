"""The quantity that Jet gets. Pure: no query, no request."""

from catalog.models import Product
from jetbridge.core.models import Configuration

# Jet's own limit is not known; a quantity beyond this is a slip of the keyboard.
HIGHEST = 1_000_000_000


def jet_quantity(product: Product, config: Configuration) -> int:
    """
    Return the units that Jet may sell, never below zero.

    A product without stock management has the configured quantity. A configurable product is not sold
    itself, its children are; a disabled or excluded one is not sold at all.
    """
    if not product.enabled or product.excluded or product.kind == Product.Kind.CONFIGURABLE:
        return 0
    if not product.manage_stock:
        return config.unmanaged_quantity
    if not product.is_in_stock:
        return 0
    return min(max(product.available - stock_buffer(product, config), 0), HIGHEST)


def stock_buffer(product: Product, config: Configuration) -> int:
    """Return the units held back from Jet: the product's own number, or the configured one."""
    return config.stock_buffer if product.stock_buffer is None else product.stock_buffer


def explain_quantity(product: Product, config: Configuration) -> str:
    """Say in one line how the quantity comes about."""
    if not product.enabled:
        return "0, because the product is disabled."
    if product.excluded:
        return "0, because the product is kept off Jet."
    if product.kind == Product.Kind.CONFIGURABLE:
        return "0, because a configurable product is sold through its children."
    if not product.manage_stock:
        return f"{config.unmanaged_quantity}: no stock management, so the configured quantity counts."
    if not product.is_in_stock:
        return "0, because the product is marked out of stock."
    held_back = stock_buffer(product, config)
    return (
        f"{jet_quantity(product, config)}: {product.quantity} on hand, less {product.reserved} reserved, "
        f"less {held_back} held back."
    )
