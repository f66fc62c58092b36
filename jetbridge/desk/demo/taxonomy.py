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
}  # fmt: skip

# Name, free_text (0 pick from a list, 1 free text, 2 number with unit), variant.
ATTRIBUTES = (("Color", 0, 1), ("Size", 1, 1), ("Material", 1, 0), ("Capacity", 2, 0))


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
    return [(number, *row, 0) for number, row in enumerate([*colors, *units], 1)]


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
    return found


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
