"""Prices by themselves: none of these calls moves a product's `updated_at`, and faults come with status 200."""

from typing import Any

from ..call import Call
from ..contract import number as plain_number
from ..memory import StoreMemory
from ..router import Route
from . import products

RESOURCE = "Magento_Catalog::catalog"
EVERY_GROUP = 32_000
INVALID = "Invalid attribute %fieldName = %fieldValue."
Fault = dict[str, Any]


def base_information(call: Call) -> list[dict[str, Any]]:
    """Return prices; parents have none, and unknown SKUs are left out."""
    docs = (call.memory.named(products.KIND, sku) for sku in call.body["skus"])
    return [
        {"price": plain_number(float(doc["values"]["price"])), "store_id": 0, "sku": doc["sku"]}
        for doc in docs
        if doc is not None and doc["type_id"] != "configurable" and doc["values"].get("price") is not None
    ]


def set_base(call: Call) -> list[Fault]:
    faults: list[Fault] = []
    for each in call.body["prices"]:
        doc = _priced(call.memory, each, faults)
        if doc is not None:
            doc["values"]["price"] = each["price"]
            products.save(call.memory, doc)
    return faults


def special_information(call: Call) -> list[dict[str, Any]]:
    """Return special prices, a row for each that was set."""
    docs = (call.memory.named(products.KIND, sku) for sku in call.body["skus"])
    return [row for doc in docs if doc is not None for row in _special_rows(doc)]


def _special_rows(doc: dict[str, Any]) -> list[dict[str, Any]]:
    price = doc["values"].get("special_price")
    if price is None:
        return []
    start, end = doc["values"].get("special_from_date"), doc["values"].get("special_to_date")
    row = {"price": plain_number(float(price)), "store_id": 0, "sku": doc["sku"]}
    return [{**row, "price_from": start or "", "price_to": end or ""}]


def set_special(call: Call) -> list[Fault]:
    faults: list[Fault] = []
    for each in call.body["prices"]:
        doc = _priced(call.memory, each, faults)
        if doc is not None:
            doc["values"]["special_price"] = f"{float(each['price']):.6f}"
            doc["values"]["special_from_date"] = (
                each.get("price_from") or f"{call.world.stamp()[:10]} 00:00:00"
            )
            _keep(doc["values"], "special_to_date", each.get("price_to"))
            products.save(call.memory, doc)
    return faults


def _keep(values: dict[str, Any], code: str, value: Any) -> None:
    if value:
        values[code] = value
    else:
        values.pop(code, None)


def drop_special(call: Call) -> list[Fault]:
    faults: list[Fault] = []
    for each in call.body["prices"]:
        doc = _priced(call.memory, each, faults)
        if doc is not None:
            for code in ("special_price", "special_from_date", "special_to_date"):
                doc["values"].pop(code, None)
            products.save(call.memory, doc)
    return faults


def tier_information(call: Call) -> list[dict[str, Any]]:
    docs = (call.memory.named(products.KIND, sku) for sku in call.body["skus"])
    return [
        {
            "price": each["value"], "price_type": "fixed", "website_id": 0, "sku": doc["sku"],
            "customer_group": "ALL GROUPS", "quantity": each["qty"],
        }
        for doc in docs
        if doc is not None
        for each in doc["tier_prices"]
    ]  # fmt: skip


def set_tiers(call: Call) -> list[Fault]:
    faults: list[Fault] = []
    for each in call.body["prices"]:
        doc = _priced(call.memory, each, faults)
        if doc is not None:
            kept = [tier for tier in doc["tier_prices"] if tier["qty"] != each.get("quantity")]
            tier = {"customer_group_id": EVERY_GROUP, "qty": each.get("quantity"), "value": each["price"]}
            place = {"website_id": each.get("website_id") or 0}
            doc["tier_prices"] = [*kept, {**tier, "extension_attributes": place}]
            products.save(call.memory, doc)
    return faults


def _priced(memory: StoreMemory, given: dict[str, Any], faults: list[Fault]) -> dict[str, Any] | None:
    """Find the product of a price, or note what is wrong with it."""
    doc = memory.named(products.KIND, given.get("sku") or "")
    if doc is None:
        faults.append({"message": INVALID, "parameters": ["SKU", given.get("sku") or ""]})
        return None
    price = given.get("price")
    if price is None or price < 0:
        faults.append({"message": INVALID, "parameters": ["Price", str(price)]})
        return None
    return doc


def render_info(call: Call) -> dict[str, Any]:
    """List what a storefront shows: the price that a buyer pays today."""
    found = products.listing(call)
    found["items"] = [_rendered(call, each) for each in found["items"]]
    return found


def _rendered(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    own = {each["attribute_code"]: each["value"] for each in item["custom_attributes"]}
    regular, today = item.get("price", 0), call.world.stamp()
    special = own.get("special_price")
    is_on = special is not None and own.get("special_from_date", "") <= today <= own.get(
        "special_to_date", "9"
    )
    final = plain_number(float(special)) if is_on and special is not None else regular
    return {
        "price_info": {
            "final_price": final, "max_price": final, "max_regular_price": regular, "minimal_regular_price": regular,
            "special_price": plain_number(float(special)) if special is not None else None, "minimal_price": final,
            "regular_price": regular,
        },
        "url": f"{call.request.base_url}/{own.get('url_key', '')}.html", "id": item["id"], "name": item["name"],
        "type": item["type_id"], "is_salable": "1", "store_id": 1, "currency_code": "USD",
    }  # fmt: skip


ROUTES = (
    Route("POST", "products/base-prices-information", RESOURCE, base_information),
    Route("POST", "products/base-prices", RESOURCE, set_base),
    Route("POST", "products/special-price-information", RESOURCE, special_information),
    Route("POST", "products/special-price", RESOURCE, set_special),
    Route("POST", "products/special-price-delete", RESOURCE, drop_special),
    Route("POST", "products/tier-prices-information", RESOURCE, tier_information),
    Route("POST", "products/tier-prices", RESOURCE, set_tiers),
    Route("GET", "products-render-info", "anonymous", render_info, costs_rows=True),
)
