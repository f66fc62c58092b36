"""Which columns of a product export are attributes: what only Magento's own pages and carts need is none."""

import re

LONGEST_CODE = 64
# What only Magento's own pages and carts need, and the column that our files of bad rows add.
LEFT_OUT = re.compile(
    r"error|group|.*_image_label\d*|product_websites|created_at|updated_at|display_product_options_in|map_enabled"
    r"|custom_(?:design.*|layout.*|options)|page_layout|product_options_container|msrp_display_actual_price_type"
    r"|gift_(?:message|wrapping)_.*|is_(?:qty_decimal|decimal_divided|returnable)|(?:min|max)_(?:cart|sale)_qty"
    r"|notify_.*|(?:enable_)?qty_increments|website_id|(?:related|crosssell|upsell|associated)_.*|bundle_.*"
    r"|configurable_variation_prices|tier_price.*|downloadable_.*|deferred_stock_update|use_config_.*"
    r"|save_rewrites_history|news?_(?:from|to)_date|minimal_price|has_options|required_options|gallery|url_path"
    r"|tax_class_id|_.*"
)
CODE = re.compile(r"[a-z][a-z0-9_]*")


def is_attribute(name: str) -> bool:
    """Return whether a column of this name holds values of an attribute, if it is no known column."""
    return len(name) <= LONGEST_CODE and bool(CODE.fullmatch(name)) and not LEFT_OUT.fullmatch(name)
