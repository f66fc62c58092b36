"""A store of any size for benchmarks: families in mapped categories, with images, attributes and the usual faults."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils import timezone

from catalog.mapping.models import (
    AttributeMapping,
    CategoryMapping,
    JetAttribute,
    JetAttributeValue,
    JetCategory,
    JetCategoryAttribute,
)
from catalog.products.models import (
    Attribute,
    Product,
    ProductCategory,
    ProductImage,
    StoreCategory,
    Variation,
)
from jetbridge.core.models.bulk_sql import insert

CATEGORIES, CODES = 40, ("color", "size", "material", "style", "pattern", "climate", "activity", "gender")
SIZES, COLORS = ("XS", "S", "M", "L", "XL"), ("Red", "Green", "Blue", "Black")
TEXT = "<p>A well made thing for the house, <b>washed</b> by hand &amp; dried in the sun.</p>" * 4
# A family: one parent and as many children; the rest of each hundred stands alone.
CHILDREN, LOT = 10, 100
WRITTEN = 5_000
NOW = timezone.now()


def fill(products: int) -> None:
    """Write so many products with all that hangs on them."""
    links = _taxonomy()
    key = 1
    while key <= products:
        count = min(WRITTEN, products - key + 1)
        _write(list(range(key, key + count)), links)
        key += count


def _taxonomy() -> list[int]:
    """Write Jet's categories with their attributes and the store's, mapped; return the store's keys."""
    attributes = [
        JetAttribute.objects.create(jet_id=100 + place, name=code.title(), variant=True, kind=place % 2)
        for place, code in enumerate(CODES)
    ]
    for attribute in attributes:
        values = [JetAttributeValue(attribute=attribute, value=each) for each in (*SIZES, *COLORS)]
        JetAttributeValue.objects.bulk_create(values)
    for code, attribute in zip(CODES, attributes, strict=True):
        own = Attribute.objects.create(code=code, label=code.title())
        AttributeMapping.objects.create(attribute=own, jet_attribute=attribute)
    keys = []
    for number in range(CATEGORIES):
        jet = JetCategory.objects.create(jet_id=4_000_000 + number, name=f"Jet {number}", level=2)
        JetCategoryAttribute.objects.bulk_create(
            JetCategoryAttribute(category=jet, attribute=each) for each in attributes
        )
        store = StoreCategory.add_root(name=f"Store {number}", full_path=f"Store {number}")
        CategoryMapping.objects.create(store_category=store, jet_category=jet)
        keys.append(store.pk)
    return keys


def _write(keys: list[int], categories: list[int]) -> None:
    columns = [field.attname for field in Product._meta.concrete_fields]
    rows = [Product(**_facts(key)) for key in keys]
    for row in rows:
        row.created_at = row.updated_at = NOW
    insert(Product, columns, ([getattr(row, name) for name in columns] for row in rows))
    links = ((key, categories[key // LOT % len(categories)]) for key in keys)
    insert(ProductCategory, ("product_id", "category_id"), links)
    images = ("product_id", "path", "label", "position", "is_main", "is_swatch", "hidden")
    insert(ProductImage, images, _images(keys))
    family = ((_parent(key), key, f"SKU-{key}", key % LOT) for key in keys if _parent(key))
    insert(Variation, ("parent_id", "child_id", "child_sku", "position"), family)


def _facts(key: int) -> dict[str, object]:
    attributes: dict[str, object] = {
        code: (*SIZES, *COLORS)[(key + place) % 9] for place, code in enumerate(CODES)
    }
    parent = _is_parent(key)
    if _parent(key):
        attributes |= {"size": SIZES[key % 5], "color": COLORS[key % 4]}
    if key % 9:
        attributes["brand"] = "Northwind"
    if key % 10:
        attributes["ean"] = _ean(key)
    return {
        "id": key, "sku": f"SKU-{key}", "sku_key": f"SKU-{key}", "name": f"Thing number {key}", "description": TEXT,
        "kind": Product.Kind.CONFIGURABLE if parent else Product.Kind.SIMPLE, "price": Decimal("19.99"),
        "quantity": key % 30, "attributes": attributes, "variation_codes": ["size", "color"] if parent else [],
        "weight": Decimal("1.25"),
    }  # fmt: skip


def _is_parent(key: int) -> bool:
    return key % LOT == 0


def _parent(key: int) -> int:
    return key - key % LOT if 0 < key % LOT <= CHILDREN and key > LOT else 0


def _images(keys: list[int]) -> Iterator[tuple[object, ...]]:
    for key in keys:
        yield key, f"https://images.example.test/{key}.jpg", "", 0, True, False, False
        if key % 2:
            yield key, f"https://images.example.test/{key}-b.jpg", "", 1, False, False, False


def _ean(number: int) -> str:
    body = f"952{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"
