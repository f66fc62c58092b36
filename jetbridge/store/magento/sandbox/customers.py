"""Customers and their groups."""

from typing import Any

from . import lists
from .call import Call, Route
from .errors import no_such_entity, refused, unauthorized

KIND = "customer"
RESOURCE = "Magento_Customer::customer"
GROUPS = [
    {"id": number, "code": code, "tax_class_id": 3, "tax_class_name": "Retail Customer"}
    for number, code in enumerate(("NOT LOGGED IN", "General", "Wholesale", "Retailer"))
]


def create(call: Call) -> dict[str, Any]:
    """
    Make a customer.

    :raises Refusal: there is one of this address
    """
    given, memory, stamp = call.body["customer"], call.memory, call.world.stamp()
    if memory.named(KIND, given.get("email") or "") is not None:
        raise refused("A customer with the same email address already exists in an associated website.")
    number = memory.number(KIND)
    doc = {
        "id": number, "group_id": given.get("group_id") or 1, "created_at": stamp, "updated_at": stamp,
        "created_in": "Default Store View", "store_id": 1, "website_id": 1,
        **{name: given.get(name) for name in ("email", "firstname", "lastname")}, "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": False},
    }  # fmt: skip
    doc["addresses"] = [_address(call, number, each, doc) for each in given.get("addresses") or []]
    memory.put(KIND, number, doc, name=str(given.get("email") or ""), updated_at=stamp)
    return doc


def _address(call: Call, number: int, given: dict[str, Any], doc: dict[str, Any]) -> dict[str, Any]:
    own = call.memory.number("customer_address")
    region = given.get("region") or {}
    for name in ("default_billing", "default_shipping"):
        if given.get(name):
            doc[name] = str(own)
    kept = {name: value for name, value in given.items() if value is not None and name != "id"}
    return {"id": own, "customer_id": number, **kept, "region": region, "region_id": region.get("region_id")}


def get(call: Call) -> dict[str, Any]:
    """
    Return a customer.

    :raises Refusal: there is none of this number
    """
    number = call.number("customerId")
    found = call.memory.get(KIND, number)
    if found is None:
        raise no_such_entity("customerId", number)
    return found


# What only a customer who is signed in may ask of themselves; an integration is nobody's customer.
OWN = (("GET", "me"), ("PUT", "me"), ("PUT", "me/activate"), ("PUT", "me/password"))


def nobody(_call: Call) -> Any:
    raise unauthorized("self")


def group(call: Call) -> dict[str, Any]:
    """
    Describe a group of customers.

    :raises Refusal: there is none of this number
    """
    number = call.number("id")
    found = next((each for each in GROUPS if each["id"] == number), None)
    if found is None:
        raise no_such_entity("id", number)
    return found


ROUTES = (
    Route("POST", "customers", "anonymous", create),
    Route("GET", "customers/search", RESOURCE, lambda call: lists.members(call, call.memory.all(KIND))),
    *(Route(method, f"customers/{path}", "self", nobody) for method, path in OWN),
    Route("GET", "customers/{customerId}", RESOURCE, get),
    Route("GET", "customerGroups/{id}", "Magento_Customer::group", group),
    Route("GET", "customerGroups/search", RESOURCE, lambda call: lists.members(call, GROUPS)),
)
