"""What the store holds for the SKUs of one chunk, read with one query a table."""

from collections.abc import Collection

from catalog.products.intake.image_cells import ImageRow
from catalog.products.intake.rows import ChunkState, Row
from catalog.products.intake.store_tables import find_products
from catalog.products.models import Product, ProductCategory, ProductImage, ProductText, Variation


def load_state(rows: Collection[Row]) -> ChunkState:
    """Read what the store holds for these rows."""
    state = ChunkState()
    for product in Product.objects.filter(sku_key__in={row.key for row in rows}).order_by("pk"):
        state.products.setdefault(product.sku_key, product)
        state.products[product.sku] = product
    ids = {product.pk for product in state.products.values()}
    if ids:
        _load_links(state, ids, rows)
    state.children = find_products(
        sku for row in rows if row.variations is not None for sku in row.variations.skus
    )
    return state


def _load_links(state: ChunkState, ids: set[int], rows: Collection[Row]) -> None:
    if any(row.categories is not None for row in rows):
        places = ProductCategory.objects.filter(product_id__in=ids)
        for product_id, category_id in places.values_list("product_id", "category_id"):
            state.categories.setdefault(product_id, set()).add(category_id)
    if any(row.images is not None for row in rows):
        _load_images(state, ids)
    if any(row.variations is not None for row in rows):
        links = Variation.objects.filter(parent_id__in=ids).order_by("parent_id", "position", "pk")
        for parent_id, sku, child_id in links.values_list("parent_id", "child_sku", "child_id"):
            state.variations.setdefault(parent_id, []).append((sku, child_id))
    if any(row.view for row in rows):
        texts = ProductText.objects.filter(product_id__in=ids).select_related("store_view")
        for text in texts:
            state.texts[text.product_id, text.store_view.code] = text


def _load_images(state: ChunkState, ids: set[int]) -> None:
    rows = ProductImage.objects.filter(product_id__in=ids).order_by("product_id", "position", "pk")
    columns = ("product_id", "path", "label", "position", "is_main", "is_swatch", "hidden", "pk")
    for product_id, *values in rows.values_list(*columns):
        state.images.setdefault(product_id, []).append(ImageRow(*values))
