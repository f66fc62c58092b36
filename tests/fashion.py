"""A fashion shop of our own: groups in sizes and colors, in five Jet categories whose size attributes differ."""

from collections.abc import Sequence

from catalog.mapping.models import (
    AttributeMapping,
    CategoryMapping,
    JetAttribute,
    JetAttributeValue,
    JetCategory,
    JetCategoryAttribute,
)
from catalog.products.models import Attribute, Product, ProductCategory, StoreCategory, Variation
from tests.factories import ean13

ALPHA = ("X-Small", "Small", "Medium", "Large", "X-Large")
LETTERS = ("XS", "S", "M", "L", "XL")
# Jet's attributes: what a size is called, differs from branch to branch.
SIZES = {
    84: ("Women's Regular Size", (*ALPHA, "2", "4", "6")),
    85: ("Men's General Size", ALPHA),
    86: ("Men's Pant Size", ("30", "32", "34", "36")),
    97: ("Women's Shoe Size", ("6", "7", "8", "9")),
    116: ("Generic Sizes", ALPHA),
}
COLOR, FREE_SIZE = 119, 50
# Leaf: its branch, the size attributes that it carries, and the values of the store there.
LEAVES = {
    "Dresses": ("Women's Clothing", (84, FREE_SIZE), LETTERS),
    "Shirts": ("Men's Clothing", (85, FREE_SIZE), LETTERS),
    "Pants": ("Men's Clothing", (86, FREE_SIZE), ("30", "32", "34")),
    "Sandals": ("Women's Shoes", (97, FREE_SIZE), ("6", "7", "8")),
    "Hats": ("Accessories", (116, FREE_SIZE), LETTERS),
}


def taxonomy() -> dict[str, JetCategory]:
    """Make Jet's side: the leaves by name, each below its branch and the root."""
    attributes = {
        jet_id: JetAttribute.objects.create(
            jet_id=jet_id, name=name, display_name="Size", kind=0, variant=True
        )
        for jet_id, (name, _) in SIZES.items()
    }
    attributes[COLOR] = JetAttribute.objects.create(
        jet_id=COLOR, name="Color", display_name="Color", kind=1, variant=True
    )
    attributes[FREE_SIZE] = JetAttribute.objects.create(
        jet_id=FREE_SIZE, name="Size - Free Text", display_name="Size", kind=1, variant=True
    )
    JetAttributeValue.objects.bulk_create(
        JetAttributeValue(attribute=attributes[jet_id], value=value)
        for jet_id, (_, values) in SIZES.items() for value in values
    )  # fmt: skip
    root = JetCategory.objects.create(jet_id=1, name="Clothing", level=0, path="Clothing")
    branches, leaves = {}, {}
    for number, (leaf, (branch, sizes, _)) in enumerate(LEAVES.items()):
        if branch not in branches:
            branches[branch] = JetCategory.objects.create(
                jet_id=100 + number, name=branch, parent=root, level=1, path=f"Clothing > {branch}"
            )
        path = f"Clothing > {branch} > {leaf}"
        leaves[leaf] = JetCategory.objects.create(
            jet_id=1000 + number, name=leaf, parent=branches[branch], level=2, path=path
        )
        JetCategoryAttribute.objects.bulk_create(
            JetCategoryAttribute(category=leaves[leaf], attribute=attributes[each])
            for each in (*sizes, COLOR)
        )
    return leaves


def shop(*, groups: int = 1, colors: int = 2, brand: str = "Northwind") -> list[Product]:
    """Make the store's side, so many groups a leaf, each leaf mapped to Jet's; return the groups."""
    leaves = taxonomy()
    for code, label in (("fashion_size", "Size"), ("fashion_color", "Color")):
        Attribute.objects.create(code=code, label=label, kind="select")
    made = []
    for leaf, (_, _, values) in LEAVES.items():
        place = StoreCategory.add_root(name=leaf, full_path=f"Shop/{leaf}")
        CategoryMapping.objects.create(store_category=place, jet_category=leaves[leaf])
        for number in range(groups):
            made.append(group(place, f"{leaf.upper()}-{number}", values, colors=colors, brand=brand))
    return made


def group(
    place: StoreCategory, sku: str, values: Sequence[str], *, colors: int = 2, brand: str = "Northwind"
) -> Product:
    """Make one group: a child for each size in each color."""
    parent = _product(sku, place, kind="configurable", brand=brand)
    parent.variation_codes = ["fashion_size", "fashion_color"]
    parent.save(update_fields=["variation_codes"])
    pairs = [(value, color) for color in ("Blue", "Red", "Green")[:colors] for value in values]
    for number, (value, color) in enumerate(pairs):
        child = _product(
            f"{sku}-{value}-{color}", place, brand=brand, ean=ean13(Product.objects.count()),
            fashion_size=value, fashion_color=color,
        )  # fmt: skip
        Variation.objects.create(parent=parent, child=child, child_sku=child.sku, position=number)
    return parent


def mapped(code: str, jet_id: int, category: JetCategory | None = None, **words: str) -> AttributeMapping:
    """Map one of the shop's attributes."""
    return AttributeMapping.objects.create(
        attribute=Attribute.objects.get(code=code), category=category,
        jet_attribute=JetAttribute.objects.get(jet_id=jet_id), vocabulary=words,
    )  # fmt: skip


def _product(
    sku: str, place: StoreCategory, *, kind: str = "simple", brand: str, **attributes: str
) -> Product:
    if brand:
        attributes["brand"] = brand
    made = Product.objects.create(
        sku=sku, name=f"The {sku.title()}", kind=kind, description="Made well.", price=29,
        quantity=0 if kind == "configurable" else 10, attributes=attributes,
    )  # fmt: skip
    made.images.create(path=f"https://images.example.test/{sku}.jpg", is_main=True)
    ProductCategory.objects.create(product=made, category=place)
    return made
