"""A fashion shop's export as Magento writes it: 1,080 children in 70 groups, without brands and barcodes."""

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path

LETTERS = ("XS", "S", "M", "L", "XL")
# Place in the store, groups, sizes: each place is another category at Jet, with a size attribute of its own.
PLACES = (
    ("Women/Dresses", 15, LETTERS),
    ("Men/Tops", 15, LETTERS),
    ("Men/Pants", 10, ("30", "31", "32", "33", "34", "36")),
    ("Women/Sandals", 15, ("6", "7", "8", "9", "10")),
    ("Accessories/Belts", 15, LETTERS),
)
COLORS = ("Black", "Blue", "Green")
NAMES = ("Alder", "Birch", "Cedar", "Dune", "Ember", "Fern", "Gale", "Heron", "Iris", "Juniper", "Kite", "Lark",
         "Mallow", "Nettle", "Osprey")  # fmt: skip
COLUMNS = (
    "sku", "attribute_set_code", "product_type", "categories", "name", "description", "weight", "product_online",
    "visibility", "price", "base_image", "additional_attributes", "qty", "is_in_stock", "configurable_variations",
)  # fmt: skip


def write(file: Path, *, groups: int | None = None) -> tuple[int, int]:
    """Write the export, so many groups a place at most; return how many groups and how many children it holds."""
    kinds = dict.fromkeys(("configurable", "simple"), 0)
    with file.open("w", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS, restval="")
        writer.writeheader()
        for place, count, sizes in PLACES:
            for number in range(min(count, groups or count)):
                for row in _group(place, number, sizes):
                    kinds[row["product_type"]] += 1
                    writer.writerow(row)
    return kinds["configurable"], kinds["simple"]


def _group(place: str, number: int, sizes: tuple[str, ...]) -> Iterator[dict[str, str]]:
    kind = place.rsplit("/")[-1]
    sku, name = f"{kind[:3].upper()}{number + 1:02}", f"{NAMES[number]} {kind}"
    image = f"/{sku[0]}/{sku[1]}/{sku}.jpg".lower()
    shared = {
        "attribute_set_code": kind, "categories": f"Default Category/{place}", "weight": "1",
        "description": f"<p>The {name}, cut and sewn with care. Made to be worn for years.</p>",
        "product_online": "1", "is_in_stock": "1", "base_image": image,
    }  # fmt: skip
    children = [(f"{sku}-{size}-{color}", size, color) for color, size in product(COLORS, sizes)]
    for child, size, color in children:
        yield shared | {
            "sku": child, "product_type": "simple", "name": f"{name}-{size}-{color}", "price": f"{29 + number}.00",
            "visibility": "Not Visible Individually", "qty": "20",
            "additional_attributes": f"fashion_color={color},fashion_size={size}",
        }  # fmt: skip
    variations = "|".join(
        f"sku={child},fashion_size={size},fashion_color={color}" for child, size, color in children
    )
    yield shared | {
        "sku": sku, "product_type": "configurable", "name": name, "price": "", "visibility": "Catalog, Search",
        "qty": "0", "configurable_variations": variations,
    }  # fmt: skip
