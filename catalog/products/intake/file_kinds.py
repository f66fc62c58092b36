"""Decides by the whole header what a file holds; what is none of ours to take is refused by its name. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalog.products.intake.reports import UnreadableFile


class FileKind(StrEnum):
    """What an import takes; the words stand on the preview."""

    PRODUCTS = "Products"
    OLD_PRODUCTS = "Products of Magento 1"
    STOCK_SOURCES = "Stock by source"
    ADVANCED_PRICES = "Advanced prices"
    # No file: what a linked store holds.
    STORE = "Store"


@dataclass(frozen=True)
class _Foreign:
    """A kind of file that is refused: so many of its columns, or one that nothing else has, mark it."""

    what: str
    marks: frozenset[str]
    least: int
    alone: frozenset[str] = frozenset()
    advice: str = ""

    def count(self, names: Collection[str]) -> int:
        """Return how many of the marks stand in the header, 0 where they do not suffice."""
        found = len(self.marks & set(names)) + len(self.alone & set(names))
        return found if found >= self.least or not self.alone.isdisjoint(names) else 0


def _foreign(what: str, least: int, marks: str, *, alone: str = "", advice: str = "") -> _Foreign:
    return _Foreign(what, frozenset(marks.split()), least, frozenset(alone.split()), advice)


# Column names in lower case, whatever is no letter or digit as _.
FOREIGN = (
    _foreign(
        "customers", 2,
        "email firstname lastname first_name last_name group_id dob password_hash rp_token customer_group_code "
        "customer_since gender taxvat _website created_in website_id",
    ),
    _foreign(
        "customer addresses", 3,
        "_address_city _address_postcode _entity_id _email city postcode street telephone country_id firstname "
        "lastname vat_id zip_postal_code",
    ),
    _foreign(
        "tax rates", 4,
        "code country state zip_post_code rate range_from range_to zip_is_range tax_country_id tax_region_id "
        "tax_postcode",
    ),
    _foreign(
        "orders or their lines", 2,
        "order order_no order_date order_status purchase_date purchase_point purchased_on bill_to_name "
        "ship_to_name customer_email payment_method shipping_method shipping_address billing_address "
        "shipping_and_handling order_total subtotal customer_name quantity_ordered buyer qty_invoiced "
        "qty_shipped",
        alone="order_id order_number increment_id qty_ordered order_item_id grand_total grand_total_base "
              "grand_total_purchased ordered_quantity",
    ),
    _foreign(
        "shipments", 2,
        "order carrier ship_date shipped_at shipped_on method",
        alone="tracking_number track_number tracking shipment_id shipment_number",
        advice=" Tracking numbers go to Orders, Ship by CSV.",
    ),
    _foreign(
        "returns, refunds or invoices", 2,
        "reason resolution refunded status",
        alone="return_id rma_id rma_number creditmemo_id credit_memo refund_id invoice_id invoice_number",
    ),
    _foreign(
        "reviews", 2,
        "nickname review rating review_title rating_summary title detail summary",
        alone="review_id review_status",
    ),
    _foreign(
        "coupons", 2,
        "coupon_code uses times_used usage_limit rule_id",
    ),
    _foreign(
        "newsletter subscribers", 2,
        "email customer_first_name customer_last_name web_site subscriber_status",
        alone="subscriber_id subscriber_email",
    ),
    _foreign(
        "shipping rates", 3,
        "country region_state zip_postal_code shipping_price weight_and_above order_subtotal_and_above "
        "of_items_and_above",
    ),
    _foreign(
        "categories", 2,
        "category_id parent_id is_anchor include_in_menu children_count display_mode level parent_category "
        "entity_id default_sort_by",
    ),
    _foreign(
        "URL rewrites", 2,
        "request_path target_path redirect_type",
    ),
    _foreign(
        "search terms", 2,
        "query_text search_query num_results popularity uses",
    ),
    _foreign(
        "attributes", 2,
        "attribute_code frontend_input frontend_label backend_type is_filterable attribute_id is_searchable "
        "default_value",
    ),
    _foreign(
        "Jet's taxonomy", 2,
        "jettaxcode parent_id level facet_filter variant_pair merchant_defined category_id attribute_id",
        alone="jettaxcode variant_pair",
        advice=" It goes to Import Taxonomy.",
    ),
    _foreign(
        "prices of customer groups", 2,
        "price_type tier_price min_qty",
        alone="customer_group customer_group_id group_price group_name price_qty tier_qty tier_price_qty",
        advice=" Only a product's own price goes to Jet.",
    ),
    _foreign(
        "stock settings by source", 2,
        "source_code",
        alone="notify_stock_qty notify_stock_qty_use_default",
        advice=" The export Stock Sources is taken.",
    ),
    _foreign(
        "salable quantities by stock", 2,
        "stock_id qty quantity",
        alone="is_salable salable_qty salable_quantity stock_name",
        advice=" The export Stock Sources is taken.",
    ),
    _foreign(
        "custom options", 2,
        "option_title option_price option_type option_sku option_value option_title_price option_type_title",
    ),
    _foreign(
        "links between products", 2,
        "link_type position",
        alone="linked_sku linked_product_sku related_sku link_type_code linked_product_type",
    ),
    _foreign(
        "products' places in categories", 2,
        "category_id category_path position",
    ),
    _foreign(
        "stock sources themselves", 3,
        "source_code name enabled country_id region postcode use_default_carrier_config",
    ),
    _foreign(
        "a product export of Shopify", 2,
        "handle body_html variant_sku variant_price variant_inventory_qty option1_name option1_value image_src",
    ),
    _foreign(
        "a product export of WooCommerce", 2,
        "regular_price in_stock is_featured visibility_in_catalog tax_status backorders_allowed "
        "date_sale_price_starts sale_price",
    ),
    _foreign(
        "a listing file of Amazon", 2,
        "item_sku item_name standard_price feed_product_type seller_sku asin1 external_product_id "
        "external_product_id_type listing_id fulfillment_channel",
    ),
    _foreign(
        "a listing file of eBay", 2,
        "item_number custom_label custom_label_sku start_price available_quantity listing_site",
    ),
    _foreign(
        "a sales report", 2,
        "interval period sales_total sales_items average_price sales_shipping",
    ),
)  # fmt: skip
# Only a product file of Magento 2 has these: an attribute beside them may be called like another file's column.
PRODUCT_MARKS = frozenset({"product_type", "attribute_set_code", "additional_attributes", "product_online"})
OLD_MARKS = frozenset(
    {"_store", "_attribute_set", "_type", "_category", "_root_category", "_product_websites"}
)
DATAFLOW_MARKS = frozenset({"attribute_set", "type", "websites", "category_ids"})
STOCK_MARKS = frozenset({"source_code", "sku", "quantity"})
# What people who write such a file by hand call its columns; then it holds no others.
STOCK_NAMES = {"source": "source_code", "qty": "quantity", "is_in_stock": "status"}
PRICE_MARKS = frozenset({"sku", "tier_price", "tier_price_qty", "tier_price_customer_group"})
# Magento 1's names and the ones that its first CSVs for Magento 2 kept.
OLD_NAMES = {
    "_store": "store_view_code",
    "_attribute_set": "attribute_set_code",
    "_type": "product_type",
    "status": "product_online",
    "image": "base_image",
    "thumbnail": "thumbnail_image",
    "special_from_date": "special_price_from_date",
    "special_to_date": "special_price_to_date",
    "min_qty": "out_of_stock_qty",
    "backorders": "allow_backorders",
    "msrp": "msrp_price",
}
# The same of Magento 1's other export, the one of its profiles.
DATAFLOW_NAMES = {"store": "store_view_code", "attribute_set": "attribute_set_code", "type": "product_type"}
_SIGNS = re.compile(r"[^a-z0-9]+")


def recognise(names: Collection[str]) -> FileKind:
    """
    Return what a file with these columns holds; names come in lower case.

    :raises UnreadableFile: it is a kind that is not imported here, or nothing identifies its rows
    """
    found = {name for name in names if name}
    words = set(map(_word, found))
    if words >= PRICE_MARKS:
        return FileKind.ADVANCED_PRICES
    if _is_of_sources(words):
        return FileKind.STOCK_SOURCES
    if "sku" not in found or not found & PRODUCT_MARKS:
        _refuse_foreign(found)
    if "sku" not in found:
        seen = ", ".join(name for name in names if name)[:300]
        raise UnreadableFile(
            f"The header in line 1 has no column named sku. Columns found: {seen or 'none'}."
        )
    return FileKind.OLD_PRODUCTS if old_names(found) else FileKind.PRODUCTS


def _word(name: str) -> str:
    """Names of Magento 1 begin with _, which separates a customer's _website from a product's."""
    return name if name.startswith("_") else _SIGNS.sub("_", name).strip("_")


def _is_of_sources(words: set[str]) -> bool:
    if words >= STOCK_MARKS:
        return True
    plain = {STOCK_NAMES.get(word, word) for word in words}
    # Beside a source, a quantity is that of the source alone, whatever it is called.
    return plain >= STOCK_MARKS and ("source_code" in words or plain <= {*STOCK_MARKS, "status"})


def todays_names(names: Sequence[str], kind: FileKind) -> list[str]:
    """Return column names in the words under which this kind of file is read; they come in lower case."""
    if kind == FileKind.PRODUCTS:
        return list(names)
    if kind == FileKind.OLD_PRODUCTS:
        old = old_names(names)
        return [old.get(name, name) for name in names]
    words = [_word(name) for name in names]
    renamed = {} if kind == FileKind.ADVANCED_PRICES else STOCK_NAMES
    return [word if renamed.get(word) in words else renamed.get(word, word) for word in words]


def _refuse_foreign(found: set[str]) -> None:
    words = set(map(_word, found))
    if "sku" in words and (words & OLD_MARKS or len(words & DATAFLOW_MARKS) > 1):
        return
    kind = max(FOREIGN, key=lambda each: each.count(words))
    if kind.count(words):
        seen = ", ".join(sorted(words & (kind.marks | kind.alone)))
        raise UnreadableFile(
            f"This file holds {kind.what}, not products (columns {seen}). Nothing was read of it.{kind.advice}"
        )


def old_names(found: Collection[str]) -> dict[str, str]:
    """Return today's word for Magento 1's column names, where the header as a whole is Magento 1's; else nothing."""
    names = set(found)
    if names & OLD_MARKS or len(names & OLD_NAMES.keys()) > 1:
        return OLD_NAMES
    return {**OLD_NAMES, **DATAFLOW_NAMES} if len(names & DATAFLOW_MARKS) > 1 else {}
