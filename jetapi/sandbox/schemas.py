"""The shapes of request bodies, as the OpenAPI document has them."""

from collections.abc import Sequence
from typing import Any

from . import words

Schema = dict[str, Any]


def _object(required: Sequence[str] = (), **properties: Schema) -> Schema:
    body: Schema = {"type": "object", "properties": properties}
    return {**body, "required": list(required)} if required else body


def _list(of: Schema, **limits: int) -> Schema:
    return {"type": "array", "items": of, **limits}


def _text(low: int = 0, high: int = 200) -> Schema:
    return {"type": "string", "minLength": low, "maxLength": high}


def _enum(values: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


ANY_TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
DATE: Schema = {"type": "string", "format": "date-time"}
URI: Schema = {"type": "string", "format": "uri"}
COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 1_000_000}
LONG: Schema = {"type": "integer", "format": "int64", "minimum": 1}
AMOUNT: Schema = {"type": "number", "minimum": 0, "multipleOf": 0.01}
ABOVE_ZERO: Schema = {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01}
PRICE: Schema = {**ABOVE_ZERO, "format": "price"}  # what compat rounds to cents

MONEY_BACK = _object(principal=AMOUNT, tax=AMOUNT, shipping_cost=AMOUNT, shipping_tax=AMOUNT)
ADDRESS = _object(address1=ANY_TEXT, address2=ANY_TEXT, city=ANY_TEXT, state=ANY_TEXT, zip_code=ANY_TEXT)
IMAGE = _object(
    ("image_slot_id", "image_url"),
    image_slot_id={"type": "integer", "minimum": 1, "maximum": 8},
    image_url=URI,
)
CODE = _object(
    ("standard_product_code", "standard_product_code_type"),
    standard_product_code=ANY_TEXT,
    standard_product_code_type=_enum(tuple(words.CODE_LENGTHS)),
)
ATTRIBUTE = _object(
    ("attribute_id", "attribute_value"),
    attribute_id={**LONG, "minimum": 0},
    attribute_value=ANY_TEXT,
    attribute_value_unit=ANY_TEXT,
)

SHIPPING_NODE = _object(
    ("fulfillment_node_id", "shipping_exceptions"),
    fulfillment_node_id=ANY_TEXT,
    shipping_exceptions=_list(
        _object(
            ("shipping_exception_type",),
            service_level=_enum(words.SERVICE_LEVELS),
            shipping_method=_enum(words.SHIPPING_METHODS),
            shipping_exception_type=_enum(("exclusive", "restricted")),
            override_type=_enum(("Override charge", "Additional charge")),
            shipping_charge_amount=AMOUNT,
        )
    ),
)

REFUND_ITEM = (
    "order_item_id",
    "total_quantity_returned",
    "order_return_refund_qty",
    "refund_reason",
    "refund_amount",
)

COMPONENTS: dict[str, Schema] = {
    "Keys": _object(("user", "pass"), **{"user": ANY_TEXT, "pass": ANY_TEXT}),
    "Sku": _object(
        ("product_title", "multipack_quantity"),
        product_title=_text(5, 500),
        jet_browse_node_id=LONG,
        amazon_item_type_keyword=ANY_TEXT,
        category_path=ANY_TEXT,
        standard_product_codes=_list(CODE),
        ASIN=_text(10, 10),
        brand=_text(1, 100),
        manufacturer=_text(1, 100),
        mfr_part_number=_text(1, 50),
        multipack_quantity={"type": "integer", "minimum": 1, "maximum": 128},
        product_description=_text(1, 2000),
        bullets=_list(_text(0, 500), maxItems=5),
        number_units_for_price_per_unit={"type": "number", "exclusiveMinimum": 0},
        type_of_unit_for_price_per_unit=ANY_TEXT,
        shipping_weight_pounds=ABOVE_ZERO,
        package_length_inches=ABOVE_ZERO,
        package_width_inches=ABOVE_ZERO,
        package_height_inches=ABOVE_ZERO,
        display_length_inches=ABOVE_ZERO,
        display_width_inches=ABOVE_ZERO,
        display_height_inches=ABOVE_ZERO,
        prop_65=FLAG,
        legal_disclaimer_description=_text(0, 500),
        cpsia_cautionary_statements=_list(_enum(words.CPSIA), maxItems=7),
        country_of_origin=_text(0, 50),
        safety_warning=_text(0, 2000),
        start_selling_date=DATE,
        fulfillment_time=COUNT,
        msrp={**AMOUNT, "format": "price"},
        map_price={**AMOUNT, "format": "price"},
        map_implementation=_enum(("101", "102", "103")),
        product_tax_code=_enum(words.TAX_CODES),
        no_return_fee_adjustment=AMOUNT,
        exclude_from_fee_adjustments=FLAG,
        ships_alone=FLAG,
        attributes_node_specific=_list(ATTRIBUTE, maxItems=10),
        main_image_url=URI,
        swatch_image_url=URI,
        alternate_images=_list(IMAGE, maxItems=8),
    ),
    "Price": _object(
        ("price",),
        price=PRICE,
        fulfillment_nodes=_list(
            _object(
                ("fulfillment_node_id", "fulfillment_node_price"),
                fulfillment_node_id=ANY_TEXT,
                fulfillment_node_price=PRICE,
            )
        ),
    ),
    "Inventory": _object(
        ("fulfillment_nodes",),
        fulfillment_nodes=_list(
            _object(("fulfillment_node_id", "quantity"), fulfillment_node_id=ANY_TEXT, quantity=COUNT)
        ),
    ),
    "Images": _object(main_image_url=URI, swatch_image_url=URI, alternate_images=_list(IMAGE, maxItems=8)),
    "Variation": _object(
        ("relationship", "variation_refinements", "children_skus"),
        relationship=_enum(("Variation",)),
        variation_refinements=_list(LONG, minItems=1),
        children_skus=_list(ANY_TEXT, minItems=1),
        group_title=ANY_TEXT,
    ),
    # Files of one client hold a single node in the place of the list.
    "ShippingException": _object(
        ("fulfillment_nodes",), fulfillment_nodes=_list(SHIPPING_NODE), **SHIPPING_NODE["properties"]
    ),
    "ReturnsException": _object(
        time_to_return={"type": "integer", "minimum": 1, "maximum": 30},
        return_location_ids=_list(ANY_TEXT),
        return_shipping_methods=_list(_enum(words.RETURN_METHODS)),
    ),
    "Archive": _object(("is_archived",), is_archived=FLAG),
    "UploadedFile": _object(
        ("url", "file_type", "file_name"), url=URI, file_type=_enum(words.FILE_TYPES), file_name=_text(1)
    ),
    "Acknowledgement": _object(
        ("acknowledgement_status",),
        acknowledgement_status=_enum(words.ACKNOWLEDGEMENTS),
        alt_order_id=ANY_TEXT,
        order_items=_list(
            _object(
                ("order_item_id", "order_item_acknowledgement_status"),
                order_item_id=ANY_TEXT,
                alt_order_item_id=ANY_TEXT,
                order_item_acknowledgement_status=_enum(words.ITEM_ACKNOWLEDGEMENTS),
            )
        ),
    ),
    "Shipped": _object(
        ("shipments",),
        alt_order_id=ANY_TEXT,
        shipments=_list(
            _object(
                ("shipment_items",),
                alt_shipment_id=ANY_TEXT,
                shipment_tracking_number=ANY_TEXT,
                response_shipment_date=DATE,
                response_shipment_method=ANY_TEXT,
                expected_delivery_date=DATE,
                ship_from_zip_code=_text(0, 10),
                carrier=ANY_TEXT,
                carrier_pick_up_date=DATE,
                shipment_items=_list(
                    _object(
                        ("merchant_sku",),
                        alt_shipment_item_id=ANY_TEXT,
                        merchant_sku=ANY_TEXT,
                        response_shipment_sku_quantity=COUNT,
                        response_shipment_cancel_qty=COUNT,
                        RMA_number=ANY_TEXT,
                        days_to_return=COUNT,
                        return_location=ADDRESS,
                    ),
                    minItems=1,
                ),
                redirect_notification=_object(redirect_node=ANY_TEXT, is_redirect_for_zero_inventory=FLAG),
            ),
            minItems=1,
        ),
    ),
    "Tag": _object(tag=ANY_TEXT),
    "GeneratedOrders": _object(
        ("items",),
        fulfillment_node=ANY_TEXT,
        items=_list(
            _object(("sku",), sku=_text(1, 50), order_quantity=COUNT, order_cancel_quantity=COUNT), minItems=1
        ),
    ),
    "CompletedReturn": _object(
        ("merchant_order_id", "agree_to_return_charge", "items"),
        merchant_order_id=ANY_TEXT,
        alt_order_id=ANY_TEXT,
        agree_to_return_charge=FLAG,
        return_charge_feedback=_enum(words.CHARGE_FEEDBACK),
        items=_list(
            _object(
                ("order_item_id", "total_quantity_returned", "order_return_refund_qty", "refund_amount"),
                order_item_id=ANY_TEXT,
                alt_order_item_id=ANY_TEXT,
                total_quantity_returned=COUNT,
                order_return_refund_qty=COUNT,
                return_refund_feedback=_enum(words.RETURN_FEEDBACK),
                notes=ANY_TEXT,
                refund_amount=MONEY_BACK,
            )
        ),
    ),
    "Refund": _object(
        ("items",),
        items=_list(
            _object(
                REFUND_ITEM,
                order_item_id=ANY_TEXT,
                alt_order_item_id=ANY_TEXT,
                total_quantity_returned=COUNT,
                order_return_refund_qty=COUNT,
                refund_reason=_enum(words.REFUND_REASONS),
                refund_feedback=_enum(words.REFUND_FEEDBACK),
                notes=ANY_TEXT,
                refund_amount=MONEY_BACK,
            )
        ),
    ),
    "SettlementId": {"type": "string"},
    "Errors": _object(errors=_list(ANY_TEXT), Message=ANY_TEXT),
}
