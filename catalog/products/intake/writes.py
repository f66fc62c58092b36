"""Writes planned changes in short transactions, each announced in its own: products with stock and links, texts."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from catalog.products.changes import Changed, Kind, announce
from catalog.products.intake.image_cells import ImageRow
from catalog.products.intake.rows import Change
from catalog.products.intake.store_tables import CategoryTree, find_products
from catalog.products.models import (
    Product,
    ProductCategory,
    ProductImage,
    ProductText,
    StockMovement,
    Variation,
    keep_codes,
)
from catalog.products.models.products import CODED, sku_key
from catalog.products.models.stock import MOVEMENT_COLUMNS
from jetbridge.core.actors import current_actor
from jetbridge.core.models import StoreView
from jetbridge.core.models.bulk_sql import insert, upsert

# So many products are written in one transaction that other writers wait for some tens of milliseconds.
BATCH = 250
# Links that are written in one transaction.
LINKS = 200
# How what follows from an import is distinguished from what follows from an edit.
BY = "import"
VARIATIONS = frozenset({"variations"})

IMAGE = ("path", "label", "position", "is_main", "is_swatch", "hidden")
TEXT = ("name", "description", "short_description", "attributes")
PRODUCT = tuple(field.attname for field in Product._meta.local_concrete_fields if not field.primary_key)


class StoreWriter:
    def __init__(self, tree: CategoryTree, *, document: str) -> None:
        self.tree = tree
        self._document = document[:100]
        self._views = {view.code: view for view in StoreView.objects.all()}

    def store(self, changes: Sequence[Change]) -> None:
        """Write all changes of a chunk, products before the texts that hang on them."""
        self.tree.ensure(path for change in changes for path in change.categories or ())
        products = [change for change in changes if change.text is None]
        for start in range(0, len(products), BATCH):
            self._store_batch(products[start : start + BATCH])
        _write_variations(products)
        self._store_texts([change for change in changes if change.text is not None])

    @transaction.atomic
    def _store_batch(self, batch: Sequence[Change]) -> None:
        moved = self._stock_differences(batch)
        _insert_products([change for change in batch if change.is_new])
        _update_products([change for change in batch if change.fields and not change.is_new])
        self._write_movements(batch, moved)
        self._write_categories([change for change in batch if change.categories is not None])
        _write_images([change for change in batch if change.images])
        _announce(batch)

    def _stock_differences(self, batch: Sequence[Change]) -> dict[str, int]:
        """Read the quantities again under the transaction's lock: orders may have shipped since they were read."""
        found = {change.row.sku: change.product.quantity for change in batch if change.is_new}
        ids = [change.product.pk for change in batch if "quantity" in change.fields and not change.is_new]
        locked = Product.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        now = dict(locked.values_list("pk", "quantity")) if ids else {}
        for change in batch:
            if change.product.pk in now:
                found[change.row.sku] = change.product.quantity - now[change.product.pk]
        return {sku: difference for sku, difference in found.items() if difference}

    def _write_movements(self, batch: Sequence[Change], moved: dict[str, int]) -> None:
        actor, now = current_actor(), timezone.now()
        # One line of one file moves stock once for each value that it brings.
        stamp = f"{now:%Y%m%d%H%M%S%f}"
        insert(
            StockMovement,
            MOVEMENT_COLUMNS,
            [
                (
                    change.product.pk, change.product.sku, StockMovement.Kind.IMPORT, moved[change.row.sku], 0,
                    self._document, f"{change.row.record.line}:{stamp}", now, actor.user_id, actor.job,
                    actor.name,
                )
                for change in batch
                if change.row.sku in moved
            ],
        )  # fmt: skip

    def _write_categories(self, changes: Sequence[Change]) -> None:
        ids = [change.product.pk for change in changes if not change.is_new]
        if ids:
            ProductCategory.objects.filter(product_id__in=ids).delete()
        places = [
            (change.product.pk, self.tree.id_of(path))
            for change in changes
            for path in change.categories or ()
        ]
        insert(ProductCategory, ("product_id", "category_id"), dict.fromkeys(places))

    @transaction.atomic
    def _store_texts(self, changes: Sequence[Change]) -> None:
        rows: dict[tuple[int, int], tuple[object, ...]] = {}
        for change in changes:
            if (text := change.text) is not None:
                key = (change.product.pk, self._view(change.row.view).pk)
                rows[key] = (*key, *(getattr(text, name) for name in TEXT))
        columns = ("product_id", "store_view_id", *TEXT)
        upsert(ProductText, columns, rows.values(), unique=["product_id", "store_view_id"], update=TEXT)
        _announce_rows(changes, "texts")

    def _view(self, code: str) -> StoreView:
        if code not in self._views:
            self._views[code] = StoreView.objects.get_or_create(
                code=code[:64], defaults={"name": code[:200]}
            )[0]
        return self._views[code]


def _insert_products(changes: Sequence[Change]) -> None:
    """Insert new products and read back their keys, on which all links hang."""
    insert(Product, PRODUCT, [_values(change.product) for change in changes])
    skus = [change.product.sku for change in changes]
    keys = dict(Product.objects.filter(sku__in=skus).values_list("sku", "pk")) if skus else {}
    for change in changes:
        change.product.pk = keys[change.product.sku]
    keep_codes([change.product for change in changes], new=True)


def _update_products(changes: Sequence[Change]) -> None:
    """Write the changed columns only, grouped by which they are: what the file does not name is not touched."""

    def columns(change: Change) -> list[str]:
        return sorted(change.fields)

    for names, group in groupby(sorted(changes, key=columns), key=columns):
        rows = [_values(change.product) for change in group]
        upsert(Product, PRODUCT, rows, unique=["sku"], update=[*names, "updated_at", "changed_at"])
    coded = [change.product for change in changes if CODED & change.fields]
    if coded:
        keep_codes(coded)


def _values(product: Product) -> list[object]:
    product.updated_at = product.changed_at = timezone.now()
    product.created_at = product.created_at or product.updated_at
    return [getattr(product, name) for name in PRODUCT]


def _write_images(changes: Sequence[Change]) -> None:
    plans = [(change.product.pk, change.images) for change in changes if change.images]
    gone = [pk for _, plan in plans for pk in plan.gone]
    if gone:
        ProductImage.objects.filter(pk__in=gone).delete()
    fresh = [(pk, *_image_values(image)) for pk, plan in plans for image in plan.fresh]
    insert(ProductImage, ("product_id", *IMAGE), fresh)
    changed = [
        ProductImage(pk=image.pk, product_id=pk, **dict(zip(IMAGE, _image_values(image), strict=True)))
        for pk, plan in plans
        for image in plan.changed
    ]
    ProductImage.objects.bulk_update(changed, IMAGE[1:])


def _image_values(image: ImageRow) -> list[object]:
    return [getattr(image, name) for name in IMAGE]


@transaction.atomic
def _write_variations(changes: Sequence[Change]) -> None:
    """Write the links of configurable products; children of this very chunk have their keys by now."""
    parents = [change for change in changes if change.variations is not None]
    ids = [change.product.pk for change in parents if not change.is_new]
    if ids:
        Variation.objects.filter(parent_id__in=ids).delete()
    present = {change.row.key: change.product.pk for change in changes}
    links = [
        (change.product.pk, child_id or present.get(sku_key(sku)), sku, position)
        for change in parents
        for position, (sku, child_id) in enumerate(change.variations or ())
    ]
    insert(Variation, ("parent_id", "child_id", "child_sku", "position"), links)
    _announce_rows(parents, "variations")


def _announce(batch: Iterable[Change]) -> None:
    """Announce what a batch wrote of its products; rows that are written later are announced with them."""
    announce(Kind.IMPORTED, (changed for each in batch if (changed := _changed(each)).fields), by=BY)


def _changed(change: Change) -> Changed:
    fields = change.fields | {"sku"} if change.is_new else set(change.fields)
    if change.categories is not None:
        fields.add("categories")
    if change.images:
        fields.add("images")
    return Changed(change.product.pk, change.product.sku, frozenset(fields), change.is_new)


def _announce_rows(changes: Iterable[Change], name: str) -> None:
    fields = frozenset({name})
    announce(
        Kind.IMPORTED,
        (Changed(each.product.pk, each.product.sku, fields, each.is_new) for each in changes),
        by=BY,
    )


def link_children() -> None:
    """Link variations whose child was imported after its parent, or from another file."""
    last = 0
    while links := list(Variation.objects.filter(child=None, pk__gt=last).order_by("pk")[:LINKS]):
        last = links[-1].pk
        found = find_products(link.child_sku for link in links)
        _store_links([link for link in links if _link(link, found)])


def _link(link: Variation, found: dict[str, tuple[int, str]]) -> bool:
    child = found.get(sku_key(link.child_sku))
    if child is None or child[0] == link.parent_id:
        return False
    link.child_id = child[0]
    return True


@transaction.atomic
def _store_links(links: Sequence[Variation]) -> None:
    Variation.objects.bulk_update(links, ["child"])
    parents = dict.fromkeys(link.parent_id for link in links)
    announce(Kind.CHILD_LINKED, (Changed(pk, fields=VARIATIONS) for pk in parents))
