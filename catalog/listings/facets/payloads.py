"""Our rows in Jet's words: one function a message (docs/jet-api.md, products). Pure: no query, no request."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from catalog.mapping.fields.sources import attribute_texts, resolve, store_value
from catalog.mapping.fields.table import FIELDS
from catalog.products.identifiers import CODE_LENGTHS
from catalog.products.image_urls import Picture, image_urls
from catalog.products.models import Product, ProductImage, ProductText
from catalog.products.values import BadValue, is_empty, number_and_unit
from catalog.rules.models import ReturnException, ShippingException
from jetbridge.core.models import Configuration

Body = dict[str, Any]

# What Jet takes in one message.
MOST_ATTRIBUTES = 10
# Types that JSON holds as they are.
AS_JSON = frozenset({str, int, bool, type(None)})


@dataclass(frozen=True)
class AttributeRule:
    """How one store attribute is worded for Jet: its attribute, kind, unit of bare numbers, words that differ."""

    code: str
    jet_id: int
    is_number: bool = False
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    is_list: bool = False


@dataclass(frozen=True)
class Placement:
    """Where a product stands in Jet's taxonomy: the category, and the rules for the attributes it carries."""

    jet_category_id: int | None = None
    rules: tuple[AttributeRule, ...] = ()


def details(
    product: Product,
    *,
    config: Configuration,
    placement: Placement,
    images: Iterable[ProductImage | Picture] = (),
    text: ProductText | None = None,
    stand_in: Product | None = None,
) -> Body:
    """
    Word the SKU message: every resolved field, identifiers, category, its attributes, images.

    A value that cannot be read goes as the store holds it: validation has blocked it, and where somebody
    sends it anyway Jet's answer shall be about what the store holds. stand_in is the child whose values a
    configurable product borrows for the attributes that tell its children apart.
    """
    body: Body = {}
    codes = []
    for name, resolved in resolve(product, config, text=text).items():
        value = _read(name, resolved.value)
        if name in CODE_LENGTHS:
            codes.append({"standard_product_code": value, "standard_product_code_type": name})
        else:
            body[name] = value
    if codes:
        body["standard_product_codes"] = codes
    if placement.jet_category_id is not None:
        body["jet_browse_node_id"] = placement.jet_category_id
    attributes = node_attributes(product, placement.rules, text=text, stand_in=stand_in)
    if attributes:
        body["attributes_node_specific"] = attributes
    return {**body, **picture_fields(images, config.image_base_url)}


def node_attributes(
    product: Product,
    rules: Sequence[AttributeRule],
    *,
    text: ProductText | None = None,
    stand_in: Product | None = None,
) -> list[Body]:
    """Word the attributes of the product's Jet category, those that tell variations apart first."""
    varying = set(product.variation_codes)
    found = []
    for rule in sorted(rules, key=lambda each: each.code not in varying):
        value = store_value(product, rule.code, text)
        if is_empty(value) and stand_in is not None and rule.code in varying:
            value = store_value(stand_in, rule.code)
        if not is_empty(value):
            texts = attribute_texts(value, rule.words, apart=rule.is_list)
            found += [_attribute(rule, each) for each in texts]
    return found[:MOST_ATTRIBUTES]


def picture_fields(images: Iterable[ProductImage | Picture], base_url: str) -> Body:
    """Word the images; an image without an http(s) address is left out."""
    urls = image_urls(images, base_url)
    body: Body = {}
    if _is_web(urls.main):
        body["main_image_url"] = urls.main
    if _is_web(urls.swatch):
        body["swatch_image_url"] = urls.swatch
    others = [url for url in urls.others if _is_web(url)]
    if others:
        body["alternate_images"] = [
            {"image_slot_id": slot, "image_url": url} for slot, url in enumerate(others, start=1)
        ]
    return body


def price(amount: Decimal, *, node: str) -> Body:
    """Word the price, in general and at our node."""
    body: Body = {"price": amount}
    if node:
        body["fulfillment_nodes"] = [{"fulfillment_node_id": node, "fulfillment_node_price": amount}]
    return body


def inventory(quantity: int, *, node: str) -> Body:
    """Word the quantity at our node."""
    return {"fulfillment_nodes": [{"fulfillment_node_id": node, "quantity": quantity}]}


def variation(*, refinements: Sequence[int], children: Sequence[str], title: str) -> Body:
    """Word the group of a configurable product: what its children differ in, and which they are."""
    return {
        "relationship": "Variation",
        "variation_refinements": list(refinements),
        "children_skus": list(children),
        "group_title": title[:500],
    }


def shipping_exceptions(rows: Iterable[ShippingException], *, node: str) -> Body:
    """Word the shipping exceptions at our node; none at all takes away what Jet holds."""
    return {
        "fulfillment_nodes": [
            {"fulfillment_node_id": node, "shipping_exceptions": [_shipping_exception(row) for row in rows]}
        ]
    }


def return_exception(rows: Iterable[ReturnException]) -> Body:
    """
    Word the return exceptions as the one that Jet keeps for a SKU: only what is filled in.

    Locations and methods of all rows come together; the first row that names days decides them.
    """
    rows = list(rows)
    days = (row.time_to_return for row in rows if row.time_to_return is not None)
    parts: Body = {
        "time_to_return": next(days, None),
        "return_location_ids": _together(row.return_location_ids for row in rows),
        "return_shipping_methods": _together(row.return_shipping_methods for row in rows),
    }
    return {name: value for name, value in parts.items() if not is_empty(value)}


def _together(lists: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(each for entries in lists for each in entries))


def no_return_exception() -> Body:
    """
    Word that a product is returned like all others.

    Jet knows no call that takes an exception away. A message replaces the whole of it, so one that names neither
    place nor method nor days leaves nothing of it in force.
    """
    return {"return_location_ids": [], "return_shipping_methods": []}


def archive(archived: bool) -> Body:
    """Word closing or opening a SKU."""
    return {"is_archived": archived}


def plain(body: Any) -> Any:
    """Return a body as JSON holds it, for storing and comparing: amounts as numbers."""
    kind = type(body)
    if kind in AS_JSON:
        return body
    if kind is dict:
        return {key: value if type(value) in AS_JSON else plain(value) for key, value in body.items()}
    if isinstance(body, Decimal):
        return int(body) if body == body.to_integral_value() else float(body)
    if isinstance(body, Mapping):
        return {key: plain(value) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [plain(value) for value in body]
    return body


def _read(name: str, value: Any) -> Any:
    try:
        read = FIELDS[name].read(value)
    except BadValue:
        return str(value) if isinstance(value, Decimal | dt.date) else value
    if isinstance(read, dt.date):
        return f"{read:%Y-%m-%d}T00:00:00.0000000+00:00"
    return read


def _attribute(rule: AttributeRule, text: str) -> Body:
    unit = rule.unit
    if rule.is_number and (found := number_and_unit(text)):
        text, unit = found[0].replace(",", ""), found[1] or unit.strip()
    body: Body = {"attribute_id": rule.jet_id, "attribute_value": text}
    if unit:
        body["attribute_value_unit"] = unit
    return body


def _shipping_exception(row: ShippingException) -> Body:
    body: Body = {"shipping_exception_type": row.kind}
    if row.service_level:
        body["service_level"] = row.service_level
    if row.shipping_method:
        body["shipping_method"] = row.shipping_method
    if row.override_type:
        body["override_type"] = row.override_type
    if row.charge_amount is not None:
        body["shipping_charge_amount"] = row.charge_amount
    return body


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))
