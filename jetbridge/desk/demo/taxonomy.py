"""A small taxonomy of our own in the shape of Jet's four CSV files, wide enough for the demo store."""

import csv
import io
from collections.abc import Iterable, Sequence

from jetbridge.desk.demo.goods import COLORS, FAMILIES

# Far above Jet's own numbers, so that the demo's rows never meet the merchant's.
FIRST_CATEGORY = 990_000_001
FIRST_ATTRIBUTE = 990_100_001

DEPARTMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Home & Kitchen": {
        "Dining": ("Mugs & Cups", "Bowls & Plates", "Cutlery", "Cookware", "Tea", "Kitchen Linens"),
        "Bed & Bath": ("Bath Towels", "Soap", "Sheets", "Throws & Pillows"),
        "Living": ("Candles", "Cleaning Brushes", "Storage Baskets", "Games & Puzzles"),
    },
    "Apparel": {"Everyday": ("T-Shirts", "Hoodies", "Socks", "Bags")},
    "Outdoor Living": {"Garden & Trail": ("Water Bottles", "Planters", "Garden Tools", "Camping")},
    "Pet Supplies": {"Dogs": ("Dog Leashes", "Dog Beds", "Dog Toys")},
    "Office": {"Desk": ("Notebooks", "Desk Lamps", "Pens & Pencils")},
    # What sample stores sell, and no product of the demo: each branch has a size attribute of its own.
    "Fashion": {
        "Women's Clothing": (
            "Women's Dresses", "Women's Tops", "Women's Jackets", "Women's Hoodies & Sweatshirts", "Women's T-Shirts",
            "Women's Tank Tops", "Women's Skirts", "Women's Pants", "Women's Shorts",
        ),
        "Men's Clothing": (
            "Men's Tops", "Men's Jackets", "Men's Hoodies & Sweatshirts", "Men's T-Shirts", "Men's Tank Tops",
        ),
        "Men's Bottoms": ("Men's Pants", "Men's Shorts"),
        "Women's Shoes": ("Sandals", "Sneakers"),
        "Accessories": ("Belts", "Scarves", "Hats", "Jewelry"),
    },
    "Bags & Luggage": {"Bags": ("Backpacks", "Tote Bags", "Messenger Bags", "Gym Bags")},
    "Sports & Fitness": {
        "Fitness": ("Exercise Balls", "Yoga Blocks & Straps", "Fitness Equipment", "Jump Ropes", "Training Videos"),
    },
    "Watches": {"Watches": ("Men's Watches", "Women's Watches", "Sport Watches")},
}  # fmt: skip

# Name, free_text (0 pick from a list, 1 free text, 2 number with unit), variant.
ATTRIBUTES = (
    ("Color", 0, 1), ("Size", 1, 1), ("Material", 1, 0), ("Capacity", 2, 0),
    ("Women's Regular Size", 0, 1), ("Men's General Size", 0, 1), ("Men's Pant Size", 0, 1),
    ("Women's Shoe Size", 0, 1),
    ("Accessory Size", 0, 1), ("Gender", 0, 0), ("Fashion Color", 0, 1),
)  # fmt: skip
_LETTERS = ("X-Small", "Small", "Medium", "Large", "X-Large", "XX-Large")
# The values of what is picked from a list, and the branch or department that carries it.
_SIZES: dict[str, tuple[str, tuple[str, ...]]] = {
    "Women's Regular Size": ("Women's Clothing", (*_LETTERS, *(str(size) for size in range(36)))),
    "Men's General Size": ("Men's Clothing", _LETTERS),
    "Men's Pant Size": ("Men's Bottoms", tuple(str(size) for size in range(26, 48))),
    "Women's Shoe Size": (
        "Women's Shoes",
        tuple(f"{size}{half}" for size in range(5, 12) for half in ("", ".5")),
    ),
    "Accessory Size": ("Accessories", (*_LETTERS, "One Size")),
}
_GENDERS = ("Men", "Women", "Boys", "Girls", "Unisex")
_FASHION_COLORS = (
    "Black", "Blue", "Brown", "Gray", "Green", "Lavender", "Multi", "Orange", "Pink", "Purple", "Red", "White",
    "Yellow", "Beige", "Gold", "Silver", "Ivory", "Khaki", "Navy", "Peach", "Mint",
)  # fmt: skip
_PERSONAL = ("Fashion", "Bags & Luggage", "Watches")


def category_ids() -> dict[str, int]:
    """Return the number of every leaf category by its name."""
    return {name: number for number, name, _, level in _nodes() if level == 2}


def files() -> dict[str, bytes]:
    """Return the four files by the names that merchants know them by."""
    return {
        "Jet_Taxonomy.csv": _csv(
            ("id", "Name", "Parent_id", "active", "Level", "JetTaxCode"),
            ((number, name, parent, 1, level, "Generic Taxable Product") for number, name, parent, level in _nodes()),
        ),
        "Jet_Taxonomy_attribute.csv": _csv(
            ("id", "description", "display_name", "scope", "status", "precedence", "free_text", "display",
             "facet_filter", "variant", "range", "parent_id", "variant_pair", "merchant_defined", "retired"),
            ((number, name, name, 1, 1, 0, free, 1, 1, variant, 0, 0, 0, 1, 0)
             for number, (name, free, variant) in enumerate(ATTRIBUTES, FIRST_ATTRIBUTE)),
        ),
        "Jet_Taxonomy_attribute_value.csv": _csv(("ID", "attribute_id", "value", "units", "retired"), _values()),
        "Jet_Taxonomy_mapping.csv": _csv(("attribute_id", "category_id", "active"), _links()),
    }  # fmt: skip


def _nodes() -> list[tuple[int, str, int, int]]:
    """Return number, name, parent and level of every category, parents first."""
    found: list[tuple[int, str, int, int]] = []

    def add(name: str, parent: int, level: int) -> int:
        found.append((FIRST_CATEGORY + len(found), name, parent, level))
        return found[-1][0]

    for department, groups in DEPARTMENTS.items():
        root = add(department, 0, 0)
        for group, leaves in groups.items():
            branch = add(group, root, 1)
            for leaf in leaves:
                add(leaf, branch, 2)
    return found


def _values() -> Iterable[Sequence[object]]:
    colors = [(FIRST_ATTRIBUTE, color, "NULL") for color in COLORS]
    units = [(FIRST_ATTRIBUTE + 3, f"_{unit}", unit) for unit in ("oz", "qt")]
    order = [name for name, _, _ in ATTRIBUTES]
    listed = {name: values for name, (_, values) in _SIZES.items()}
    listed |= {"Gender": _GENDERS, "Fashion Color": _FASHION_COLORS}
    picked = [
        (FIRST_ATTRIBUTE + order.index(name), value, "NULL")
        for name, values in listed.items()
        for value in values
    ]
    return [(number, *row, 0) for number, row in enumerate([*colors, *units, *picked], 1)]


def _links() -> list[tuple[int, int, int]]:
    numbers = category_ids()
    carried = {
        name: {code for family in FAMILIES if family.jet_category == name for code, _ in family.axes}
        for name in numbers
    }
    found = []
    for name, number in numbers.items():
        candidates = [
            ("Color", "color" in carried[name]),
            ("Size", "size" in carried[name]),
            ("Material", True),
        ]
        candidates.append(("Capacity", name == "Water Bottles"))
        order = [attribute for attribute, _, _ in ATTRIBUTES]
        found += [
            (FIRST_ATTRIBUTE + order.index(attribute), number, 1)
            for attribute, carries in candidates
            if carries
        ]
    return found + _fashion_links(numbers)


def _fashion_links(numbers: dict[str, int]) -> list[tuple[int, int, int]]:
    order = [attribute for attribute, _, _ in ATTRIBUTES]
    size_of = {branch: name for name, (branch, _) in _SIZES.items()}
    found = []
    for department in _PERSONAL:
        for branch, leaves in DEPARTMENTS[department].items():
            carried = ["Fashion Color", "Gender", *([size_of[branch]] if branch in size_of else [])]
            found += [
                (FIRST_ATTRIBUTE + order.index(name), numbers[leaf], 1) for leaf in leaves for name in carried
            ]
    return found


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
