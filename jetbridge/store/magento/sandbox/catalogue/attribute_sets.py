"""Sets of attributes, and what stands in them."""

from collections.abc import Callable
from typing import Any

from .. import lists
from ..call import Call, Route
from ..errors import missing, no_such_entity, refused
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


def change_set(call: Call) -> dict[str, Any]:
    """
    Rename a set, or place it elsewhere.

    :raises Refusal: there is none of this number
    """
    doc, given = get_set(call), call.body["attributeSet"]
    doc |= {name: given[name] for name in ("attribute_set_name", "sort_order") if given.get(name) is not None}
    call.memory.put(attributes.SETS, doc["attribute_set_id"], doc, name=doc["attribute_set_name"])
    return doc


def drop_set(call: Call) -> bool:
    """
    Delete a set with its groups.

    :raises Refusal: there is none, or it is the default set
    """
    number = int(get_set(call)["attribute_set_id"])
    if number == attributes.DEFAULT_SET:
        raise refused("The default attribute set can't be deleted.")
    call.memory.forget(attributes.SETS, number)
    return True


def _group(call: Call, number: int) -> dict[str, Any]:
    found = call.memory.get(attributes.GROUPS, number)
    if found is None:
        raise missing('The group with the "%1" ID doesn\'t exist. Verify the ID and try again.', number)
    return found


def save_group(call: Call) -> dict[str, Any]:
    """
    Add a group to a set, or rename it.

    :raises Refusal: there is no such set or group
    """
    given = call.body["group"]
    chosen = int(call.params.get("attributeSetId") or given.get("attribute_set_id") or 0)
    _set(call, chosen)
    number = given.get("attribute_group_id")
    doc = _group(call, int(number)) if number else {"attribute_group_id": str(_new_group(call))}
    name = given.get("attribute_group_name") or doc.get("attribute_group_name") or ""
    doc = {**doc, "attribute_group_name": name, "attribute_set_id": chosen}
    call.memory.put(attributes.GROUPS, int(doc["attribute_group_id"]), doc, name=name)
    return doc


def _new_group(call: Call) -> int:
    last = max(number for number, _ in call.memory.each_name(attributes.GROUPS))
    call.memory.number_from(attributes.GROUPS, last + 1)
    return call.memory.number(attributes.GROUPS)


def drop_group(call: Call) -> bool:
    number = call.number("groupId")
    if _group(call, number)["attribute_set_id"] == attributes.DEFAULT_SET and number in attributes.SET_GROUPS:
        raise refused("The attribute group can't be deleted because it contains system attributes.")
    call.memory.forget(attributes.GROUPS, number)
    return True


def _both(
    method: str, endpoint: Callable[[Call], Any], tail: str = "/{attributeSetId}"
) -> tuple[Route, Route]:
    """Sets of products are spoken to as such, or as sets of any kind."""
    return tuple(
        Route(method, f"{root}/attribute-sets{tail}", RESOURCE, endpoint) for root in ("products", "eav")
    )  # type: ignore[return-value]


ROUTES = (
    Route("GET", "eav/attribute-sets/list", RESOURCE, set_list),
    Route("GET", "products/attribute-sets/sets/list", RESOURCE, set_list),
    Route("GET", "products/attribute-sets/groups/list", RESOURCE, group_list),
    *_both("GET", get_set), *_both("PUT", change_set), *_both("DELETE", drop_set), *_both("POST", make_set, ""),
    Route("POST", "products/attribute-sets/groups", RESOURCE, save_group),
    Route("PUT", "products/attribute-sets/{attributeSetId}/groups", RESOURCE, save_group),
    Route("DELETE", "products/attribute-sets/groups/{groupId}", RESOURCE, drop_group),
    Route("GET", "products/attribute-sets/{attributeSetId}/attributes", RESOURCE, set_attributes),
    Route("POST", "products/attribute-sets/attributes", RESOURCE, assign),
    Route(
        "DELETE", "products/attribute-sets/{attributeSetId}/attributes/{attributeCode}", RESOURCE, unassign
    ),
)  # fmt: skip
