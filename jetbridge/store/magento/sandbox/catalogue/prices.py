"""Prices by themselves: none of these calls moves a product's `updated_at`, and faults come with status 200."""

import json
import re
from typing import Any

from ..call import Call, Route
from ..contract import number as plain_number
from ..errors import missing, refused
from ..memory import StoreMemory
from . import products

RESOURCE = "Magento_Catalog::catalog"
EVERY_GROUP = 32_000
GROUP_TIERS = "products/{sku}/group-prices/{customerGroupId}/tiers"
NUMBER = re.compile(r"\d{1,9}(\.\d{1,4})?")
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


def replace_tiers(call: Call) -> list[Fault]:
    """Put these in the place of all that their products have."""
    for sku in {each.get("sku") or "" for each in call.body["prices"]}:
        if (doc := call.memory.named(products.KIND, sku)) is not None:
            products.save(call.memory, doc | {"tier_prices": []})
    return set_tiers(call)


def drop_tiers(call: Call) -> list[Fault]:
    faults: list[Fault] = []
    for each in call.body["prices"]:
        doc = _priced(call.memory, each, faults)
        if doc is not None:
            doc["tier_prices"] = [tier for tier in doc["tier_prices"] if tier["qty"] != each.get("quantity")]
            products.save(call.memory, doc)
    return faults


def _group(call: Call) -> int:
    return EVERY_GROUP if call.params["customerGroupId"] == "all" else call.number("customerGroupId")


def group_tiers(call: Call) -> list[dict[str, Any]]:
    doc, group = products.find(call.memory, call.params["sku"]), _group(call)
    return [each for each in doc["tier_prices"] if each["customer_group_id"] == group]


def set_group_tier(call: Call) -> bool:
    """
    Set what a group of customers pays from a quantity on.

    :raises Refusal: no such product, or what is no price or quantity
    """
    doc = products.find(call.memory, call.params["sku"])
    try:
        price, quantity = float(call.params["price"]), float(call.params["qty"])
    except ValueError:
        raise refused("The data was invalid. Verify the data and try again.") from None
    if not (price > 0 and quantity > 0):
        raise refused("The data was invalid. Verify the data and try again.")
    tier = {"customer_group_id": _group(call), "qty": plain_number(quantity), "value": plain_number(price)}
    doc["tier_prices"] = [*_others(doc, tier), tier]
    products.save(call.memory, doc)
    return True


def drop_group_tier(call: Call) -> bool:
    """
    Take such a price away.

    :raises Refusal: there is none
    """
    doc = products.find(call.memory, call.params["sku"])
    quantity = float(call.params["qty"]) if NUMBER.fullmatch(call.params["qty"]) else 0
    kept = _others(doc, {"customer_group_id": _group(call), "qty": quantity})
    if len(kept) == len(doc["tier_prices"]):
        raise missing("Product hasn't group price with such data: customerGroupId = '%1', website = %2, qty = %3",
                      call.params["customerGroupId"], 0, call.params["qty"])  # fmt: skip
    doc["tier_prices"] = kept
    products.save(call.memory, doc)
    return True


def _others(doc: dict[str, Any], tier: dict[str, Any]) -> list[dict[str, Any]]:
    names = ("customer_group_id", "qty")
    return [each for each in doc["tier_prices"] if any(each[name] != tier[name] for name in names)]


def costs(call: Call) -> list[dict[str, Any]]:
    docs = (call.memory.named(products.KIND, sku) for sku in call.body["skus"])
    return [
        {"cost": plain_number(float(doc["values"]["cost"])), "store_id": 0, "sku": doc["sku"]}
        for doc in docs
        if doc is not None and doc["values"].get("cost") is not None
    ]


def set_costs(call: Call) -> list[Fault]:
    faults: list[Fault] = []
    for each in call.body["prices"]:
        doc = _priced(call.memory, {**each, "price": each.get("cost")}, faults)
        if doc is not None:
            doc["values"]["cost"] = f"{float(each['cost']):.6f}"
            products.save(call.memory, doc)
    return faults


def drop_costs(call: Call) -> bool:
    for sku in call.body["skus"]:
        doc = products.find(call.memory, sku)
        doc["values"].pop("cost", None)
        products.save(call.memory, doc)
    return True


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
    """List what a storefront shows: the price that a buyer pays today, and buttons and pictures around it."""
    return {"items": [_rendered(call, each) for each in products.listing(call)["items"]]}


def _rendered(call: Call, item: dict[str, Any]) -> dict[str, Any]:
    own = {each["attribute_code"]: each["value"] for each in item["custom_attributes"]}
    base = call.request.base_url
    url = f"{base}/{own.get('url_key', '')}.html"
    data = {"product": str(item["id"]), "uenc": "%uenc%"}
    sent = json.dumps({"action": f"{base}/checkout/cart/add/", "data": data})
    to_cart = {
        "post_data": sent,
        "url": f"{base}/checkout/cart/add/product/{item['id']}/",
        "required_options": False,
    }
    # These two buttons' parts stand in each other's place, as the store words them.
    to_compare, to_wishlist = (
        {"post_data": None, "url": json.dumps({"action": f"{base}/{path}/add/"}), "required_options": None}
        for path in ("catalog/product_compare", "wishlist/index")
    )
    extension = {
        "review_html": f'<a class="action add" href="{url}#review-form">',
        "wishlist_button": to_wishlist,
    }
    return {
        "add_to_cart_button": to_cart, "add_to_compare_button": to_compare,
        "price_info": _price_info(call, item, own), "images": _images(call, item, own), "url": url, "id": item["id"],
        "name": item["name"], "type": item["type_id"], "is_salable": "1", "store_id": 1, "currency_code": "USD",
        "extension_attributes": extension,
    }  # fmt: skip


def _price_info(call: Call, item: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Word the prices: a special price stands in those with tax alone, the least one is that of a quantity."""
    regular, today, special = item.get("price", 0), call.world.stamp(), own.get("special_price")
    is_on = own.get("special_from_date", "") <= today <= own.get("special_to_date", "9")
    final = plain_number(float(special)) if special is not None and is_on else regular
    tiers = [each["value"] for each in item["tier_prices"] if each.get("value") is not None]
    least = min([final, *tiers])
    plain = {
        "final_price": final, "max_price": final, "max_regular_price": final, "minimal_regular_price": least,
        "special_price": None, "minimal_price": least, "regular_price": regular,
    }  # fmt: skip
    taxed = {**plain, "special_price": final}
    extension = {
        "msrp": dict.fromkeys(MINIMUM_TEXTS, "") | {"msrp_price": _html(0)},
        "tax_adjustments": {**taxed, "formatted_prices": _formatted(taxed)},
        "weee_attributes": [], "weee_adjustment": _html(final),
    }  # fmt: skip
    return {**plain, "formatted_prices": _formatted(plain), "extension_attributes": extension}


def _formatted(prices: dict[str, Any]) -> dict[str, Any]:
    unknown = ("minimal_regular_price",)
    return {
        name: None if value is None or name in unknown else _html(value) for name, value in prices.items()
    }


def _html(price: float) -> str:
    return f'<span class="price">${price:.2f}</span>'


def _images(call: Call, item: dict[str, Any], own: dict[str, Any]) -> list[dict[str, Any]]:
    """Word the picture in the sizes of the store's widgets; without one its placeholder."""
    file, base = own.get("small_image"), call.request.base_url
    url = (
        f"{base}/media/catalog/product{file}" if file and file != "no_selection" else f"{base}/{PLACEHOLDER}"
    )
    return [
        {
            "url": url, "code": f"recently_viewed_products_{widget}_content_widget", "height": height, "width": width,
            "label": item["name"], "resized_width": width, "resized_height": height,
        }
        for widget, width, height in WIDGETS
    ]  # fmt: skip


MINIMUM_TEXTS = ("is_applicable", "is_shown_price_on_gesture", "msrp_message", "explanation_message")
PLACEHOLDER = "static/frontend/Magento/luma/en_US/Magento_Catalog/images/product/placeholder/small_image.jpg"
WIDGETS = (("grid", 240, 300), ("list", 270, 340), ("images_names", 75, 90))
ROUTES = (
    Route("POST", "products/base-prices-information", RESOURCE, base_information),
    Route("POST", "products/base-prices", RESOURCE, set_base),
    Route("POST", "products/special-price-information", RESOURCE, special_information),
    Route("POST", "products/special-price", RESOURCE, set_special),
    Route("POST", "products/special-price-delete", RESOURCE, drop_special),
    Route("POST", "products/tier-prices-information", RESOURCE, tier_information),
    Route("POST", "products/tier-prices", RESOURCE, set_tiers),
    Route("PUT", "products/tier-prices", RESOURCE, replace_tiers),
    Route("POST", "products/tier-prices-delete", RESOURCE, drop_tiers),
    Route("GET", GROUP_TIERS, RESOURCE, group_tiers),
    Route(
        "POST",
        f"{GROUP_TIERS}/{{qty}}/price/{{price}}",
        RESOURCE,
        set_group_tier,
    ),
    Route("DELETE", f"{GROUP_TIERS}/{{qty}}", RESOURCE, drop_group_tier),
    Route("POST", "products/cost-information", RESOURCE, costs),
    Route("POST", "products/cost", RESOURCE, set_costs),
    Route("POST", "products/cost-delete", RESOURCE, drop_costs),
    Route("GET", "products-render-info", "anonymous", render_info, costs_rows=True),
)
