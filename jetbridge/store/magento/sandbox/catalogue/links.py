"""Links between products (related, upsell, crosssell), and options that a product has by itself."""

from typing import Any

from ..call import Call, Route
from ..errors import missing, refused
from ..memory import StoreMemory
from . import products

RESOURCE = "Magento_Catalog::catalog"
TYPES = {"related": 1, "crosssell": 5, "upsell": 4, "associated": 3}
OPTION_TYPES = {
    "Text": (("field", "Field"), ("area", "Area")), "File": (("file", "File"),),
    "Select": (
        ("drop_down", "Drop-down"), ("radio", "Radio Buttons"), ("checkbox", "Checkbox"),
        ("multiple", "Multiple Select"),
    ),
    "Date": (("date", "Date"), ("date_time", "Date & Time"), ("time", "Time")),
}  # fmt: skip
LINKS, OWN = "product_links", "own_options"
Doc = dict[str, Any]


def types(_call: Call) -> list[Doc]:
    return [{"code": code, "name": name} for name, code in TYPES.items()]


def type_attributes(call: Call) -> list[Doc]:
    """Say what a link of a type has: a place, and in a grouped product a quantity."""
    found = [{"code": "position", "type": "int"}]
    return (
        [*found, {"code": "qty", "type": "decimal"}] if _type(call.params["type"]) == "associated" else found
    )


def _type(name: str) -> str:
    """
    Return a type of links.

    :raises Refusal: there is none of this name
    """
    if name not in TYPES:
        raise missing('The "%1" link type is unknown. Verify the type and try again.', name)
    return name


def linked(call: Call) -> list[Doc]:
    doc, kind = products.find(call.memory, call.params["sku"]), _type(call.params["type"])
    return [each for each in doc.get(LINKS, []) if each["link_type"] == kind]


def keep(memory: StoreMemory, doc: Doc, given: list[Doc]) -> None:
    """
    Write links; one to the same product takes the other's place.

    :raises Refusal: a type or a product that there is none of
    """
    found = {_key(each): each for each in doc.get(LINKS, [])}
    for each in given:
        other = memory.named(products.KIND, each.get("linked_product_sku") or "")
        if other is None:
            text = "The product with SKU %1 isn't there. Verify the SKU and try again."
            raise missing(text, each.get("linked_product_sku") or "")
        link = {
            "sku": doc["sku"], "link_type": _type(each.get("link_type") or "related"),
            "linked_product_sku": other["sku"],
            "linked_product_type": other["type_id"], "position": each.get("position") or 0,
        }  # fmt: skip
        found[_key(link)] = link
    doc[LINKS] = list(found.values())


def _key(link: Doc) -> tuple[str, str]:
    return str(link["link_type"]), str(link["linked_product_sku"]).lower()


def link(call: Call) -> bool:
    doc = products.find(call.memory, call.params["sku"])
    keep(call.memory, doc, call.body["items"] if "items" in call.body else [call.body["entity"]])
    products.save(call.memory, doc)
    return True


def unlink(call: Call) -> bool:
    """
    Take a link away.

    :raises Refusal: there is none
    """
    doc, sku = products.find(call.memory, call.params["sku"]), call.params["linkedProductSku"]
    key = (_type(call.params["type"]), sku.lower())
    kept = [each for each in doc.get(LINKS, []) if _key(each) != key]
    if len(kept) == len(doc.get(LINKS, [])):
        raise missing("Product %1 is not linked to product %2 with link type %3", sku, doc["sku"], key[0])
    doc[LINKS] = kept
    products.save(call.memory, doc)
    return True


def option_types(_call: Call) -> list[Doc]:
    found = ((group, code, label) for group, of in OPTION_TYPES.items() for code, label in of)
    return [{"label": label, "code": code, "group": group} for group, code, label in found]


def options(call: Call) -> list[Doc]:
    return list(products.find(call.memory, call.params["sku"]).get(OWN, []))


def _option(call: Call) -> tuple[Doc, Doc]:
    doc = products.find(call.memory, call.params["sku"])
    for each in doc.get(OWN, []):
        if each["option_id"] == call.number("optionId"):
            return doc, each
    raise missing("The product's custom option couldn't be found. Verify and try again.")


def option(call: Call) -> Doc:
    return _option(call)[1]


def drop_option(call: Call) -> bool:
    doc, gone = _option(call)
    doc[OWN].remove(gone)
    products.save(call.memory, doc)
    return True


def save_option(call: Call) -> Doc:
    """
    Give a product an option of its own, or change it.

    :raises Refusal: no product is named, or there is no such product
    """
    given = {name: value for name, value in call.body["option"].items() if value is not None}
    if not given.get("product_sku"):
        raise refused("The ProductSku is empty. Set the ProductSku and try again.")
    doc = products.find(call.memory, given["product_sku"])
    number = int(call.params.get("optionId") or given.get("option_id") or call.memory.number("own_option"))
    known: Doc = next((each for each in doc.get(OWN, []) if each["option_id"] == number), {})
    made = {
        "sort_order": 0,
        "is_require": False,
        "title": "",
        "type": "field",
        **known,
        **given,
        "option_id": number,
    }
    if "values" in made:
        made["values"] = [
            {"sort_order": 0, "price": 0, "price_type": "fixed", "title": "", **_said(each),
             "option_type_id": each.get("option_type_id") or call.memory.number("own_option_value")}
            for each in made["values"]
        ]  # fmt: skip
    doc[OWN] = [*(each for each in doc.get(OWN, []) if each["option_id"] != number), made]
    products.save(call.memory, doc)
    return made


def _said(given: Doc) -> Doc:
    return {name: value for name, value in given.items() if value is not None}


ROUTES = (
    Route("GET", "products/links/types", RESOURCE, types),
    Route("GET", "products/links/{type}/attributes", RESOURCE, type_attributes),
    Route("GET", "products/{sku}/links/{type}", RESOURCE, linked),
    Route("POST", "products/{sku}/links", RESOURCE, link),
    Route("PUT", "products/{sku}/links", RESOURCE, link),
    Route("DELETE", "products/{sku}/links/{type}/{linkedProductSku}", RESOURCE, unlink),
    Route("GET", "products/options/types", RESOURCE, option_types),
    Route("GET", "products/{sku}/options", RESOURCE, options),
    Route("GET", "products/{sku}/options/{optionId}", RESOURCE, option),
    Route("DELETE", "products/{sku}/options/{optionId}", RESOURCE, drop_option),
    Route("POST", "products/options", RESOURCE, save_option),
    Route("PUT", "products/options/{optionId}", RESOURCE, save_option),
)
