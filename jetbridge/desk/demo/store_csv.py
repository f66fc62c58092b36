"""Writes the demo store as a Magento 2 product CSV: sound products, configurable ones, and a few faulty ones."""

import csv
import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import TextIO

from jetbridge.desk.demo.goods import CONFIGURABLE, ROOT, SIMPLE, Family

COLUMNS = (
    "sku", "store_view_code", "attribute_set_code", "product_type", "categories", "name", "description",
    "short_description", "weight", "product_online", "visibility", "price", "special_price", "base_image",
    "additional_images", "additional_attributes", "qty", "is_in_stock", "configurable_variations",
    "configurable_variation_labels",
)  # fmt: skip

Row = dict[str, str]


def check_digit(digits: str) -> str:
    """Return the digit that makes an EAN-13 of twelve digits."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)


def ean(number: int) -> str:
    """Return a valid EAN-13 in GS1's demonstration range 952: no real product can ever carry it."""
    body = f"9521{number:08d}"
    return body + check_digit(body)


def write(stream: TextIO, *, without: frozenset[str] = frozenset()) -> list[str]:
    """Write the store, leaving out SKUs that somebody else's product already has; return the SKUs written."""
    writer = csv.DictWriter(stream, COLUMNS, restval="")
    writer.writeheader()
    kept = [row for row in rows() if row["sku"] not in without]
    writer.writerows(kept)
    return [row["sku"] for row in kept]


def skus() -> list[str]:
    return [row["sku"] for row in rows()]


def rows() -> list[Row]:
    """Return every row of the store; the same ones each time."""
    numbers = itertools.count(1)
    found = [row for family in CONFIGURABLE for row in _configurable(family, numbers)]
    found += [row for family in SIMPLE for row in _styles(family, numbers)]
    return [*found, *_faulty()]


def _configurable(family: Family, numbers: Iterator[int]) -> Iterator[Row]:
    codes = [code for code, _ in family.axes]
    variations = []
    for place, values in enumerate(itertools.product(*(options for _, options in family.axes))):
        chosen = dict(zip(codes, values, strict=True))
        sku = "-".join([family.code, *(_short(value) for value in values)])
        child = _row(family, sku, f"{family.name}, {', '.join(values)}", _child_price(family, chosen))
        child["visibility"] = "Not Visible Individually"
        child["base_image"] = picture(family, chosen.get("color", ""))
        child["qty"] = str(_stock(place + len(family.code)))
        _attributes(child, family, next(numbers), **chosen)
        variations.append("sku=" + ",".join([sku, *(f"{code}={value}" for code, value in chosen.items())]))
        yield child
    parent = _row(family, family.code, family.name, "")
    parent.update(product_type="configurable", qty="0", base_image=picture(family, family.axes[0][1][0]))
    parent["configurable_variations"] = "|".join(variations)
    parent["configurable_variation_labels"] = ",".join(f"{code}={code.capitalize()}" for code in codes)
    _attributes(parent, family, next(numbers))
    yield parent


def _styles(family: Family, numbers: Iterator[int]) -> Iterator[Row]:
    for place, (style, price) in enumerate(family.styles):
        row = _row(family, f"{family.code}-{_short(style)}", f"{family.name}: {style}", price)
        row["base_image"] = picture(family, "")
        row["qty"] = str(_stock(place * 3 + len(family.name)))
        if place == 1:
            row["special_price"] = str(Decimal(price) - 1)
        _attributes(row, family, next(numbers))
        yield row


def _faulty() -> list[Row]:
    """A few products with one fault each, so that validation has something to say."""
    mug, lamp, candle, soap = (_family(code) for code in ("MUG", "LAMP", "CNDL", "SOAP"))
    basket, game, tea, tool = (_family(code) for code in ("BASK", "GAME", "TEAS", "TOOL"))
    found = [
        _single(mug, "MUG-GIFT", "Gift Mug without a Brand", number=9001, brand=""),
        _single(lamp, "LAMP-PROTO", "Task Lamp, Workshop Model", number=0, mpn="LL-PROTO-7"),
        _single(
            candle, "CNDL-MISPRINT", "Soy Candle with a Misprinted Barcode", number=0, ean="9521000090046"
        ),
        _single(soap, "SOAP-ODD", "Soap Offcuts", number=9004, category="Odds & Ends"),
        _single(basket, "BASK-NOPIC", "Rattan Basket without a Picture", number=9005, base_image=""),
        _single(game, "GAME-FREE", "Sample Deck", number=9006, price="0"),
        _single(tea, "TEAS-SOLDOUT", "Loose Leaf Tea: Winter Blend", number=9007, qty="0"),
        _single(tool, "TOOL-OLD", "Garden Tool: Discontinued Rake", number=9008, product_online="2"),
        _single(tool, "PEN", "Pen", number=9009),
        _single(tool, "GIFT-CARD", "Gift Card", number=0, product_type="virtual", weight=""),
        _single(basket, "PICNIC-SET", "Picnic Set", number=9010, product_type="bundle"),
    ]
    return [*found, *_quarrelling_family()]


def _quarrelling_family() -> list[Row]:
    """A configurable product whose children disagree with it: another brand, another category."""
    sock = _family("SOCK")
    sound = _single(sock, "SCRF-MOSS", "Wool Scarf, Moss", number=9011, color="Moss")
    brand = _single(sock, "SCRF-NAVY", "Wool Scarf, Navy", number=9012, color="Navy", brand="Someone Else")
    category = _single(sock, "SCRF-RUST", "Wool Scarf, Rust", number=9013, color="Rust", category="Pets/Toys")
    parent = _single(sock, "SCRF", "Wool Scarf", number=9014, product_type="configurable", qty="0")
    parent["configurable_variations"] = "|".join(
        f"sku=SCRF-{color.upper()},color={color}" for color in ("Moss", "Navy", "Rust")
    )
    return [sound, brand, category, parent]


def _single(family: Family, sku: str, name: str, *, number: int, category: str = "", **given: str) -> Row:
    row = _row(family, sku, name, family.price)
    row.update(base_image=picture(family, given.get("color", "")), qty="12")
    extra = {key: given.pop(key) for key in ("brand", "ean", "mpn", "color") if key in given}
    _attributes(row, family, number, **extra)
    row.update(given)
    if category:
        row["categories"] = f"{ROOT}/{category}"
    return row


def _row(family: Family, sku: str, name: str, price: str) -> Row:
    return {
        "sku": sku,
        "attribute_set_code": "Default",
        "product_type": "simple",
        "categories": f"{ROOT}/{family.category}",
        "name": name,
        "description": f"<p>{family.text}</p><p>By {family.brand}.</p>",
        "short_description": family.text,
        "weight": family.weight,
        "product_online": "1",
        "visibility": "Catalog, Search",
        "price": price,
        "is_in_stock": "1",
    }


def _attributes(row: Row, family: Family, number: int, **given: str) -> None:
    values = {
        "brand": family.brand,
        "material": family.material,
        "mpn": f"{family.code}-{number}" if number else "",
    }
    values["ean"] = ean(number) if number else ""
    values.update(given)
    row["additional_attributes"] = ",".join(f"{code}={value}" for code, value in values.items() if value)


def _child_price(family: Family, chosen: dict[str, str]) -> str:
    steps = dict(family.axes).get("size", ())
    step = steps.index(chosen["size"]) if "size" in chosen else 0
    return str(Decimal(family.price) * (1 + Decimal(step) / 10)).rstrip("0").rstrip(".")


def _stock(place: int) -> int:
    """Return a quantity that looks like a store's: mostly plenty, some low."""
    return (7, 24, 3, 60, 15, 40, 9, 120)[place % 8]


def picture(family: Family, color: str) -> str:
    """Return the relative path of a product's picture, as Magento would hold it."""
    return f"/{family.code.lower()}/{(color or 'natural').lower()}.svg"


def _short(value: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in value).split()
    return "".join(word.upper() if len(words) == 1 else word[:4].upper() for word in words)


def _family(code: str) -> Family:
    return next(family for family in (*CONFIGURABLE, *SIMPLE) if family.code == code)
