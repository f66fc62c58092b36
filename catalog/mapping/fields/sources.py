"""Where each field of a Jet listing takes its value: the product's own, a mapped attribute, or a default. Pure."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from catalog.mapping.fields.table import DEFAULT, FIELDS, WITH_DEFAULT, Kind
from catalog.products.identifiers import CODE_LENGTHS, IDENTIFIERS
from catalog.products.models import Product, ProductText
from catalog.products.plain_text import one_line, plain_text
from catalog.products.values import BadValue, bare_code, is_empty, with_lost_zeros
from jetbridge.core.models import Configuration

# Columns of the product itself that a mapping may name beside attribute codes.
COLUMNS = ("sku", "name", "description", "short_description", "weight", "price", "special_price")
PROSE = ("product_description", "legal_disclaimer_description", "safety_warning")
# The pair of attributes by which some shops write any barcode: barcode=EAN,barcode_value=952...
PAIR_KIND, PAIR_VALUE = "barcode", "barcode_value"
_COLUMN_NAMES = frozenset(COLUMNS)
_BY_LENGTH = {
    "GTIN-14": {12: "UPC", 13: "EAN"},
    "ISBN-13": {10: "ISBN-10"},
    "ISBN-10": {13: "ISBN-13"},
}


class Source(StrEnum):
    """Where a value came from."""

    OWN = "own"
    MAPPED = "mapped"
    DEFAULT = "default"


class Resolved(NamedTuple):
    """A value as the store writes it (not yet read into Jet's type), its source, the attribute's code if mapped."""

    value: Any
    source: Source
    code: str = ""


_DEFAULTS = {
    name: Resolved(field.default, Source.DEFAULT)
    for name, field in FIELDS.items()
    if field.default is not None
}


def resolve(
    product: Product, config: Configuration, *, text: ProductText | None = None
) -> dict[str, Resolved]:
    """
    Return every field that has a value, by Jet's name; identifiers under UPC, EAN, GTIN-14, ISBN-10, ISBN-13, ASIN.

    text is the product's row for the store view that speaks to Jet, if there is one.
    """
    found = dict(_own(product)) if product.jet_fields else {}
    attributes = product.attributes
    for name, code in config.field_mapping.items():
        if name in FIELDS and name not in found and code:
            # Most products lack most of the mapped attributes: distinguished before anything else is done.
            if text is None and code not in attributes and code.islower() and code not in _COLUMN_NAMES:
                continue
            value = store_value(product, code, text)
            if not is_empty(value):
                _take_mapped(found, name, value, code)
    _take_pair(found, product, text)
    if product.kind == Product.Kind.CONFIGURABLE and not any(name in found for name in IDENTIFIERS):
        # A group has no barcode; Jet takes its SKU for the part number.
        found.setdefault("mfr_part_number", Resolved(product.sku, Source.DEFAULT))
    for name, value in defaults_of(config.field_mapping).items():
        found.setdefault(name, Resolved(value, Source.DEFAULT))
    for name, resolved in _DEFAULTS.items():
        found.setdefault(name, resolved)
    return found


def defaults_of(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the merchant's defaults, by Jet's name of the field."""
    return {
        name.removesuffix(DEFAULT): value
        for name, value in mapping.items()
        if name.endswith(DEFAULT) and value
    }


def wrong_defaults(mapping: Mapping[str, str]) -> dict[str, str]:
    """Say by its key which default of a field mapping Jet would refuse, or cannot be one for many products."""
    wrong = {}
    for name, value in defaults_of(mapping).items():
        if name not in WITH_DEFAULT:
            wrong[name + DEFAULT] = "each product has its own"
            continue
        try:
            FIELDS[name].read(value)
        except BadValue as problem:
            wrong[name + DEFAULT] = str(problem).replace("; ", ", ")  # a semicolon parts the faults of fields
    return wrong


def store_value(product: Product, code: str, text: ProductText | None = None) -> Any:
    """Return what the store holds under an attribute's code or a column's name, the store view's text first."""
    if text is not None:
        own = getattr(text, code, "") if code in _COLUMN_NAMES else text.attributes.get(code)
        if not is_empty(own):
            return own
    if code in _COLUMN_NAMES:
        value = getattr(product, code)
        # Magento keeps 0 where no weight was entered.
        return (value or None) if code == "weight" else value
    attributes = product.attributes
    return attributes[code] if code in attributes else attributes.get(code.lower())


def store_text(product: Product, config: Configuration) -> ProductText | None:
    """Return the product's texts in the configured store view; prefetch "texts" before a loop."""
    if config.store_view_id is None:
        return None
    return next((text for text in product.texts.all() if text.store_view_id == config.store_view_id), None)


def attribute_texts(value: Any, words: Mapping[str, str], *, apart: bool) -> list[str]:
    """
    Return an attribute's value as the texts that Jet gets; words are the store's values in Jet's.

    Several options go apart where Jet has a list, since it knows each of them and not "Red, Blue"; else as one text.
    Empty ones are dropped unless nothing else is there.
    """
    values = value if isinstance(value, list) else [value]
    translated = dict.fromkeys(words.get(text, text) for text in (str(each).strip() for each in values))
    texts = [each for each in translated if each] or [""]
    return texts if apart else [", ".join(texts)]


def _own(product: Product) -> Iterator[tuple[str, Resolved]]:
    for name, value in product.jet_fields.items():
        if name in FIELDS and not is_empty(value):
            yield name, Resolved(CLEANERS[name](value), Source.OWN)


def _take_mapped(found: dict[str, Resolved], name: str, value: Any, code: str) -> None:
    value = CLEANERS[name](value)
    target = _BY_LENGTH.get(name, {}).get(len(value), name) if name in CODE_LENGTHS else name
    found.setdefault(target, Resolved(value, Source.MAPPED, code))


def _take_pair(found: dict[str, Resolved], product: Product, text: ProductText | None) -> None:
    value = store_value(product, PAIR_VALUE, text)
    if is_empty(value):
        return
    kind = pair_kind(str(store_value(product, PAIR_KIND, text) or ""), bare_code(value))
    if kind:
        found.setdefault(kind, Resolved(bare_code(value), Source.MAPPED, PAIR_VALUE))


def pair_kind(word: str, value: str) -> str:
    """
    Return Jet's name for a barcode's type as shops write it.

    A bare GTIN or ISBN goes by its length, or by that which it had before it lost zeros.
    """
    word = word.upper().replace("-", "").replace(" ", "")
    by_word = {name.upper().replace("-", ""): name for name in IDENTIFIERS}
    aliases = {"UPCA": "UPC", "EAN13": "EAN", "EAN8": "EAN", "UPC12": "UPC"}
    known = by_word.get(aliases.get(word, word))
    if known:
        return known
    lengths = {"GTIN": {12: "UPC", 13: "EAN", 14: "GTIN-14"}, "ISBN": {10: "ISBN-10", 13: "ISBN-13"}}
    kinds = lengths.get(word or "GTIN", {})
    short = (kind for length, kind in kinds.items() if len(value) < length and with_lost_zeros(kind, value))
    return kinds.get(len(value)) or next(short, "")


def _cleaner(name: str) -> Callable[[Any], Any]:
    """Say, once for a field, how its values are cleaned; a list stays one only where Jet's field is one."""
    if name in IDENTIFIERS:
        return bare_code
    words = plain_text if name in PROSE or name == "bullets" else one_line
    is_list = FIELDS[name].kind in (Kind.LIST, Kind.CHOICES)

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return words(value)
        if not isinstance(value, list):
            return value
        entries = [one_line(str(each)) for each in value]
        return entries if is_list else ", ".join(entries)

    return clean


CLEANERS = {name: _cleaner(name) for name in FIELDS}
