"""What the store's own OpenAPI document says of each answer, but for what a real store was seen to do otherwise."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest

from jetapi.sandbox.kit.wire import Answer, Request
from jetbridge.store.magento.sandbox import auth
from jetbridge.store.magento.sandbox.app import MagentoSandbox
from jetbridge.store.magento.sandbox.call import Router
from jetbridge.store.magento.sandbox.routes import routes
from jetbridge.store.magento.sandbox.world import Options
from tests.store.magento.recorded import STEPS
from tests.store.magento.test_recordings import RECORDINGS, asked, prepare, recorded

DOCUMENTS = RECORDINGS.parent / "openapi"
KINDS: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "object": dict, "array": list,
}  # fmt: skip
ROUTES = routes(Options(module=True))
ROUTER = Router(ROUTES)
SEARCH = "searchCriteria[pageSize]=50"
READS = f"""
orders/items?{SEARCH} orders/items/1 orders/1 orders?{SEARCH} invoices?{SEARCH} invoices/1 invoices/1/comments
shipments?{SEARCH} shipment/1 shipment/1/comments creditmemos?{SEARCH} creditmemo/1 creditmemo/1/comments
customerGroups/1 products?{SEARCH} products/types
categories categories/2 categories/list?{SEARCH} products/attributes?{SEARCH} inventory/sources?{SEARCH}
inventory/sources/default inventory/stocks?{SEARCH} inventory/stocks/1 inventory/stock-source-links?{SEARCH}
inventory/source-items?{SEARCH} inventory/export-stock-salable-qty/website/base?{SEARCH}
inventory/dump-stock-index-data/website/base modules customers/search?{SEARCH} taxRates/search?{SEARCH}
cmsBlock/search?{SEARCH} cmsPage/search?{SEARCH} salesRules/search?{SEARCH} coupons/search?{SEARCH}
taxRules/search?{SEARCH} taxClasses/search?{SEARCH} customerGroups/search?{SEARCH} eav/attribute-sets/list?{SEARCH}
products/attribute-sets/4 products-render-info?{SEARCH}&storeId=1&currencyCode=USD
transactions?{SEARCH} directory/countries products/DEMO-TEE/options products/DEMO-TEE/links/related
products/attributes/types products/media/types/Default products/links/types products/links/associated/attributes
products/options/types eav/attribute-sets/4 customerGroups/default customerGroups/default/1
attributeMetadata/customer attributeMetadata/customer/custom attributeMetadata/customer/attribute/email
attributeMetadata/customer/form/adminhtml_customer attributeMetadata/customerAddress
attributeMetadata/customerAddress/custom attributeMetadata/customerAddress/attribute/street
attributeMetadata/customerAddress/form/customer_address_edit
customerGroups/1/permissions search?{SEARCH}&searchCriteria[requestName]=quick_search_container
carts/licence carts/licence/list?{SEARCH} categories/attributes?{SEARCH} categories/attributes/is_active
categories/attributes/is_active/options bundle-products/options/types
inventory/source-selection-algorithm-list inventory/get-sources-assigned-to-stock-ordered-by-priority/1
inventory/low-quantity-notification/default/DEMO-MUG-WHITE
inventory/are-product-salable-for-requested-qty?stockId=1&skuRequests[0][sku]=DEMO-MUG-WHITE&skuRequests[0][qty]=1
"""
NEVER = {  # has never anything to answer well
    "GET transactions/{id}",
    "PUT creditmemo/{id}",
    "PUT customers/{email}/activate",
    "POST customers/confirm",
}
# A good answer that no recording has, and the one that the store's same service gives.
SAME = {"POST invoice/{invoiceId}/refund 200": "POST order/{orderId}/refund 200"}
MUG, TEE = "DEMO-MUG-WHITE", "DEMO-TEE"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


@cache
def document() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the paths, their parameters without names, and the types, for integrations and guests."""
    paths: dict[str, Any] = {}
    types: dict[str, Any] = {}
    for file in sorted(DOCUMENTS.glob("*.json")):
        said = json.loads(file.read_text())
        types |= said["definitions"]
        for path, methods in said["paths"].items():
            paths.setdefault(_plain(path.removeprefix("/V1/").rstrip("/")), {}).update(methods)
    return paths, types


def _plain(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def deviations(schema: Mapping[str, Any], value: Any, place: str) -> Iterator[str]:
    """Give where a value is not what a schema says, by type and field: a kind, a field that lacks or is unknown."""
    if "$ref" in schema:
        place = schema["$ref"].rpartition("/")[2]
        schema = document()[1][place]
    kind = schema.get("type", "")
    is_flag = isinstance(value, bool) and kind != "boolean"
    if kind and (is_flag or not isinstance(value, KINDS[kind])):
        yield f"{place} is {type(value).__name__}, not {kind}"
    elif kind == "array":
        for each in value:
            yield from deviations(schema.get("items", {}), each, f"{place}[]")
    elif "properties" in schema:
        known = schema["properties"]
        yield from (f"{place} has no {name}" for name in schema.get("required", ()) if name not in value)
        yield from (f"{place} has a {name}" for name in value if name not in known)
        for name in known.keys() & value.keys():
            yield from deviations(known[name], value[name], f"{place}.{name}")


def judged(request: Request, status: int, body: Any) -> tuple[str, set[str]]:
    """Return the route of an answer ("" where the document has none of it), and in what it deviates."""
    parts = [part for part in request.path.strip("/").split("/") if part]
    match = ROUTER.find(request.method, parts[parts.index("V1") :]) if "V1" in parts else None
    if match is None or "async" in parts or body is None or "fields=" in request.query_string:
        return "", set()  # an answer in part, or one that is no JSON
    name = f"{request.method} {match.route.path}"
    found = document()[0].get(_plain(match.route.path), {}).get(request.method.lower())
    if found is None:
        return "", set()
    said = found["responses"].get(str(status)) or found["responses"].get("default") or {}
    place = f"{name} {status}"
    return name, set(deviations(said.get("schema", {}), body, SAME.get(place, place)))


def _body(answer: Answer) -> Any:
    return json.loads(answer.body) if answer.content_type.startswith("application/json") else None


def seen() -> dict[str, str]:
    """Return each deviation of the recorded store, and one recording in which it is."""
    found: dict[str, str] = {}
    for file in sorted(RECORDINGS.glob("*/*.json")):
        recording = json.loads(file.read_text())
        if not isinstance(recording.get("response"), dict):
            continue
        body, status = recording["response"]["body"], recording["response"]["status"]
        name = str(file.relative_to(RECORDINGS).with_suffix(""))
        if not isinstance(body, str) or "<" not in body:
            for each in judged(asked(recording), status, body)[1]:
                found.setdefault(each, name)
    return found


def replayed() -> Iterator[tuple[Request, Answer]]:
    """Ask the emulator all that was recorded."""
    store = MagentoSandbox(seed="none", bearer=True, module=True)
    for name in STEPS:
        if name.startswith("="):
            prepare(store, name)
        else:
            request = asked(recorded(name))
            yield request, store.answer(request)
    store.close()


class Witness:
    """Asks a store as an integration does, and keeps each exchange."""

    def __init__(self, store: MagentoSandbox) -> None:
        self.store = store
        self.exchanges: list[tuple[Request, Answer]] = []

    def __call__(self, method: str, path: str, /, **body: Any) -> Any:
        headers = {
            "host": "127.0.0.1",
            "authorization": "Bearer jb-token",
            "content-type": "application/json",
        }
        place = path if path.startswith("async/") else f"V1/{path}"
        request = Request(method, f"/rest/all/{place}", headers, json.dumps(body).encode() if body else b"")
        answer = self.store.answer(request)
        self.exchanges.append((request, answer))
        return json.loads(answer.body)


def toured() -> list[tuple[Request, Answer]]:
    """Ask what no recording does, of the demo's store where something of everything was made."""
    store = MagentoSandbox(module=True, bearer=True)
    ask = Witness(store)
    _trade(ask)
    _buy(ask)
    _arrange(ask)
    _tax(ask)
    _decorate(ask)
    _promote(ask)
    _bundle(ask)
    _group(ask)
    _document(ask)
    _move(ask)
    for path in READS.split():
        ask("GET", path)
    for each in store.do("state", {"kind": "products"})["products"]:
        for path in ("products", "stockItems", "stockStatuses"):
            ask("GET", f"{path}/{quote(each['sku'])}")
    store.close()
    return ask.exchanges


def _trade(ask: Witness) -> None:
    """Sell, ship and refund; hold and go on; refund by an invoice."""
    tracks = [{"track_number": "1Z9", "title": "UPS", "carrier_code": "ups"}]
    lines = [{"sku": f"{TEE}-BLACK-S", "quantity": 1}]
    [first] = ask.store.do("orders", {"items": [{**lines[0], "quantity": 3}]})["order_ids"]
    ask.store.do("ship", {"order_id": first, "items": lines, "tracks": tracks})
    ask.store.do("refund", {"order_id": first, "items": lines})
    [second] = ask.store.do("orders", {"items": [{"sku": MUG, "quantity": 2}]})["order_ids"]
    order = ask("GET", f"orders/{second}")
    ask("PUT", f"orders/{second}", entity={**order["billing_address"], "firstname": "Jo"})
    ask("POST", f"orders/{second}/hold")
    ask("POST", f"orders/{second}/unhold")
    ask("POST", f"orders/{second}/emails")
    ask("POST", f"order/{second}/invoice")
    third = ask("POST", "orders", **recorded("module/01-post-order")["request"]["body"])
    invoice = ask("POST", f"order/{third['entity_id']}/invoice")
    ask("POST", f"invoice/{invoice}/refund")
    comment = {
        "comment": "Left at the door",
        "is_customer_notified": 0,
        "is_visible_on_front": 0,
        "parent_id": 1,
    }
    ask("POST", "shipment/1/comments", entity=comment)
    track = {
        "order_id": first,
        "parent_id": 1,
        "weight": 1,
        "qty": 1,
        "description": "x",
        "track_number": "2",
    }
    made = ask("POST", "shipment/track", entity={**track, "title": "UPS", "carrier_code": "ups"})
    ask("DELETE", f"shipment/track/{made['entity_id']}")


def _buy(ask: Witness) -> None:
    """Fill a cart of an integration's, and a guest's."""
    address = {"country_id": "US", "postcode": "78701", "region_id": 57, "city": "Austin", "street": ["1 A"]}
    for kind in ("carts", "guest-carts"):
        cart = ask("POST", kind)
        item = ask("POST", f"{kind}/{cart}/items", cartItem={"sku": MUG, "qty": 1, "quote_id": str(cart)})
        ask("POST", f"{kind}/{cart}/estimate-shipping-methods", address=address)
        for tail in ("", "/items", "/totals", "/payment-methods"):
            ask("GET", f"{kind}/{cart}{tail}")
        two = {"sku": MUG, "qty": 2, "quote_id": str(cart)}
        ask("PUT", f"{kind}/{cart}/items/{item['item_id']}", cartItem=two)
        ask("DELETE", f"{kind}/{cart}/items/{item['item_id']}")
    ask("POST", "customers", customer={"email": "jo@shopper.example", "firstname": "Jo", "lastname": "Doe"})
    ask("GET", "customers/1")
    ask("GET", f"carts/search?{SEARCH}")
    ask("POST", "integration/admin/token", username=auth.ADMIN, password=auth.ADMIN_PASSWORD)


def _tax(ask: Witness) -> None:
    """Make a rule of taxes, change it, and take it away."""
    rate = {"code": "US-NY", "rate": 8.375, "tax_country_id": "US", "tax_region_id": 43, "tax_postcode": "*"}
    made = ask("POST", "taxRates", tax_rate=rate)
    ask("PUT", "taxRates", tax_rate={**rate, "id": made["id"], "rate": 9})
    ask("GET", f"taxRates/{made['id']}")
    classes = {"customer_tax_class_ids": [3], "product_tax_class_ids": [2], "tax_rate_ids": [made["id"]]}
    rule = {"code": "NY", "priority": 0, "position": 0, **classes}
    kept = ask("POST", "taxRules", rule=rule)
    ask("PUT", "taxRules", rule={**rule, "id": kept["id"], "priority": 1})
    ask("GET", f"taxRules/{kept['id']}")
    for path in (f"taxRates/search?{SEARCH}", f"taxRules/search?{SEARCH}", "taxClasses/2"):
        ask("GET", path)
    ask("DELETE", f"taxRules/{kept['id']}")
    ask("DELETE", f"taxRates/{made['id']}")


def _arrange(ask: Witness) -> None:
    """Change and take away what the catalogue and its stock are made of."""
    content = {"base64_encoded_data": PNG, "type": "image/png", "name": "mug.png"}
    entry = {"media_type": "image", "label": "Side", "position": 1, "disabled": False, "types": ["image"]}
    made = ask("POST", f"products/{MUG}/media", entry={**entry, "content": content})
    ask("GET", f"products/{MUG}/media/{made}")
    ask("PUT", f"products/{MUG}/media/{made}", entry={**entry, "id": int(made), "label": "Back"})
    ask("DELETE", f"products/{MUG}/media/{made}")
    for method in ("POST", "PUT"):
        ask(method, f"products/{MUG}/websites", productWebsiteLink={"sku": MUG, "website_id": 1})
        ask(method, "categories/3/products", productLink={"sku": MUG, "position": 1, "category_id": "3"})
    ask("DELETE", f"products/{MUG}/websites/1")
    ask("DELETE", f"categories/3/products/{MUG}")
    category = ask("POST", "categories", category={"name": "Cups", "parent_id": 2, "is_active": True})
    ask("PUT", f"categories/{category['id']}", category={"name": "Mugs"})
    above = ask("POST", "categories", category={"name": "Kitchen", "parent_id": 2, "is_active": True})
    ask("PUT", f"categories/{category['id']}/move", parentId=above["id"])
    ask("DELETE", f"categories/{category['id']}")
    sizes = ask("GET", "products/attributes/size")
    placed = {"attributeSetId": 4, "attributeGroupId": 7, "attributeCode": "size", "sortOrder": 1}
    ask("POST", "products/attribute-sets/attributes", **placed)
    ask("DELETE", "products/attribute-sets/4/attributes/size")
    ask("PUT", "products/attributes/size", attribute={**sizes, "default_frontend_label": "Sizes"})
    options = ask("GET", f"configurable-products/{TEE}/options/all")
    place = f"configurable-products/{TEE}/options/{options[0]['id']}"
    ask("GET", place)
    ask("PUT", place, option={"label": "Shade"})
    ask("DELETE", f"configurable-products/{TEE}/children/{TEE}-BLACK-M")
    ask("DELETE", place)
    ask("DELETE", f"products/attributes/size/options/{sizes['options'][-1]['value']}")
    ask("DELETE", "products/attributes/size")
    ask(
        "POST",
        "products/attribute-sets",
        attributeSet={"attribute_set_name": "B", "sort_order": 1},
        skeletonId=4,
    )
    special = {"price": 5, "store_id": 0, "sku": MUG, "price_from": "2026-01-01 00:00:00", "price_to": None}
    ask("POST", "products/special-price-delete", prices=[{**special, "price_to": "2036-01-01 00:00:00"}])
    ask("POST", "products/tier-prices-information", skus=[MUG])
    ask("PUT", "inventory/sources/default", source={"name": "Main", "country_id": "US", "postcode": "78701"})
    ask("POST", "inventory/source-items-delete", sourceItems=[{"sku": MUG, "source_code": "default"}])
    queued = ask("PUT", f"async/V1/products/{MUG}", product={"price": 12})
    ask.store.do("consume")
    for tail in ("status", "detailed-status", "operation-status/1"):
        ask("GET", f"bulk/{queued['bulk_uuid']}/{tail}")
    ask("GET", f"bulk?{SEARCH}")
    ask("POST", "inventory/stock-source-links-delete", links=[{"stock_id": 9, "source_code": "west"}])


def _decorate(ask: Witness) -> None:
    """Link products, give them options and prices of groups, sort their attributes."""
    ask(
        "POST",
        "inventory/source-items",
        sourceItems=[{"sku": MUG, "source_code": "default", "quantity": 50, "status": 1}],
    )
    link = {
        "sku": MUG,
        "link_type": "related",
        "linked_product_sku": TEE,
        "linked_product_type": "x",
        "position": 1,
    }
    ask("POST", f"products/{MUG}/links", items=[link])
    ask("PUT", f"products/{MUG}/links", entity={**link, "position": 2})
    ask("GET", f"products/{MUG}/links/related")
    ask("DELETE", f"products/{MUG}/links/related/{TEE}")
    value = {"title": "Red", "sort_order": 1, "price": 2, "price_type": "fixed"}
    option = {"product_sku": MUG, "title": "Ink", "type": "drop_down", "sort_order": 1, "is_require": False}
    made = ask("POST", "products/options", option={**option, "values": [value]})
    ask("PUT", f"products/options/{made['option_id']}", option={**option, "title": "Inks"})
    for method in ("GET", "DELETE"):
        ask(method, f"products/{MUG}/options/{made['option_id']}")
    tier = {
        "price": 4,
        "price_type": "fixed",
        "website_id": 0,
        "sku": MUG,
        "customer_group": "ALL GROUPS",
        "quantity": 5,
    }
    for method, tail in (("PUT", ""), ("POST", "-delete")):
        ask(method, f"products/tier-prices{tail}", prices=[tier])
    ask("POST", f"products/{MUG}/group-prices/1/tiers/5/price/4.5")
    ask("GET", f"products/{MUG}/group-prices/1/tiers")
    ask("DELETE", f"products/{MUG}/group-prices/1/tiers/5")
    ask("POST", "products/cost", prices=[{"cost": 2, "store_id": 0, "sku": MUG}])
    ask("POST", "products/cost-information", skus=[MUG])
    ask("POST", "products/cost-delete", skus=[MUG])
    for root, more in (("products", {}), ("eav", {"entityTypeCode": "catalog_product"})):
        names = {"attribute_set_name": f"Set of {root}", "sort_order": 1}
        number = ask("POST", f"{root}/attribute-sets", attributeSet=names, skeletonId=4, **more)[
            "attribute_set_id"
        ]
        ask("PUT", f"{root}/attribute-sets/{number}", attributeSet={**names, "sort_order": 3})
        group = {"attribute_group_name": "G", "attribute_set_id": number}
        made = ask("POST", "products/attribute-sets/groups", group=group)
        renamed = {"attribute_group_id": made["attribute_group_id"], "attribute_group_name": "H"}
        ask("PUT", f"products/attribute-sets/{number}/groups", group=renamed)
        ask("DELETE", f"products/attribute-sets/groups/{made['attribute_group_id']}")
        ask("DELETE", f"{root}/attribute-sets/{number}")
    shades = ask("GET", "products/attributes/color")["options"]
    ask(
        "PUT",
        f"products/attributes/color/options/{shades[1]['value']}",
        option={"label": "Jet black", "value": ""},
    )


def _bundle(ask: Witness) -> None:
    """Put products into bundles, files into downloads."""
    shared = {"attribute_set_id": 4, "price": 10}
    for kind in ("bundle", "downloadable"):
        ask(
            "POST", "products", product={"sku": f"MY-{kind}", "name": f"My {kind}", "type_id": kind, **shared}
        )
    link = {"sku": MUG, "qty": 1, "is_default": True, "price": 0, "price_type": 0, "can_change_quantity": 1}
    option = {"title": "Mugs", "required": True, "type": "select", "position": 1, "sku": "MY-bundle"}
    number = ask("POST", "bundle-products/options/add", option={**option, "product_links": [link]})
    ask("PUT", f"bundle-products/options/{number}", option={**option, "title": "Cups"})
    other = ask(
        "POST", f"bundle-products/MY-bundle/links/{number}", linkedProduct={**link, "sku": f"{TEE}-BLACK-S"}
    )
    ask(
        "PUT",
        f"bundle-products/MY-bundle/links/{other}",
        linkedProduct={**link, "sku": f"{TEE}-BLACK-S", "qty": 2},
    )
    for tail in ("children", "options/all", f"options/{number}"):
        ask("GET", f"bundle-products/MY-bundle/{tail}")
    ask("GET", "products/MY-bundle")
    ask("DELETE", f"bundle-products/MY-bundle/options/{number}/children/{MUG}")
    ask("DELETE", f"bundle-products/MY-bundle/options/{number}")
    web = {"title": "Song", "sort_order": 1, "sample_type": "url", "sample_url": "https://songs.example/1"}
    file = {**web, "is_shareable": 1, "price": 2, "link_type": "url", "link_url": "https://songs.example/2"}
    for tail, name, given in (("", "link", file), ("/samples", "sample", web)):
        place = f"products/MY-downloadable/downloadable-links{tail}"
        made = ask("POST", place, **{name: given})
        ask("PUT", f"{place}/{made}", **{name: {**given, "title": "Songs"}})
        ask("GET", place)
        ask("GET", "products/MY-downloadable")
        ask("DELETE", f"products/downloadable-links{tail}/{made}")


def _group(ask: Witness) -> None:
    """Keep customers, their addresses and groups; let one buy."""
    person = {"email": "kim@shopper.example", "firstname": "Kim", "lastname": "Doe"}
    region = {"region_code": "TX", "region": "Texas", "region_id": 57}
    address = {
        "firstname": "Kim", "lastname": "Doe", "region": region, "country_id": "US", "street": ["1 A"],
        "telephone": "1", "postcode": "78701", "city": "Austin", "default_billing": True, "default_shipping": True,
    }  # fmt: skip
    made = ask("POST", "customers", customer={**person, "addresses": [address]}, password="Secret-123")
    place = f"customers/{made['id']}"
    ask("PUT", place, customer={**person, "middlename": "A", "website_id": 1})
    for tail in ("billingAddress", "shippingAddress", "permissions/readonly", "confirm"):
        ask("GET", f"{place}/{tail}")
    ask("GET", f"customers/addresses/{made['addresses'][0]['id']}")
    ask("POST", "customers/isEmailAvailable", customerEmail="new@shopper.example")
    ask("PUT", "customers/validate", customer=person)
    ask("POST", "integration/customer/token", username=person["email"], password="Secret-123")
    cart = ask("POST", f"{place}/carts")
    ask("POST", f"carts/{cart}/items", cartItem={"sku": MUG, "qty": 1, "quote_id": str(cart)})
    other = ask("POST", "customers", customer={**person, "email": "lee@shopper.example"})
    ask("PUT", f"carts/{ask('POST', 'carts')}", customerId=other["id"], storeId=1)
    buyer = {**address, "email": person["email"], "region": "Texas", "region_id": 57, "region_code": "TX"}
    for name in ("default_billing", "default_shipping"):
        del buyer[name]
    guest = ask("POST", "guest-carts")
    ask("POST", f"guest-carts/{guest}/items", cartItem={"sku": MUG, "qty": 1, "quote_id": guest})
    ask("PUT", "customers/password", email=person["email"], template="email_reset", websiteId=1)
    kept = made["addresses"][0]["id"]
    ask("POST", f"carts/{cart}/estimate-shipping-methods-by-address-id", addressId=kept)
    gift = {"sender": "Ann", "recipient": "Ben", "message": "Hello"}
    for root in (f"carts/{cart}", f"guest-carts/{guest}"):
        item = ask("GET", f"{root}/items")[0]["item_id"]
        for tail in ("gift-message", f"gift-message/{item}"):
            ask("POST", f"{root}/{tail}", giftMessage=gift)
            ask("GET", f"{root}/{tail}")
    ways = {"shippingCarrierCode": "flatrate", "shippingMethodCode": "flatrate"}
    ask("PUT", f"guest-carts/{guest}/collect-totals", paymentMethod={"method": "checkmo"}, **ways)
    for root in (f"carts/{cart}", f"guest-carts/{guest}"):
        ask("POST", f"{root}/billing-address", address=buyer, useForShipping=True)
        ask("PUT", f"{root}/coupons/SPRING")
        for tail in ("billing-address", "shipping-methods", "coupons"):
            ask("GET", f"{root}/{tail}")
        flat = {"address": buyer, "shipping_carrier_code": "flatrate", "shipping_method_code": "flatrate"}
        ask("POST", f"{root}/totals-information", addressInformation=flat)
        sent = {
            "shipping_address": buyer,
            "shipping_carrier_code": "flatrate",
            "shipping_method_code": "flatrate",
        }
        ask("POST", f"{root}/shipping-information", addressInformation=sent)
        ask("PUT", f"{root}/selected-payment-method", method={"method": "checkmo"})
        ask("GET", f"{root}/selected-payment-method")
        ask("DELETE", f"{root}/coupons")
    ask("GET", f"guest-carts/{guest}/payment-information")
    paid = {"email": person["email"], "paymentMethod": {"method": "checkmo"}, "billingAddress": buyer}
    ask("POST", f"guest-carts/{guest}/set-payment-information", **paid)
    ask("POST", f"guest-carts/{guest}/payment-information", **paid)
    ask("PUT", f"carts/{cart}/order")
    ask("DELETE", f"addresses/{made['addresses'][0]['id']}")
    ask("DELETE", place)
    group = ask("POST", "customerGroups", group={"code": "Trade", "tax_class_id": 3})
    ask("PUT", f"customerGroups/{group['id']}", group={"code": "Trades", "tax_class_id": 3})
    ask("PUT", f"customerGroups/default/{group['id']}")
    ask("PUT", "customerGroups/default/1")
    ask("DELETE", f"customerGroups/{group['id']}")


def _promote(ask: Witness) -> None:
    """Write pages and blocks, promise coupons, name classes of taxes."""
    for path, body in (("cmsPage", "page"), ("cmsBlock", "block")):
        made = ask("POST", path, **{body: {"identifier": "about", "title": "About", "content": "<p>Us</p>"}})
        ask("PUT", f"{path}/{made['id']}", **{body: {"identifier": "about", "title": "About us"}})
        ask("GET", f"{path}/search?{SEARCH}")
        for method in ("GET", "DELETE"):
            ask(method, f"{path}/{made['id']}")
    rule = ask("POST", "salesRules", rule={"name": "Spring", "coupon_type": "SPECIFIC_COUPON"})
    place = f"salesRules/{rule['rule_id']}"
    ask("PUT", place, rule={**rule, "discount_amount": 10})
    coupon = {"rule_id": rule["rule_id"], "code": "SPRING", "times_used": 0, "is_primary": True}
    made = ask("POST", "coupons", coupon=coupon)
    ask("PUT", f"coupons/{made['coupon_id']}", coupon={**coupon, "usage_limit": 3})
    ask("GET", f"coupons/search?{SEARCH}")
    ask("GET", f"coupons/{made['coupon_id']}")
    spec = {"rule_id": rule["rule_id"], "format": "alphanum", "quantity": 3, "length": 8}
    codes = ask("POST", "coupons/generate", couponSpec=spec)
    ask("POST", "coupons/deleteByCodes", codes=[codes[0], "NONE"])
    ask("POST", "coupons/deleteByIds", ids=[made["coupon_id"] + 2])
    ask("GET", place)
    spare = ask("POST", "salesRules", rule={"name": "Autumn", "coupon_type": "SPECIFIC_COUPON"})
    made = ask("POST", "coupons", coupon={**coupon, "rule_id": spare["rule_id"], "code": "AUTUMN"})
    ask("DELETE", f"coupons/{made['coupon_id']}")
    ask("DELETE", f"salesRules/{spare['rule_id']}")
    number = ask("POST", "taxClasses", taxClass={"class_name": "Books", "class_type": "PRODUCT"})
    ask("PUT", f"taxClasses/{number}", taxClass={"class_name": "Print", "class_type": "PRODUCT"})
    ask("DELETE", f"taxClasses/{number}")


def _document(ask: Witness) -> None:
    """Comment documents, mail them, keep some as they are sent."""
    note = {"comment": "Seen", "is_customer_notified": 0, "is_visible_on_front": 0, "parent_id": 1}
    ask("POST", "invoices/comments", entity=note)
    ask("POST", "creditmemo/1/comments", entity=note)
    for tail in ("emails", "capture", "void"):
        ask("POST", f"invoices/1/{tail}")
    ask("POST", "creditmemo/1/emails")
    ask("POST", "shipment/1/emails")
    [order] = ask.store.do("orders", {"items": [{"sku": MUG, "quantity": 2}]})["order_ids"]
    line = ask("GET", f"orders/{order}")["items"][0]
    row = {"order_item_id": line["item_id"], "qty": 1, "sku": MUG, "price": 5, "name": "Mug"}
    parts = {"items": [row], "tracks": [], "comments": []}
    kept = ask("POST", "shipment", entity={"order_id": order, "shipping_label": "UERG", **parts})
    ask("GET", f"shipment/{kept['entity_id']}/label")
    ask("POST", "invoices", entity={"order_id": order, "items": [row], "total_qty": 1})
    memo = {**row, "entity_id": 0, "base_cost": 0, "base_price": 5}
    ask("POST", "creditmemo", entity={"order_id": order, "items": [memo]})
    ask("POST", f"order/{order}/invoice")
    ask("POST", "creditmemo/refund", creditmemo={"order_id": order, "items": [memo], "shipping_amount": 0})


def _move(ask: Witness) -> None:
    """Move stock between sources, and say when it is low."""
    west = {"source_code": "far", "name": "Far", "enabled": True, "country_id": "US", "postcode": "1"}
    ask("POST", "inventory/sources", source=west)
    ask("POST", "inventory/bulk-product-source-assign", skus=[MUG], sourceCodes=["far", "default"])
    items = [{"sku": MUG, "source_code": "default", "quantity": 9, "status": 1}]
    ask("POST", "inventory/source-items", sourceItems=items)
    part = {"originSourceCode": "default", "destinationSourceCode": "far", "items": [{"sku": MUG, "qty": 2}]}
    ask("POST", "inventory/bulk-partial-source-transfer", **part)
    whole = {"originSource": "far", "destinationSource": "default", "unassignFromOrigin": False}
    ask("POST", "inventory/bulk-product-source-transfer", skus=[MUG], **whole)
    ask("POST", "inventory/bulk-product-source-unassign", skus=[MUG], sourceCodes=["far"])
    notice = {"source_code": "default", "notify_stock_qty": 3, "sku": MUG}
    ask("POST", "inventory/low-quantity-notification", sourceItemConfigurations=[notice])
    ask("POST", "inventory/low-quantity-notifications-delete", sourceItems=items)
    number = ask("POST", "inventory/stocks", stock={"name": "Spare"})
    ask("DELETE", f"inventory/stocks/{number}")


def test_answers_are_as_the_document_says_or_as_a_real_store_was_seen_to_answer(
    capsys: pytest.CaptureFixture[str],
) -> None:
    if not DOCUMENTS.is_dir():
        pytest.skip(f"no documents at {DOCUMENTS}")
    known, found, asked_of = seen(), dict[str, str](), set[str]()
    for exchange in (replayed(), toured()):
        for request, answer in exchange:
            name, deviating = judged(request, answer.status, _body(answer))
            asked_of |= {name} if answer.status == 200 else set()
            found |= dict.fromkeys(deviating, f"{request.method} {request.target}")
    described = {
        f"{each.method} {each.path}"
        for each in ROUTES
        if _plain(each.path) in document()[0] and each.resource != "self"
    } - NEVER
    lines = [
        f"\nanswers judged of {len(asked_of & described)} of {len(described)} routes, left out: "
        f"{', '.join(sorted(described - asked_of)) or 'none'}",
        f"deviations from the document, each seen in a recording ({len(found)}):",
        *(f"  {each} ({known.get(each, 'NOT SEEN')})" for each in sorted(found)),
    ]
    with capsys.disabled():
        print("\n".join(lines))  # noqa: T201

    assert described <= asked_of
    assert {each: place for each, place in found.items() if each not in known} == {}


def test_the_store_describes_its_routes_by_the_names_of_the_document() -> None:
    if not DOCUMENTS.is_dir():
        pytest.skip(f"no documents at {DOCUMENTS}")
    store = MagentoSandbox(seed="none", bearer=True)
    headers = {"host": "127.0.0.1", "authorization": "Bearer jb-token"}
    said = json.loads(store.answer(Request("GET", "/rest/all/schema?services=all", headers, b"")).body)
    store.close()
    known, types = document()
    for path, methods in said["paths"].items():
        for method, found in methods.items():
            real = known[_plain(path.removeprefix("/V1/"))][method]
            assert found["tags"] == real["tags"], path
            assert found["operationId"] == real["operationId"]
            assert set(found["responses"]) == set(real["responses"]), path
            answers = [each["responses"].get("200", {}).get("schema", {}) for each in (found, real)]
            assert answers[0].get("$ref") == answers[1].get("$ref"), path
    assert set(said["definitions"]) <= set(types)
    for name, found in said["definitions"].items():
        assert set(found.get("properties", ())) == set(types[name].get("properties", ())), name
