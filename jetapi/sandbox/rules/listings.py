"""What a SKU's listing data must look like, every field rule at once."""

from typing import Any

from .. import dates, words
from ..kit import checks
from ..kit.checks import Check
from ..kit.wire import Document, quoted
from ..options import Options
from . import barcodes

IMAGE_FIELDS = ("main_image_url", "swatch_image_url", "alternate_images")
MAP_RULES = ("101", "102", "103")
OLD_MAP_RULES = ("type0", "type1", "type2", "type3", "type4")
MEMBERS_ONLY = ("102",)

FIELDS: dict[str, Check] = {
    "product_title": checks.text(5, 500),
    "jet_browse_node_id": checks.whole(1, 2**63 - 1),
    "amazon_item_type_keyword": checks.text(1, 2000),
    "category_path": checks.text(1, 2000),
    "brand": checks.text(1, 100),
    "manufacturer": checks.text(1, 100),
    "mfr_part_number": checks.text(1, 50),
    "multipack_quantity": checks.whole(1, 128),
    "product_description": checks.text(1, 2000),
    "bullets": checks.texts(5, 500),
    "number_units_for_price_per_unit": checks.number(above=0, decimals=None),
    "type_of_unit_for_price_per_unit": checks.text(1, 100),
    "shipping_weight_pounds": checks.number(above=0),
    "package_length_inches": checks.number(above=0),
    "package_width_inches": checks.number(above=0),
    "package_height_inches": checks.number(above=0),
    "display_length_inches": checks.number(above=0),
    "display_width_inches": checks.number(above=0),
    "display_height_inches": checks.number(above=0),
    "prop_65": checks.flag,
    "legal_disclaimer_description": checks.text(0, 500),
    "country_of_origin": checks.text(0, 50),
    "safety_warning": checks.text(0, 2000),
    "start_selling_date": dates.check_date,
    "fulfillment_time": checks.whole(0, 10_000),
    "msrp": checks.number(),
    "map_price": checks.number(below=10**7),
    "product_tax_code": checks.one_of(words.TAX_CODES),
    "no_return_fee_adjustment": checks.number(),
    "exclude_from_fee_adjustments": checks.flag,
    "ships_alone": checks.flag,
    "main_image_url": checks.url,
    "swatch_image_url": checks.url,
}
OTHER_FIELDS = (
    "standard_product_codes",
    "ASIN",
    "cpsia_cautionary_statements",
    "map_implementation",
    "attributes_node_specific",
    "alternate_images",
)


def filled(body: Document, options: Options) -> Document:
    """Leave out, in compat, the optional texts that old clients send empty."""
    if not options.compat:
        return body
    return {name: value for name, value in body.items() if value != "" or name == "product_title"}


def problems(body: Document, options: Options) -> list[str]:
    """List everything that Jet would refuse in a SKU message."""
    return [
        *(
            f"{name} is required."
            for name in ("product_title", "multipack_quantity")
            if body.get(name) is None
        ),
        *checks.problems(body, FIELDS),
        *barcodes.problems(body, strict=options.strict),
        *_identity(body),
        *_map(body, options),
        *_cpsia(body.get("cpsia_cautionary_statements")),
        *_attributes(body.get("attributes_node_specific")),
        *alternate_images(body.get("alternate_images")),
    ]


def kept(body: Document) -> Document:
    """Take over what Jet knows; unknown fields and nulls are dropped."""
    known = (*FIELDS, *OTHER_FIELDS)
    return {name: body[name] for name in known if body.get(name) is not None}


def _identity(body: Document) -> list[str]:
    if (
        body.get("standard_product_codes")
        or body.get("ASIN")
        or (body.get("brand") and body.get("mfr_part_number"))
    ):
        return []
    return [
        "standard_product_codes, ASIN, or brand together with mfr_part_number: at least one must be given."
    ]


def _map(body: Document, options: Options) -> list[str]:
    rule = body.get("map_implementation")
    if rule is None:
        return []
    known = (*MAP_RULES, *OLD_MAP_RULES) if options.compat or options.is_2015 else MAP_RULES
    if rule not in known:
        return [f"map_implementation must be one of: {', '.join(MAP_RULES)}."]
    if rule in MEMBERS_ONLY and body.get("map_price") is None:
        return ["map_price is required when map_implementation is 102."]
    return []


def _cpsia(value: Any) -> list[str]:
    name = "cpsia_cautionary_statements"
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 7:
        return [f"{name} must be a list of at most 7 statements."]
    known = checks.one_of(words.CPSIA)
    found = [f"{name} {complaint}." for each in value if (complaint := known(each))]
    said = {checks.squeezed(each) for each in value if isinstance(each, str)}
    if checks.squeezed(words.CPSIA_NONE) in said and len(said) > 1:
        found.append(f"{name} may not name other statements beside {quoted(words.CPSIA_NONE)}.")
    return found[:1] + [each for each in found[1:] if each != found[0]]


def _attributes(value: Any) -> list[str]:
    name = "attributes_node_specific"
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 10:
        return [f"{name} must be a list of at most 10 attributes."]
    found = []
    for place, each in enumerate(value):
        found += _attribute(each, f"{name}[{place}]")
    return found


def _attribute(each: Any, name: str) -> list[str]:
    if not isinstance(each, dict):
        return [f"{name} must be an object with attribute_id and attribute_value."]
    found = [
        f"{name}.{key} is required." for key in ("attribute_id", "attribute_value") if each.get(key) is None
    ]
    fields = {
        "attribute_id": checks.whole(0, 2**63 - 1),
        "attribute_value": checks.text(1, 2000),
        "attribute_value_unit": checks.text(0, 100),
    }
    return found + checks.problems(each, fields, f"{name}.")


def alternate_images(value: Any) -> list[str]:
    """List what is wrong with the further images."""
    name = "alternate_images"
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 8:
        return [f"{name} must be a list of at most 8 images."]
    found = []
    slots = []
    for place, each in enumerate(value):
        label = f"{name}[{place}]"
        if not isinstance(each, dict):
            found.append(f"{label} must be an object with image_slot_id and image_url.")
            continue
        slots.append(str(each.get("image_slot_id")))
        needed = ("image_slot_id", "image_url")
        found += [f"{label}.{key} is required." for key in needed if each.get(key) is None]
        found += checks.problems(
            each, {"image_slot_id": checks.whole(1, 8), "image_url": checks.url}, f"{label}."
        )
    if len(set(slots)) < len(slots):
        found.append(f"{name} may name each image_slot_id only once.")
    return found
