"""Sets of attributes, and what stands in them."""

from typing import Any

from .. import lists
from ..call import Call, Route
from ..errors import no_such_entity, refused
from ..memory import StoreMemory
from . import attributes

RESOURCE = "Magento_Catalog::sets"


def set_list(call: Call) -> dict[str, Any]:
    return lists.members(call, call.memory.all(attributes.SETS))


def group_list(call: Call) -> dict[str, Any]:
    return lists.members(call, call.memory.all(attributes.GROUPS))


def _set(call: Call, number: int) -> dict[str, Any]:
    found = call.memory.get(attributes.SETS, number)
    if found is None:
        raise no_such_entity("id", number)
    return found


def get_set(call: Call) -> dict[str, Any]:
    return _set(call, call.number("attributeSetId"))


def set_attributes(call: Call) -> list[dict[str, Any]]:
    number = call.number("attributeSetId")
    _set(call, number)
    found = [each for each in call.memory.all(attributes.KIND) if number in each["set_ids"]]
    return [attributes.shown(each, call.store, is_short=True) for each in found]


def make_set(call: Call) -> dict[str, Any]:
    """
    Make a set that has what another has.

    :raises Refusal: there is one of this name, or no skeleton of this number
    """
    given, skeleton = call.body["attributeSet"], call.body["skeletonId"]
    name = given.get("attribute_set_name") or ""
    _set(call, skeleton)
    if call.memory.named(attributes.SETS, name) is not None:
        raise refused('A "%1" attribute set name already exists. Create a new name and try again.', name)
    number = add(call.memory, name, skeleton, given.get("sort_order") or 0)
    return _set(call, number)


def add(memory: StoreMemory, name: str, skeleton: int = attributes.DEFAULT_SET, order: int = 0) -> int:
    """Add a set that has what another has; give its number."""
    number = memory.number(attributes.SETS)
    doc = {"attribute_set_id": number, "attribute_set_name": name, "sort_order": order, "entity_type_id": 4}
    memory.put(attributes.SETS, number, doc, name=name)
    for each in memory.all(attributes.KIND):
        if skeleton in each["set_ids"]:
            each["set_ids"].append(number)
            memory.put(attributes.KIND, each["attribute_id"], each, name=each["attribute_code"])
    return number


def assign(call: Call) -> str:
    """
    Put an attribute into a set.

    :raises Refusal: there is no such attribute or set
    """
    code, number = call.body["attributeCode"], call.body["attributeSetId"]
    _set(call, number)
    doc = attributes.by_code(call.memory, code)
    if doc is None:
        raise no_such_entity("attribute_code", code)
    if number not in doc["set_ids"]:
        doc["set_ids"].append(number)
        call.memory.put(attributes.KIND, doc["attribute_id"], doc, name=doc["attribute_code"])
    return str(doc["attribute_id"])


def unassign(call: Call) -> bool:
    """
    Take an attribute out of a set.

    :raises Refusal: there is no such set, or the attribute is not in it
    """
    number, code = call.number("attributeSetId"), call.params["attributeCode"]
    _set(call, number)
    doc = attributes.by_code(call.memory, code)
    if doc is None:
        raise no_such_entity("attribute_code", code)
    if number not in doc["set_ids"]:
        text = (
            'The "%1" attribute wasn\'t found in the "%2" attribute set. Enter the attribute and try again.'
        )
        raise refused(text, code, number)
    doc["set_ids"].remove(number)
    call.memory.put(attributes.KIND, doc["attribute_id"], doc, name=doc["attribute_code"])
    return True


ROUTES = (
    Route("GET", "eav/attribute-sets/list", RESOURCE, set_list),
    Route("GET", "products/attribute-sets/sets/list", RESOURCE, set_list),
    Route("GET", "products/attribute-sets/groups/list", RESOURCE, group_list),
    Route("GET", "products/attribute-sets/{attributeSetId}", RESOURCE, get_set),
    Route("GET", "products/attribute-sets/{attributeSetId}/attributes", RESOURCE, set_attributes),
    Route("POST", "products/attribute-sets", RESOURCE, make_set),
    Route("POST", "products/attribute-sets/attributes", RESOURCE, assign),
    Route(
        "DELETE", "products/attribute-sets/{attributeSetId}/attributes/{attributeCode}", RESOURCE, unassign
    ),
)
