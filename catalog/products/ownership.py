"""Which fields of a product a linked store keeps: they are changed there, and nowhere else."""

from collections.abc import Collection

from catalog.products.models import Product, ProductLink, StoreCategory
from jetbridge.core import configuration
from jetbridge.core.models import Configuration

# Columns that say how a product stands on Jet; all others are the store's, and so are its rows but the exceptions.
OURS = frozenset(
    {
        "excluded",
        "offered_anyway",
        "stock_buffer",
        "listed_in",
        "jet_fields",
        "shipping_exceptions",
        "return_exceptions",
    }
)
KEPT = "The linked store keeps {}: change that there. What is Jet's own can be changed here."
NEW = "Products come from the linked store: add it there."
FILE = (
    "The linked store keeps the products, so nothing of this file can be taken: change them there. A file may bring "
    "Jet's own columns (those that begin with jet.)."
)
PARTLY = "The linked store keeps the products: of this file only Jet's own columns are taken."


STOCK = "The linked store keeps the stock. Change it there; Read stock from the store brings it here."
# Its columns are the store's even of a product that the store does not have: that is not for sale.
STOCK_COLUMNS = frozenset({"quantity", "manage_stock", "is_in_stock"})


class KeptByStore(Exception):
    """A change that only the linked store may make; the message says what it keeps."""


def is_linked() -> bool:
    """Return whether a store elsewhere keeps the products."""
    return configuration.current().store_kind != Configuration.StoreKind.FILES


def number_of(product: Product) -> int | None:
    """Return the product's number in the linked store, or nothing where no store keeps it."""
    if product.pk is None or not is_linked():
        return None
    return ProductLink.objects.filter(product_id=product.pk).values_list("number", flat=True).first()


def check(product: Product, changed: Collection[str]) -> None:
    """
    Let nobody here change what the store keeps.

    :raises KeptByStore: one of these columns or rows is the store's
    """
    if product.pk is None:
        if is_linked():
            raise KeptByStore(NEW)
        return
    kept = sorted(set(changed) - OURS)
    if kept and number_of(product) is not None:
        raise KeptByStore(KEPT.format(", ".join(each.replace("_", " ") for each in kept)))


def check_category(category: StoreCategory | None) -> None:
    """
    Let nobody here add, rename, move or delete a category of the store.

    :raises KeptByStore: it is the store's
    """
    if is_linked() and (category is None or category.store_number is not None):
        raise KeptByStore(KEPT.format("its categories"))
