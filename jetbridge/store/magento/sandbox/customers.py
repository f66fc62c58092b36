"""Customers with their addresses and groups; one who is signed in may ask of themselves."""

from collections.abc import Callable
from functools import partial
from typing import Any

from . import auth, lists
from .call import Call, Route
from .errors import Refusal, no_such_entity, refused, required
from .memory import StoreMemory
from .shelves import Shelf

KIND, SECRET, DEFAULT_GROUP = "customer", "customer_secret", "default_group"
RESOURCE, MANAGE, GROUP = "Magento_Customer::customer", "Magento_Customer::manage", "Magento_Customer::group"
NOT_SIGNED_IN = (
    "The account sign-in was incorrect or your account is disabled temporarily. "
    "Please wait and try again later."
)
TAKEN = "A customer with the same email address already exists in an associated website."
Doc = dict[str, Any]


def _keep_needed(call: Call, doc: Doc) -> None:
    """
    Guests and the default group stay.

    :raises Refusal: it is one of them
    """
    if doc["id"] in (0, 1, call.memory.meta(DEFAULT_GROUP, 1)):
        raise refused("Cannot delete group.")


def _named_class(_call: Call, doc: Doc) -> None:
    doc.setdefault("tax_class_id", 3)
    doc["tax_class_name"] = "Retail Customer"


GROUPS = Shelf(
    "customerGroups", "group", GROUP, "id", name="code", is_needed=("code",), check=_named_class, can_go=_keep_needed,
    taken="Customer Group already exists.",
    given=tuple(
        {"id": number, "code": code, "tax_class_id": 3, "tax_class_name": "Retail Customer"}
        for number, code in enumerate(("NOT LOGGED IN", "General", "Wholesale", "Retailer"))
    ),
)  # fmt: skip


def create(call: Call) -> Doc:
    """
    Make a customer.

    :raises Refusal: there is one of this address, or no name or address is given
    """
    given, memory, stamp = call.body["customer"], call.memory, call.world.stamp()
    _check(memory, given, None)
    number = memory.number(KIND)
    doc = {
        "id": number, "group_id": 1, "created_at": stamp, "updated_at": stamp,
        "created_in": "Default Store View", "store_id": 1, "website_id": 1, "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": False},
    }  # fmt: skip
    if password := call.body.get("password"):
        memory.put(SECRET, number, {"sealed": auth.sealed(password), "turn": 0})
    return _kept(call, doc, given)


def _check(memory: StoreMemory, given: Doc, number: int | None) -> None:
    for name in ("email", "firstname", "lastname"):
        if number is None and not given.get(name):
            raise required(name)
    known = memory.named(KIND, given.get("email") or "")
    if known is not None and known["id"] != number:
        raise refused(TAKEN)


def _kept(call: Call, doc: Doc, given: Doc) -> Doc:
    """Write a customer as it is said to be; addresses that are not said stay, others are replaced."""
    plain = {name: value for name, value in given.items() if value is not None}
    addresses = plain.pop("addresses", None)
    extension = doc["extension_attributes"] | plain.pop("extension_attributes", {})
    doc = {
        **doc,
        **plain,
        "id": doc["id"],
        "extension_attributes": extension,
        "updated_at": call.world.stamp(),
    }
    if addresses is not None:
        doc = {
            name: value for name, value in doc.items() if name not in ("default_billing", "default_shipping")
        }
        doc["addresses"] = [_address(call, each, doc) for each in addresses]
    doc.setdefault("addresses", [])
    _save(call.memory, doc)
    return doc


def _save(memory: StoreMemory, doc: Doc) -> None:
    memory.put(KIND, doc["id"], doc, name=str(doc.get("email") or ""), updated_at=doc["updated_at"])


def _address(call: Call, given: Doc, doc: Doc) -> Doc:
    own = given.get("id") or call.memory.number("customer_address")
    region = given.get("region") or {}
    for name in ("default_billing", "default_shipping"):
        if given.get(name):
            doc[name] = str(own)
    kept = {name: value for name, value in given.items() if value is not None and name != "id"}
    number = region.get("region_id") or given.get("region_id") or 0
    whole = {"region_code": None, "region": None, "region_id": number} | region
    return {"id": own, "customer_id": doc["id"], **kept, "region": whole, "region_id": number}


def of_call(call: Call) -> Doc:
    """
    Return the customer whom a call is about: the one of its path, or who is signed in.

    :raises Refusal: there is none of this number
    """
    number = call.number("customerId") if "customerId" in call.params else call.customer
    found = call.memory.get(KIND, number)
    if found is None:
        raise no_such_entity("customerId", number)
    return found


def update(call: Call) -> Doc:
    """
    Change a customer; one of a number that there is none of is refused.

    :raises Refusal: there is none, or the address is another's
    """
    doc, given = of_call(call), call.body["customer"]
    _check(call.memory, given, doc["id"])
    return _kept(call, doc, given)


def delete(call: Call) -> bool:
    doc = of_call(call)
    call.memory.forget(KIND, doc["id"])
    call.memory.forget(SECRET, doc["id"])
    return True


def is_free(call: Call) -> bool:
    """Say that an address is free: since 2.4.7 a store keeps to itself which ones it knows."""
    return True


def default_address(kind: str, call: Call) -> Doc | None:
    doc = of_call(call)
    return next((each for each in doc["addresses"] if str(each["id"]) == doc.get(f"default_{kind}")), None)


def _with_address(call: Call) -> tuple[Doc, Doc]:
    number = call.number("addressId")
    for doc in call.memory.all(KIND):
        for each in doc["addresses"]:
            if each["id"] == number:
                return doc, each
    raise no_such_entity("addressId", number)


def drop_address(call: Call) -> bool:
    doc, gone = _with_address(call)
    doc["addresses"].remove(gone)
    for name in ("default_billing", "default_shipping"):
        if doc.get(name) == str(gone["id"]):
            del doc[name]
    _save(call.memory, doc)
    return True


def validate(call: Call) -> Doc:
    given = call.body["customer"]
    lacking = [name for name in ("firstname", "lastname", "email") if not given.get(name)]
    said = {"firstname": "First Name", "lastname": "Last Name", "email": "Email"}
    return {"valid": not lacking, "messages": [f'"{said[name]}" is a required value.' for name in lacking]}


def token(call: Call) -> str:
    """
    Sign a customer in by address and password.

    :raises Refusal: one of them is wrong
    """
    doc = call.memory.named(KIND, call.body.get("username") or "")
    secret = call.memory.get(SECRET, doc["id"]) if doc else None
    if doc is None or secret is None or secret["sealed"] != auth.sealed(call.body.get("password") or ""):
        raise Refusal(401, NOT_SIGNED_IN)
    return auth.customer_token(call.world, doc["id"], secret["turn"])


def revoke(call: Call) -> bool:
    """Sign a customer out everywhere."""
    _set_secret(call, turn=1)
    return True


def change_password(call: Call) -> bool:
    """
    Set another password.

    :raises Refusal: the one that was is wrong
    """
    secret = call.memory.get(SECRET, call.customer) or {}
    if secret.get("sealed") != auth.sealed(call.body["currentPassword"]):
        raise Refusal(401, "The password doesn't match this account. Verify the password and try again.")
    _set_secret(call, turn=1, sealed=auth.sealed(call.body["newPassword"]))
    return True


def _set_secret(call: Call, *, turn: int, **more: str) -> None:
    known = call.memory.get(SECRET, call.customer) or {"sealed": "", "turn": 0}
    call.memory.put(SECRET, call.customer, {**known, **more, "turn": known["turn"] + turn})


def confirmation(call: Call) -> str:
    of_call(call)
    return "account_confirmation_not_required"


def forgotten(call: Call) -> bool:
    """
    Mail a way to a new password.

    :raises Refusal: nobody has this address, or there is no such mail
    """
    email, template = call.body["email"], call.body["template"]
    if call.memory.named(KIND, email) is None:
        text = "No such entity with %fieldName = %fieldValue, %field2Name = %field2Value"
        found = {"fieldName": "email", "fieldValue": email, "field2Name": "websiteId", "field2Value": 1}
        raise Refusal(404, text, found)
    if template not in ("email_reminder", "email_reset"):
        text = 'Invalid value of "%value" provided for the %fieldName field.'
        raise Refusal(400, text, {"value": template, "fieldName": "template"})
    return True


def _no_confirmation(_call: Call) -> Any:
    raise refused("Confirmation isn't needed.")


def _no_key(_call: Call) -> Any:
    raise refused("The account is already active.")


def _default_group(call: Call) -> Doc:
    return GROUPS.find(call.memory, int(call.memory.meta(DEFAULT_GROUP, 1)))


def set_default_group(call: Call) -> int:
    number = int(GROUPS.get(call)["id"])
    call.memory.set_meta(DEFAULT_GROUP, number)
    return number


def _both(
    method: str, tail: str, endpoint: Callable[[Call], Any], resource: str = MANAGE
) -> tuple[Route, Route]:
    """A customer is spoken of by their number, or speaks for themselves."""
    return (
        Route(method, f"customers/{{customerId}}{tail}", resource, endpoint),
        Route(method, f"customers/me{tail}", "self", endpoint),
    )


ROUTES = (
    Route("POST", "customers", "anonymous", create),
    Route("GET", "customers/search", RESOURCE, lambda call: lists.members(call, call.memory.all(KIND))),
    *_both("GET", "", of_call, RESOURCE), *_both("PUT", "", update),
    *_both("GET", "/billingAddress", partial(default_address, "billing")),
    *_both("GET", "/shippingAddress", partial(default_address, "shipping")),
    Route("PUT", "customers/password", "anonymous", forgotten),
    Route("POST", "customers/confirm", MANAGE, _no_confirmation),
    Route("PUT", "customers/me/password", "self", change_password),
    Route("PUT", "customers/me/activate", "self", _no_key),
    Route("PUT", "customers/{email}/activate", MANAGE, _no_key),
    Route("DELETE", "customers/{customerId}", "Magento_Customer::delete", delete),
    Route("GET", "customers/{customerId}/permissions/readonly", RESOURCE, lambda call: not of_call(call)),
    Route("GET", "customers/{customerId}/confirm", MANAGE, confirmation),
    Route("GET", "customers/addresses/{addressId}", MANAGE, lambda call: _with_address(call)[1]),
    Route("DELETE", "addresses/{addressId}", MANAGE, drop_address),
    Route("POST", "customers/isEmailAvailable", "anonymous", is_free),
    Route("PUT", "customers/validate", MANAGE, validate),
    Route("POST", "integration/customer/token", "anonymous", token),
    Route("POST", "integration/customer/revoke-customer-token", "self", revoke),
    Route("GET", "customerGroups/default", GROUP, _default_group),
    Route("GET", "customerGroups/default/{storeId}", GROUP, _default_group),
    Route("PUT", "customerGroups/default/{id}", GROUP, set_default_group),
    Route("GET", "customerGroups/{id}/permissions", GROUP, lambda call: GROUPS.get(call)["id"] < 2),
    *GROUPS.routes(),
)  # fmt: skip
