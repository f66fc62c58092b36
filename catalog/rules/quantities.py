"""The quantity that Jet gets. Pure: no query, no request."""

from catalog.products.models import Product
from catalog.rules.eligibility import ListingEligibility
from jetbridge.core.models import Configuration

# Jet's own limit is not known; a quantity beyond this is a slip of the keyboard.
HIGHEST = 1_000_000_000


def jet_quantity(
    product: Product, config: Configuration, eligibility: ListingEligibility | None = None
) -> int:
    """
    Return the units that Jet may sell, never below zero.

    A product without stock management has the configured quantity. A configurable product is not sold
    itself, its children are; a disabled or excluded one is not sold at all. eligibility is what the rules of its
    brand and categories say.
    """
    if not product.enabled or is_kept_off(product, eligibility) or product.kind == Product.Kind.CONFIGURABLE:
        return 0
    if not product.manage_stock:
        return config.unmanaged_quantity
    if not product.is_in_stock:
        return 0
    return min(max(product.available - stock_buffer(product, config, eligibility), 0), HIGHEST)


def is_kept_off(product: Product, eligibility: ListingEligibility | None = None) -> bool:
    """Return whether the product, or a rule for it, says that it is not sold on Jet."""
    return product.excluded or bool(eligibility and eligibility.kept_off)


def stock_buffer(
    product: Product, config: Configuration, eligibility: ListingEligibility | None = None
) -> int:
    """Return the units held back from Jet: the product's own number, its category's, or the configured one."""
    if product.stock_buffer is not None:
        return product.stock_buffer
    if eligibility is not None and eligibility.stock_buffer is not None:
        return eligibility.stock_buffer
    return config.stock_buffer


def explain_quantity(
    product: Product, config: Configuration, eligibility: ListingEligibility | None = None
) -> str:
    """Say in one line how the quantity comes about."""
    if not product.enabled:
        return "0, because the product is disabled."
    if product.excluded:
        return "0, because the product is kept off Jet."
    if eligibility is not None and eligibility.kept_off:
        return f"0, because the product is kept off Jet by {eligibility.kept_off}."
    if product.kind == Product.Kind.CONFIGURABLE:
        return "0, because a configurable product is sold through its children."
    if not product.manage_stock:
        return f"{config.unmanaged_quantity}: no stock management, so the configured quantity counts."
    if not product.is_in_stock:
        return "0, because the product is marked out of stock."
    is_linked = config.store_kind != Configuration.StoreKind.FILES
    there = "for sale in the store" if is_linked else "on hand"
    held = "held for orders that it does not know yet" if is_linked else "reserved"
    return (
        f"{jet_quantity(product, config, eligibility)}: {product.quantity} {there}, "
        f"less {product.reserved} {held}, "
        f"less {stock_buffer(product, config, eligibility)} held back ({_buffer_from(product, eligibility)})."
    )


def _buffer_from(product: Product, eligibility: ListingEligibility | None) -> str:
    if product.stock_buffer is not None:
        return "the product's own buffer"
    if eligibility is not None and eligibility.stock_buffer is not None:
        return f"the buffer of category {eligibility.buffer_from}"
    return "the buffer of the store"
