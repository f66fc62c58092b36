"""Stores what a person edited of a product, and announces it."""

from collections.abc import Collection, Iterable

from django.db import transaction

from catalog.products import ownership
from catalog.products.changes import Changed, Kind, announce
from catalog.products.models import Product, ProductCategory, StoreCategory, Variation
from catalog.products.services import typed_quantities


@transaction.atomic
def store(*, product: Product, changed: Collection[str], by_store: bool = False) -> None:
    """
    Write the changed columns of a product, and no others: orders move its stock meanwhile.

    A quantity typed by hand becomes a stock movement. A new product is written whole.

    :param by_store: a linked store changed them
    :raises KeptByStore: somebody else changes what a linked store keeps
    """
    if not by_store:
        ownership.check(product, changed)
    columns = set(changed) - {"quantity", "categories"}
    typed = product.quantity
    if "is_in_stock" in columns and product.closed_by_quantity:
        # Somebody decided it: from now on it no longer follows the quantity.
        product.closed_by_quantity = False
        columns |= {"closed_by_quantity"}
    if product.pk is None:
        product.quantity = 0
        product.save()
    elif columns:
        keys = {"sku_key"} if "sku" in columns else set()
        product.save(update_fields=columns | keys | {"updated_at"})
    if "quantity" in changed:
        typed_quantities.set_quantity(product=product, quantity=typed)


@transaction.atomic
def place(*, product: Product, categories: Iterable[StoreCategory]) -> None:
    """
    Let a product stand in exactly these store categories.

    :raises KeptByStore: a linked store keeps them
    """
    ownership.check(product, {"categories"})
    chosen = {category.pk for category in categories}
    held = ProductCategory.objects.filter(product=product)
    held.exclude(category_id__in=chosen).delete()
    known = set(held.values_list("category_id", flat=True))
    ProductCategory.objects.bulk_create(
        [ProductCategory(product=product, category_id=pk) for pk in sorted(chosen - known)]
    )
    if product.listed_in_id and product.listed_in_id not in chosen:
        # A category that it left cannot be the one that counts.
        Product.objects.filter(pk=product.pk).update(listed_in=None)
        product.listed_in = None


@transaction.atomic
def finish(
    *, product: Product, changed: Collection[str] = (), is_new: bool = False, former_sku: str = ""
) -> set[str]:
    """
    Announce an edit once its rows are stored, and give waiting parents their child.

    changed names columns and rows, as announcements do. Return the parts of the product that are sent somewhere now.
    """
    former_sku = former_sku if former_sku != product.sku else ""
    fields = {*changed, "sku"} if is_new or former_sku else changed
    edited = Changed(product.pk, product.sku, frozenset(fields), is_new, former_sku)
    sent = announce(Kind.EDITED, [edited], by="edit")
    if "sku" in edited.fields:
        _link_parents(product)
    return sent


def _link_parents(product: Product) -> None:
    waiting = Variation.objects.filter(child=None, child_sku=product.sku).exclude(parent=product)
    parents = list(waiting.values_list("parent_id", "parent__sku"))
    waiting.update(child=product)
    announce(Kind.CHILD_LINKED, (Changed(pk, sku, frozenset({"variations"})) for pk, sku in parents))


@transaction.atomic
def delete(*, product: Product) -> None:
    """Take a product out of the store; what hangs on it is notified before it goes."""
    announce(Kind.REMOVING, [Changed(product.pk, product.sku)])
    product.delete()
