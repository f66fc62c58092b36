"""Configurable products: their options, and the children that differ in them."""

from typing import Any

from ..call import Call, Route
from ..errors import missing, no_such_entity, refused
from . import attributes, products, values

RESOURCE, READ = "Magento_Catalog::products", "Magento_Catalog::products"


def _parent(call: Call) -> dict[str, Any]:
    doc = products.find(call.memory, call.params["sku"])
    if doc["type_id"] != "configurable":
        raise refused("The product type isn't valid: %1", doc["type_id"])
    return doc


def children(call: Call) -> list[dict[str, Any]]:
    """
    List a product's children; of any other product there are none.

    :raises Refusal: there is no such product
    """
    doc = products.find(call.memory, call.params["sku"])
    found = (call.memory.get(products.KIND, number) for number in doc["children"])
    return [products.child_shown(each, call.memory, call.store) for each in found if each is not None]


def options(call: Call) -> list[dict[str, Any]]:
    doc = products.find(call.memory, call.params["sku"])
    if doc["type_id"] != "configurable":
        raise missing("The %1 product isn't configurable.", doc["sku"])
    return list(doc["options"])


def option(call: Call) -> dict[str, Any]:
    """
    Return one option.

    :raises Refusal: the parent has none of this number
    """
    found = next((each for each in _parent(call)["options"] if each["id"] == call.number("id")), None)
    if found is None:
        raise no_such_entity("id", call.number("id"))
    return dict(found)


def add_option(call: Call) -> str:
    """
    Let children differ in one more attribute; the parent's `updated_at` stays.

    :raises Refusal: no attribute, or one without values
    """
    doc, given = _parent(call), call.body["option"]
    attribute = attributes.by_code(call.memory, str(given.get("attribute_id") or ""))
    if attribute is None:
        raise no_such_entity("attribute_id", given.get("attribute_id"))
    chosen = [{"value_index": each["value_index"]} for each in given.get("values") or []]
    if not chosen:
        raise refused("Option values are not specified.")
    kept = [each for each in doc["options"] if each["attribute_id"] != str(attribute["attribute_id"])]
    number = call.memory.number("configurable_option")
    doc["options"] = [
        *kept,
        {
            "id": number,
            "attribute_id": str(attribute["attribute_id"]),
            "label": given.get("label") or attribute["default_frontend_label"],
            "position": given.get("position") or 0,
            "values": chosen,
            "product_id": doc["id"],
        },
    ]
    products.save(call.memory, doc)
    return str(number)


def change_option(call: Call) -> int:
    doc, given, number = _parent(call), call.body["option"], call.number("id")
    for each in doc["options"]:
        if each["id"] == number:
            each |= {name: given[name] for name in ("label", "position") if given.get(name) is not None}
            if given.get("values"):
                each["values"] = [{"value_index": value["value_index"]} for value in given["values"]]
            products.save(call.memory, doc)
            return number
    raise no_such_entity("id", number)


def drop_option(call: Call) -> bool:
    doc, number = _parent(call), call.number("id")
    kept = [each for each in doc["options"] if each["id"] != number]
    if len(kept) == len(doc["options"]):
        raise no_such_entity("id", number)
    doc["options"] = kept
    products.save(call.memory, doc)
    return True


def link(call: Call) -> bool:
    """
    Give a parent a child; the parent's `updated_at` moves, the child's does not.

    :raises Refusal: no options yet, no such child, one without a value, or one that it has
    """
    doc = products.find(call.memory, call.params["sku"])
    child = products.find(call.memory, call.body["childSku"])
    if not doc["options"]:
        raise refused("The parent product doesn't have configurable product options.")
    if child["id"] in doc["children"]:
        raise refused("The product is already attached.")
    for each in doc["options"]:
        code = attributes.code_of(call.memory, each["attribute_id"])
        value = child["values"].get(code)
        if value is None:
            text = 'The child product doesn\'t have the "%1" attribute value. Verify the value and try again.'
            raise refused(text, code)
        if not any(str(known["value_index"]) == str(value) for known in each["values"]):
            each["values"].append({"value_index": int(value)})
    doc["children"].append(child["id"])
    doc["updated_at"] = call.world.stamp()
    products.save(call.memory, doc)
    return True


def unlink(call: Call) -> bool:
    """
    Take a child from its parent.

    :raises Refusal: it is none of its children
    """
    doc = _parent(call)
    child = call.memory.named(products.KIND, call.params["childSku"])
    if child is None or child["id"] not in doc["children"]:
        raise refused("The option that was requested doesn't exist. Verify the entity and try again.")
    doc["children"].remove(child["id"])
    values.trim_options(call.memory, doc)
    doc["updated_at"] = call.world.stamp()
    products.save(call.memory, doc)
    return True


ROUTES = (
    Route("GET", "configurable-products/{sku}/children", READ, children),
    Route("DELETE", "configurable-products/{sku}/children/{childSku}", RESOURCE, unlink),
    Route("POST", "configurable-products/{sku}/child", RESOURCE, link),
    Route("GET", "configurable-products/{sku}/options/all", READ, options),
    Route("GET", "configurable-products/{sku}/options/{id}", READ, option),
    Route("POST", "configurable-products/{sku}/options", RESOURCE, add_option),
    Route("PUT", "configurable-products/{sku}/options/{id}", RESOURCE, change_option),
    Route("DELETE", "configurable-products/{sku}/options/{id}", RESOURCE, drop_option),
)
