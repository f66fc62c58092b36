"""A merchant SKU as Jet holds it, with its sub-resources (docs/jet-api.md, products)."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from jetapi.types.base import AttributeId, Count, JetDate, JetDocument, JetValue, Many, Money


class ProductStatus(StrEnum):
    """Where a SKU stands; answers may hold other words, so `MerchantSku.status` is a plain string."""

    UNDER_JET_REVIEW = "Under Jet Review"
    MISSING_LISTING_DATA = "Missing Listing Data"
    AVAILABLE_FOR_PURCHASE = "Available for Purchase"
    EXCLUDED = "Excluded"
    UNAUTHORIZED = "Unauthorized"
    ARCHIVED = "Archived"


class StandardProductCode(JetValue):
    """A UPC, EAN, GTIN-14 or ISBN."""

    standard_product_code: str
    standard_product_code_type: str = ""


class NodeAttribute(JetValue):
    """A value for one attribute of the SKU's taxonomy node. Some clients met the unit under a plural key."""

    attribute_id: AttributeId
    attribute_value: str = ""
    attribute_value_unit: str | None = None
    attribute_value_units: str | None = None

    @property
    def unit(self) -> str:
        """The unit under whichever key it came."""
        return self.attribute_value_unit or self.attribute_value_units or ""


class AlternateImage(JetValue):
    """One of up to eight further images."""

    image_slot_id: int
    image_url: str


class NodePrice(JetValue):
    """The price at one fulfillment node."""

    fulfillment_node_id: str
    fulfillment_node_price: Money = None


class NodeInventory(JetValue):
    """The quantity at one fulfillment node; since 2018 each node has its own date."""

    fulfillment_node_id: str
    quantity: int = 0
    inventory_last_update: JetDate = None


class MerchantSku(JetDocument):
    """GET /merchant-skus/{sku}: what was sent, and what Jet made of it."""

    merchant_sku: str = ""
    merchant_sku_id: str | None = None
    merchant_id: str | None = None
    correlation_id: str | None = None
    status: str = ""
    sub_status: Many[str] = ()
    is_archived: bool = False
    product_title: str | None = None
    product_description: str | None = None
    jet_browse_node_id: Count = None
    amazon_item_type_keyword: str | None = None
    category_path: str | None = None
    standard_product_codes: Many[StandardProductCode] = ()
    asin: str | None = Field(default=None, alias="ASIN")
    brand: str | None = None
    manufacturer: str | None = None
    mfr_part_number: str | None = None
    multipack_quantity: Count = None
    bullets: Many[str] = ()
    number_units_for_price_per_unit: Money = None
    type_of_unit_for_price_per_unit: str | None = None
    shipping_weight_pounds: Money = None
    package_length_inches: Money = None
    package_width_inches: Money = None
    package_height_inches: Money = None
    display_length_inches: Money = None
    display_width_inches: Money = None
    display_height_inches: Money = None
    prop_65: bool | None = None
    legal_disclaimer_description: str | None = None
    cpsia_cautionary_statements: Many[str] = ()
    country_of_origin: str | None = None
    safety_warning: str | None = None
    start_selling_date: JetDate = None
    fulfillment_time: Count = None
    msrp: Money = None
    map_price: Money = None
    map_implementation: str | None = None
    product_tax_code: str | None = None
    no_return_fee_adjustment: Money = None
    exclude_from_fee_adjustments: bool | None = None
    ships_alone: bool | None = None
    attributes_node_specific: Many[NodeAttribute] = ()
    main_image_url: str | None = None
    swatch_image_url: str | None = None
    alternate_images: Many[AlternateImage] = ()
    price: Money = None
    price_by_fulfillment_node: Many[NodePrice] = ()
    inventory_by_fulfillment_node: Many[NodeInventory] = ()
    sku_last_update: JetDate = None
    price_last_update: JetDate = None
    inventory_last_update: JetDate = None
    relationship: str | None = None
    variation_refinements: Many[AttributeId] = ()
    jet_retail_sku: str | None = None
    producer_id: str | None = None
    time_to_return: Count = None
    return_location_ids: Many[str] = ()
    return_shipping_methods: Many[str] = ()


class Price(JetDocument):
    """GET .../price: what the merchant receives, in dollars."""

    price: Money = None
    fulfillment_nodes: Many[NodePrice] = ()
    price_last_update: JetDate = None


class Inventory(JetDocument):
    """GET .../inventory."""

    fulfillment_nodes: Many[NodeInventory] = ()
    inventory_last_update: JetDate = None


def _child_sku(value: Any) -> Any:
    """Children are sent as strings and come back as objects."""
    return value.get("merchant_sku") if isinstance(value, dict) else value


class Variation(JetDocument):
    """GET .../variation: a group of SKUs that differ in the refining attributes."""

    relationship: str | None = None
    variation_refinements: Many[AttributeId] = ()
    children_skus: Many[Annotated[str, BeforeValidator(_child_sku)]] = ()
    group_title: str | None = None


class ShippingException(JetValue):
    """One rule for a service level or a shipping method."""

    service_level: str | None = None
    shipping_method: str | None = None
    shipping_exception_type: str | None = None
    override_type: str | None = None
    shipping_charge_amount: Money = None


class NodeShippingExceptions(JetValue):
    """The rules at one fulfillment node."""

    fulfillment_node_id: str
    shipping_exceptions: Many[ShippingException] = ()


class ShippingExceptions(JetDocument):
    """GET .../shippingexception."""

    fulfillment_nodes: Many[NodeShippingExceptions] = ()


class ReturnsException(JetDocument):
    """GET .../returnsexception."""

    time_to_return: Count = None
    return_location_ids: Many[str] = ()
    return_shipping_methods: Many[str] = ()
