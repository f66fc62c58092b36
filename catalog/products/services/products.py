"""Stores what a person edited of a product, and has the parts sent that Jet should learn of."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from catalog.listings.facets import updates
from catalog.listings.models import Facet
from catalog.listings.services import archives, edits, vanished
from catalog.listings.services.edits import Edit
from catalog.products.models import (
    Product,
    ProductCategory,
    ProductImage,
    ProductText,
    StoreCategory,
    Variation,
)
from catalog.products.services import stock
from catalog.rules.models import ReturnException, ShippingException
from jetbridge.core import configuration

# What a changed table of rows means to Jet.
PARTS: dict[Any, str] = {
    ProductImage: "images",
    Variation: "variations",
    ShippingException: "shipping_exceptions",
    ReturnException: "return_exception",
}


def edit_of(*, product: Product, fields: Collection[str], tables: Collection[Any], former_sku: str) -> Edit:
    """Say what an edit was: the changed columns, the tables whose rows changed, and the SKU before."""
    columns = {*fields, *({"texts"} if ProductText in tables else ())}
    parts: dict[str, Any] = {name: model in tables for model, name in PARTS.items()}
    return Edit(fields=columns, former_sku=former_sku if former_sku != product.sku else "", **parts)


@transaction.atomic
def store(*, product: Product, changed: Collection[str]) -> None:
    """
    Write the changed columns of a product, and no others: orders move its stock meanwhile.

    A quantity typed by hand becomes a stock movement. A new product is written whole.
    """
    columns = set(changed) - {"quantity", "categories"}
    typed = product.quantity
    if product.pk is None:
        product.quantity = 0
        product.save()
    elif columns:
        keys = {"sku_key"} if "sku" in columns else set()
        product.save(update_fields=columns | keys | {"updated_at"})
    if "quantity" in changed:
        config = configuration.current()
        stock.set_quantity(
            product=product, quantity=typed, sync=config.auto_sync and config.sync_inventory_on_edit
        )


@transaction.atomic
def place(*, product: Product, categories: Iterable[StoreCategory]) -> None:
    """Let a product stand in exactly these store categories."""
    wanted = {category.pk for category in categories}
    held = ProductCategory.objects.filter(product=product)
    held.exclude(category_id__in=wanted).delete()
    known = set(held.values_list("category_id", flat=True))
    ProductCategory.objects.bulk_create(
        [ProductCategory(product=product, category_id=pk) for pk in sorted(wanted - known)]
    )
    if product.listed_in_id and product.listed_in_id not in wanted:
        # A category that it left cannot be the one that counts.
        Product.objects.filter(pk=product.pk).update(listed_in=None)
        product.listed_in = None


@transaction.atomic
def finish(*, product: Product, edit: Edit, is_new: bool = False) -> set[Facet]:
    """Follow an edit up: waiting parents get their child, the verdict is old, Jet learns what it should."""
    wanted = edits.product_edited(product, edit)
    if is_new or edit.former_sku:
        # Only now no listing of the former SKU stands in the way.
        vanished.adopt()
        parents = Variation.objects.filter(child=None, child_sku=product.sku).exclude(parent=product)
        adopted = list(parents.values_list("parent_id", flat=True))
        parents.update(child=product)
        updates.product_changed(adopted, [Facet.VARIATION], by="a child was added")
    return wanted


@transaction.atomic
def delete(*, product: Product) -> None:
    """Take a product out of the store; Jet closes its SKU, which no longer has anything to sell."""
    archives.close_products([product.pk], by="product deleted")
    product.delete()
