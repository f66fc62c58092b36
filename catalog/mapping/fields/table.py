"""The fields of a Jet listing in one table: label, limits, and how a value is read (docs/jet-api.md, 3.1)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog.mapping.fields import vocabularies as words
from catalog.products import values
from catalog.products.identifiers import CODE_LENGTHS


class Kind(StrEnum):
    """How a field is entered."""

    TEXT = "text"
    LONG_TEXT = "long text"
    LIST = "list"
    NUMBER = "number"
    WHOLE = "whole number"
    YES_NO = "yes/no"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    CODE = "code"


@dataclass(frozen=True)
class JetField:
    """One field: Jet's name, ours for people, how it is read. Its reader raises BadValue."""

    name: str
    label: str
    kind: Kind
    read: values.Reader
    limit: str = ""
    high: int | None = None
    # How many entries a list takes.
    most: int | None = None
    options: tuple[str, ...] = ()
    default: Any = None
    required: bool = False


def _text(name: str, label: str, low: int, high: int, **more: Any) -> JetField:
    kind = Kind.LONG_TEXT if high >= 500 and name != "product_title" else Kind.TEXT
    limit = f"{low} to {high:,} characters"
    return JetField(name, label, kind, values.text(low, high), limit, high, **more)


def _size(name: str, label: str) -> JetField:
    return JetField(
        name, label, Kind.NUMBER, values.number(above=0, rounded=True), "more than 0, two decimals"
    )


def _money(name: str, label: str, below: int = 10**9) -> JetField:
    return JetField(name, label, Kind.NUMBER, values.number(below=below), "two decimals")


def _flag(name: str, label: str) -> JetField:
    return JetField(name, label, Kind.YES_NO, values.flag)


def _code(kind: str) -> JetField:
    length = CODE_LENGTHS[kind]
    return JetField(
        kind, kind, Kind.CODE, values.code(kind), f"{length} digits, the last a check digit", length
    )


_TABLE = (
    _text("product_title", "Title", 5, 500, required=True),
    _text("product_description", "Description", 1, 2000),
    _text("brand", "Brand", 1, 100, required=True),
    _text("manufacturer", "Manufacturer", 1, 100),
    _text("mfr_part_number", "Manufacturer part number", 1, 50),
    *(_code(kind) for kind in CODE_LENGTHS),
    JetField("ASIN", "ASIN", Kind.CODE, values.asin, "10 letters and digits", 10),
    JetField(
        "multipack_quantity", "Multipack quantity", Kind.WHOLE, values.whole(1, 128), "1 to 128",
        default=1, required=True,
    ),
    JetField("bullets", "Bullets", Kind.LIST, values.texts(5, 500), "up to 5 lines of 500 characters", 500, 5),
    _text("legal_disclaimer_description", "Legal disclaimer", 1, 500),
    _text("safety_warning", "Safety warning", 1, 2000),
    JetField(
        "number_units_for_price_per_unit", "Price per unit: number of units", Kind.NUMBER,
        values.number(above=0, rounded=True), "more than 0",
    ),
    _text("type_of_unit_for_price_per_unit", "Price per unit: unit", 1, 100),
    _size("shipping_weight_pounds", "Shipping weight, lb"),
    _size("package_length_inches", "Package length, in"),
    _size("package_width_inches", "Package width, in"),
    _size("package_height_inches", "Package height, in"),
    _size("display_length_inches", "Display length, in"),
    _size("display_width_inches", "Display width, in"),
    _size("display_height_inches", "Display height, in"),
    JetField("fulfillment_time", "Fulfillment time", Kind.WHOLE, values.whole(0, 10_000), "business days"),
    _money("no_return_fee_adjustment", "Fee adjustment for no returns"),
    _money("map_price", "MAP price", below=10**7),
    JetField(
        "map_implementation", "MAP implementation", Kind.CHOICE, values.choice(words.MAP_RULES),
        options=tuple(words.MAP_RULES),
    ),
    _text("category_path", "Category path", 1, 2000),
    _text("amazon_item_type_keyword", "Amazon item type", 1, 2000),
    _text("country_of_origin", "Country of origin", 1, 50),
    JetField("start_selling_date", "Start selling date", Kind.DATE, values.day, "heeded while quantity is 0"),
    _flag("prop_65", "Prop 65"),
    _flag("exclude_from_fee_adjustments", "Exclude from fee adjustments"),
    _flag("ships_alone", "Ships alone"),
    JetField(
        "cpsia_cautionary_statements", "CPSIA cautions", Kind.CHOICES, values.choices(words.CPSIA),
        options=words.CPSIA,
    ),
    JetField(
        "product_tax_code", "Product tax code", Kind.CHOICE, values.choice(words.TAX_CODES),
        options=words.TAX_CODES,
    ),
    _money("msrp", "MSRP"),
)  # fmt: skip

FIELDS: dict[str, JetField] = {field.name: field for field in _TABLE}

# In the mapping, behind a field's name: not the code of an attribute, but what counts where the store has nothing.
DEFAULT = ":default"
_EACH_ITS_OWN = ("product_title", "product_description", "mfr_part_number")
# Fields of which many products may have the same.
WITH_DEFAULT = tuple(
    name for name, field in FIELDS.items()
    if field.kind != Kind.CODE and not field.most and name not in _EACH_ITS_OWN
)  # fmt: skip
