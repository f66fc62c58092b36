"""What of the store a command's argument names, or a refusal in plain words."""

from catalog.products.models import Attribute, Product, StoreCategory
from catalog.products.models.products import sku_key
from catalog.products.skus import products_of
from jetbridge.core.management.faults import MOST_ALIKE, alike
from jetbridge.core.management.lookups import existing


def product(sku: str) -> Product:
    """
    Return the product of this SKU.

    :raises CommandError: the store has none; alike ones are named
    """
    named = products_of([sku]).spelling(sku)
    return existing(
        Product.objects.all(), lambda: f"The store has no product {sku}. {_alike(sku)}", sku=named or sku
    )


def attribute(code: str) -> Attribute:
    """
    Return the attribute of this code.

    :raises CommandError: the store has none; alike ones are named
    """
    rows = Attribute.objects.all()
    codes = rows.values_list("code", flat=True)
    return existing(rows, lambda: f"The store has no attribute {code}. {alike(code, codes)}", code=code)


def category(path: str) -> StoreCategory:
    """
    Return the category of this path, capitals aside where none has just these.

    :raises CommandError: the store has none; alike ones are named
    """
    rows, given = StoreCategory.objects.all(), path.strip().strip("/")
    exact: StoreCategory | None = rows.filter(full_path=given).first()
    if exact is not None:
        return exact
    paths = rows.values_list("full_path", flat=True)

    def refusal() -> str:
        if not paths:
            return "There are no store categories yet. Import products first: manage.py import_products FILE."
        return f"The store has no category {given!r}. {alike(given, paths)}"

    found: StoreCategory = existing(rows, refusal, full_path__iexact=given)
    return found


def _alike(sku: str) -> str:
    """Ask for SKUs that are written otherwise, or that go on where this one ends."""
    key = sku_key(sku)
    near = (
        Product.objects.filter(sku_key__startswith=key).order_by("sku_key") if key else Product.objects.none()
    )
    found = list(near.values_list("sku", flat=True)[:MOST_ALIKE])
    return f"Did you mean: {'; '.join(found)}?" if found else ""
