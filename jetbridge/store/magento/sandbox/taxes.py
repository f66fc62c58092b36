"""Tax classes, rates and rules."""

from functools import partial
from typing import Any

from . import lists
from .call import Call, Route
from .errors import missing, no_such_entity, refused
from .memory import StoreMemory
from .shelves import Shelf

RATE, RULE = "tax_rate", "tax_rule"
RESOURCE = "Magento_Tax::manage_tax"
CLASSES = Shelf(
    "taxClasses", "taxClass", RESOURCE, "taxClassId", id="class_id", name="class_name",
    taken="A class with the same name already exists for ClassType %1.", is_needed=("class_name", "class_type"),
    given=(
        {"class_id": 2, "class_name": "Taxable Goods", "class_type": "PRODUCT"},
        {"class_id": 3, "class_name": "Retail Customer", "class_type": "CUSTOMER"},
    ),
    missing=partial(missing, "No such entity with class_id = %1"),
)  # fmt: skip
GUESTS = 3
REGIONS = {1: "AL", 12: "CA", 43: "NY", 51: "PA", 57: "TX"}
TAKEN = "Code already exists."


def save_rate(call: Call) -> dict[str, Any]:
    """
    Make a rate, or change the one whose number is given.

    :raises Refusal: its code is another's, or there is none of this number
    """
    given = call.body["taxRate"]
    doc = _saved(call, RATE, given) or {"tax_region_id": 0, "tax_postcode": "*", "titles": []}
    for name in ("tax_country_id", "tax_region_id", "tax_postcode", "rate", "code", "titles"):
        if given.get(name) is not None:
            doc[name] = given[name]
    for name in ("tax_country_id", "rate", "code"):
        if doc.get(name) in (None, ""):
            raise refused('"%1" is required. Enter and try again.', name)
    if region := REGIONS.get(int(doc["tax_region_id"] or 0)):
        doc["region_name"] = region
    if given.get("zip_is_range"):
        doc |= {name: given.get(name) for name in ("zip_is_range", "zip_from", "zip_to")}
    return _kept(call, RATE, doc)


def save_rule(call: Call) -> dict[str, Any]:
    """
    Make a rule, or change the one whose number is given.

    :raises Refusal: its code is another's, or a rate of it is none
    """
    given = call.body["rule"]
    doc = _saved(call, RULE, given) or {"priority": 0, "position": 0, "calculate_subtotal": False}
    doc |= {name: value for name, value in given.items() if value is not None and name != "id"}
    for name in ("code", "customer_tax_class_ids", "product_tax_class_ids", "tax_rate_ids"):
        if not doc.get(name):
            raise refused('"%1" is required. Enter and try again.', name)
    for number in doc["tax_rate_ids"]:
        if call.memory.get(RATE, int(number)) is None:
            raise no_such_entity("taxRateId", number)
    return _kept(call, RULE, doc)


def _saved(call: Call, kind: str, given: dict[str, Any]) -> dict[str, Any] | None:
    number = given.get("id")
    found = call.memory.get(kind, int(number)) if number else None
    if number and found is None:
        raise no_such_entity(_name(kind), number)
    other = call.memory.named(kind, given.get("code") or "")
    if other is not None and other["id"] != (found or {}).get("id"):
        raise refused(TAKEN)
    return found


def _kept(call: Call, kind: str, doc: dict[str, Any]) -> dict[str, Any]:
    number = doc.get("id") or call.memory.number(kind)
    doc = {"id": number, **doc}
    call.memory.put(kind, number, doc, name=str(doc["code"]))
    return doc


def _name(kind: str) -> str:
    return "taxRateId" if kind == RATE else "taxRuleId"


def get(kind: str, call: Call) -> dict[str, Any]:
    """
    Return a rate or a rule.

    :raises Refusal: there is none of this number
    """
    number = call.number("rateId" if kind == RATE else "ruleId")
    found = call.memory.get(kind, number)
    if found is None:
        raise no_such_entity(_name(kind), number)
    return found


def delete(kind: str, call: Call) -> bool:
    """
    Take a rate or a rule away.

    :raises Refusal: there is none, or a rule still has the rate
    """
    doc = get(kind, call)
    rules = call.memory.all(RULE) if kind == RATE else []
    if any(doc["id"] in map(int, rule["tax_rate_ids"]) for rule in rules):
        raise refused("The tax rate cannot be removed. It exists in a tax rule.")
    call.memory.forget(kind, doc["id"])
    return True


def rates_at(memory: StoreMemory, address: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a retail customer's address is taxed at: of each rule the rate that fits it most closely."""
    found = []
    for rule in memory.all(RULE):
        if GUESTS not in map(int, rule["customer_tax_class_ids"]):
            continue
        rates = [memory.get(RATE, int(number)) for number in rule["tax_rate_ids"]]
        fitting = [rate for rate in rates if rate is not None and _fits(rate, address)]
        if fitting:
            rate = max(fitting, key=lambda each: (bool(each["tax_region_id"]), each["tax_postcode"] != "*"))
            classes = [str(number) for number in rule["product_tax_class_ids"]]
            found.append({"code": rate["code"], "percent": rate["rate"], "classes": classes})
    return found


def _fits(rate: dict[str, Any], address: dict[str, Any]) -> bool:
    region, postcode = int(rate["tax_region_id"] or 0), str(rate["tax_postcode"] or "*")
    given = str(address.get("postcode") or "")
    return (
        rate["tax_country_id"] == address.get("country_id")
        and region in (0, int(address.get("region_id") or 0))
        and (given.startswith(postcode[:-1]) if postcode.endswith("*") else given == postcode)
    )


ROUTES = (
    *CLASSES.routes(lambda doc: str(doc["class_id"]), change="classId"),
    Route("POST", "taxRates", RESOURCE, save_rate),
    Route("PUT", "taxRates", RESOURCE, save_rate),
    Route("GET", "taxRates/search", RESOURCE, lambda call: lists.members(call, list(call.memory.all(RATE)))),
    Route("GET", "taxRates/{rateId}", RESOURCE, lambda call: get(RATE, call)),
    Route("DELETE", "taxRates/{rateId}", RESOURCE, lambda call: delete(RATE, call)),
    Route("POST", "taxRules", RESOURCE, save_rule),
    Route("PUT", "taxRules", RESOURCE, save_rule),
    Route("GET", "taxRules/search", RESOURCE, lambda call: lists.members(call, list(call.memory.all(RULE)))),
    Route("GET", "taxRules/{ruleId}", RESOURCE, lambda call: get(RULE, call)),
    Route("DELETE", "taxRules/{ruleId}", RESOURCE, lambda call: delete(RULE, call)),
)
