"""Jet's error texts in plain words: field names get their labels, with Jet's own name beside."""

import re

from catalog.mapping.fields.table import FIELDS

LABELS = {name: field.label for name, field in FIELDS.items()} | {
    "standard_product_codes": "Identifier",
    "jet_browse_node_id": "Jet category",
    "attributes_node_specific": "Category attributes",
    "main_image_url": "Main image",
    "swatch_image_url": "Swatch image",
    "alternate_images": "Further images",
    "variation_refinements": "Variation attributes",
    "children_skus": "Children",
    "fulfillment_node_id": "Fulfillment node ID",
    "fulfillment_nodes": "Fulfillment nodes",
}
# Words that are also plain English stay as they are.
_NAME = re.compile(
    r"\b(" + "|".join(sorted((name for name in LABELS if "_" in name), key=len, reverse=True)) + r")\b"
)


def plain_error(text: str) -> str:
    """Return an error with each of Jet's field names put into words: "Title (product_title) must be ..."."""
    return _NAME.sub(lambda match: f"{LABELS[match[1]]} ({match[1]})", str(text))
