"""
How compat reads bodies: what merchants' systems sent for years, although the documents say it otherwise.

Each body is read by its shape in `schemas`, so that a leniency holds for every field of its kind: names in any case,
numbers as text, prices with more decimals than cents, `false` or a number where an optional text stands.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from . import money
from .kit.wire import Document
from .schemas import COMPONENTS, PRICE, Schema

Reader = Callable[[Any], Any]
NUMERIC = re.compile(r"\s*[+-]?[0-9]{1,18}(\.[0-9]{1,18})?\s*")
# The merchant's own ids, which some systems keep as numbers.
OWN_IDS = (
    "alt_order_id",
    "alt_order_item_id",
    "alt_shipment_id",
    "alt_shipment_item_id",
    "shipment_tracking_number",
    "ship_from_zip_code",
    "RMA_number",
    "zip_code",
)
OLDER_WORDS = {"standard_product_code_type": {"gtin": "GTIN-14"}}


def read(body: Any, shape: str) -> Any:
    """Give a body as its shape means it; what fits no leniency stays as it was sent."""
    reader = READERS.get(shape)
    return reader(body) if reader else body


def _reader(name: str, schema: Schema) -> Reader | None:
    kind = schema.get("type")
    if kind == "object":
        return _object(schema)
    if kind == "array":
        return _array(_reader(name, schema["items"]))
    if kind == "integer":
        return None if schema.get("format") == "int64" else _whole  # Jet's own ids are never text
    if kind == "number":
        return _price if schema.get("format") == PRICE["format"] else _number
    if name in OWN_IDS:
        return _own_id
    return _synonym(OLDER_WORDS[name]) if name in OLDER_WORDS else None


def _object(schema: Schema) -> Reader:
    properties: Mapping[str, Schema] = schema["properties"]
    readers = {name: _reader(name, each) for name, each in properties.items()}
    spelled = {name.lower(): name for name in properties}
    texts = {name for name, each in properties.items() if each.get("type") == "string"}
    optional_texts = texts - set(schema.get("required", ()))

    def read_object(value: Any) -> Any:
        return read_fields(value) if isinstance(value, dict) else value

    def read_fields(value: Document) -> Document:
        found = {}
        for key, each in value.items():
            name = key if key in readers else spelled.get(key.lower(), key)
            if (name != key and name in value) or (each is False and name in optional_texts):
                continue
            reader = readers.get(name)
            found[name] = reader(each) if reader else each
        return found

    return read_object


def _array(reader: Reader | None) -> Reader | None:
    if reader is None:
        return None
    return lambda value: [reader(each) for each in value] if isinstance(value, list) else value


def _number(value: Any) -> Any:
    if not isinstance(value, str) or not NUMERIC.fullmatch(value):
        return value
    return float(value) if "." in value else int(value)


def _whole(value: Any) -> Any:
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _price(value: Any) -> Any:
    """Round what is finer than cents, half up; an amount of whole cents stays as it was sent."""
    number = _number(value)
    if not isinstance(number, float) or not abs(number) < 10**12:
        return number
    exact = Decimal(value.strip()) if isinstance(value, str) else Decimal(str(number))
    return number if exact == money.rounded(exact) else money.plain(exact)


def _own_id(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _synonym(words: Mapping[str, str]) -> Reader:
    return lambda value: words.get(value.strip().lower(), value) if isinstance(value, str) else value


READERS: dict[str, Reader] = {
    shape: reader for shape, schema in COMPONENTS.items() if (reader := _reader(shape, schema))
}
