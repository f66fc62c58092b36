"""Values of a linked store's attributes as a product export would say them. Pure."""

from typing import Any

from catalog.products.intake.attribute_cells import SYSTEM
from catalog.products.intake.column_names import is_attribute
from jetbridge.store.documents import Input, StoreAttribute

# What files call some attributes.
NAMES = {
    "meta_keyword": "meta_keywords", "tax_class_id": "tax_class_name", "msrp": "msrp_price",
    "minimal_price": "map_price", "options_container": "display_product_options_in",
}  # fmt: skip
# Columns of our product, and what only the store's own pages and kinds need.
OWN = frozenset((
    "name", "sku", "description", "short_description", "price", "special_price", "special_from_date",
    "special_to_date", "weight", "status", "visibility", "category_ids", "tier_price", "media_gallery",
    "price_type", "sku_type", "weight_type", "price_view", "shipment_type", "links_title", "samples_title",
    "links_purchased_separately", "links_exist",
))  # fmt: skip
YES_NO = {"1": "Yes", "0": "No", "true": "Yes", "false": "No"}
MIDNIGHT = " 00:00:00"


def name_of(attribute: StoreAttribute) -> str:
    """Return the code under which products hold an attribute here, or nothing where they do not."""
    name = NAMES.get(attribute.code, attribute.code)
    unknown = attribute.code in OWN or name in SYSTEM or attribute.input is Input.IMAGE
    return name if is_attribute(name) and not unknown else ""


def value_of(attribute: StoreAttribute | None, raw: Any) -> str | list[str] | None:
    """Return a value as files say it; an option that there is none of is no value."""
    if isinstance(raw, dict | list) or raw is None:
        return None
    text = clean(raw)
    if attribute is None or attribute.input is Input.TEXT:
        return text
    if attribute.input is Input.DATE:
        return text.removesuffix(MIDNIGHT)
    if attribute.input is Input.NUMBER:
        return _plain(text)
    if attribute.input is Input.BOOLEAN:
        return YES_NO.get(text.lower(), text)
    if not any(attribute.options.values()):
        return text
    several = attribute.input is Input.MULTISELECT
    labels = [clean(attribute.options.get(each)) for each in (text.split(",") if several else [text])]
    known = [each for each in labels if each]
    return known if len(known) > 1 else known[0] if known else None


def _plain(text: str) -> str:
    """Write a number without the zeros that the store adds."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def clean(raw: Any) -> str:
    """Return a text as the panel keeps texts."""
    return (
        "" if raw is None else str(raw).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    )
