"""
Carts: the storefront's way to an order. Prices are the catalogue's, stock is checked, and placing reserves.
"""

import uuid
from typing import Any

from .. import lists
from ..call import Call, Route
from ..contract import number as plain_number
from ..contract import whole
from ..errors import missing, no_such_entity, refused
from ..memory import StoreMemory
from ..taxes import rates_at
from . import cart_totals, placements

KIND = "cart"
RESOURCE = "Magento_Cart::manage"


def create(call: Call) -> str:
    """Begin a cart; its number comes as text."""
    return str(_made(call, "")["id"])


def create_masked(call: Call) -> str:
    return str(_made(call, uuid.uuid4().hex)["masked"])


def _made(call: Call, masked: str) -> dict[str, Any]:
    number, stamp = call.memory.number(KIND), call.world.stamp()
    cart = {
        "id": number,
        "masked": masked,
        "created_at": stamp,
        "updated_at": stamp,
        "is_active": True,
        "items": [],
        "addresses": [call.memory.number("cart_address"), call.memory.number("cart_address")],
        "shipping": None,
        "billing": None,
        "method": None,
    }
    _save(call.memory, cart)
    return cart


def _save(memory: StoreMemory, cart: dict[str, Any]) -> None:
    memory.put(KIND, cart["id"], cart, name=cart["masked"] or str(cart["id"]))


def _cart(call: Call) -> dict[str, Any]:
    """
    Return the cart of a path: by its masked name, or by its number.

    :raises Refusal: there is none, or it became an order
    """
    name = call.params.get("cartId") or call.params.get("quoteId") or ""
    is_masked = "guest-carts/" in call.request.path
    found = call.memory.named(KIND, name) if is_masked else call.memory.get(KIND, whole(name))
    if found is None or not found["is_active"]:
        raise no_such_entity(
            "cartId", found["id"] if found is not None else (name if is_masked else whole(name))
        )
    return found


def _price(doc: dict[str, Any], today: str) -> tuple[float, float]:
    """Return what a product costs today, and what it costs otherwise."""
    regular = float(doc["values"].get("price") or 0)
    special = doc["values"].get("special_price")
    start, end = doc["values"].get("special_from_date", ""), doc["values"].get("special_to_date", "9")
    return (float(special) if special is not None and start <= today <= end else regular), regular


def add_item(call: Call) -> dict[str, Any]:
    """
    Put a product into a cart; a price that is sent is not looked at, and the same again adds to its quantity.

    :raises Refusal: no such product, one that is not sold, or more than is salable
    """
    cart, given = _cart(call), call.body["cartItem"]
    doc = call.memory.named("product", given.get("sku") or "")
    if doc is None:
        raise missing("The product that was requested doesn't exist. Verify the product and try again.")
    if str(doc["values"].get("status")) != "1":
        raise refused("Product that you are trying to add is not available.")
    child, options = _chosen(call.memory, doc, given)
    same = next(
        (each for each in cart["items"] if each["child"] == child["sku"] and each["sku"] == doc["sku"]), None
    )
    quantity = float(given.get("qty") or 0) + (same["qty"] if same else 0)
    placements.check_quantity(call, child, quantity)
    price, regular = _price(child, call.world.stamp())
    if same is None:
        same = {
            "item_id": call.memory.number("cart_item"),
            "sku": doc["sku"],
            "child": child["sku"],
            "options": options,
            "type": doc["type_id"],
            "child_item_id": None,
        }
        if doc["type_id"] == "configurable":
            same["child_item_id"] = call.memory.number("cart_item")
        cart["items"].append(same)
    name = doc["views"].get("default", {}).get("name") or doc["values"].get("name")
    tax_class = str(doc["values"].get("tax_class_id", "2"))
    same |= {"qty": quantity, "price": price, "regular": regular, "name": name, "tax_class": tax_class}
    cart["updated_at"] = call.world.stamp()
    _save(call.memory, cart)
    return _item_shown(cart, same)


def _chosen(
    memory: StoreMemory, doc: dict[str, Any], given: dict[str, Any]
) -> tuple[dict[str, Any], list[Any]]:
    """Return what is taken from stock: of a parent, the child of the chosen options."""
    if doc["type_id"] != "configurable":
        return doc, []
    extension = (given.get("product_option") or {}).get("extension_attributes") or {}
    chosen = extension.get("configurable_item_options") or []
    values = {str(each["option_id"]): str(each["option_value"]) for each in chosen}
    codes = {}
    for option in doc["options"]:
        attribute = memory.get("attribute", int(option["attribute_id"]))
        if attribute is not None:
            codes[attribute["attribute_code"]] = values.get(option["attribute_id"])
    for number in doc["children"]:
        child = memory.get("product", number)
        if child is not None and all(
            str(child["values"].get(code)) == value for code, value in codes.items()
        ):
            return child, chosen
    raise refused("You need to choose options for your item.")


def _item_shown(cart: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    shown = {
        "item_id": item["item_id"],
        "sku": item["child"],
        "qty": plain_number(item["qty"]),
        "name": item["name"],
        "price": plain_number(item["price"]),
        "product_type": item["type"],
        "quote_id": str(cart["id"]),
    }
    if item["options"]:
        shown["product_option"] = {"extension_attributes": {"configurable_item_options": item["options"]}}
    return shown


def items_of(call: Call) -> list[dict[str, Any]]:
    cart = _cart(call)
    return [_item_shown(cart, each) for each in cart["items"]]


def set_item(call: Call) -> dict[str, Any]:
    """
    Set the quantity of a line of a cart.

    :raises Refusal: there is no such line, or more than is salable
    """
    cart, number = _cart(call), call.number("itemId")
    item = next((each for each in cart["items"] if each["item_id"] == number), None)
    child = call.memory.named("product", item["child"]) if item is not None else None
    if item is None or child is None:
        raise missing("The %1 Cart doesn't contain the %2 item.", cart["id"], number)
    quantity = float(call.body["cartItem"].get("qty") or 0)
    placements.check_quantity(call, child, quantity)
    item["qty"] = quantity
    cart["updated_at"] = call.world.stamp()
    _save(call.memory, cart)
    return _item_shown(cart, item)


def drop_item(call: Call) -> bool:
    cart, number = _cart(call), call.number("itemId")
    kept = [each for each in cart["items"] if each["item_id"] != number]
    if len(kept) == len(cart["items"]):
        raise missing("The %1 Cart doesn't contain the %2 item.", cart["id"], number)
    cart["items"] = kept
    _save(call.memory, cart)
    return True


def get(call: Call) -> dict[str, Any]:
    return _shown(_cart(call))


def search(call: Call) -> dict[str, Any]:
    """List carts, also those that became orders."""
    return lists.members(call, [_shown(cart) for cart in call.memory.all(KIND)])


def _shown(cart: dict[str, Any]) -> dict[str, Any]:
    shown = [_item_shown(cart, each) for each in cart["items"]]
    billing, shipping = (_address(cart, place) for place in (0, 1))
    return {
        "id": cart["id"],
        "created_at": cart["created_at"],
        "updated_at": cart["updated_at"],
        "is_active": bool(cart["is_active"]),
        "is_virtual": False,
        "items": shown,
        "items_count": len(shown),
        "items_qty": plain_number(sum(each["qty"] for each in cart["items"])),
        "customer": {"email": None, "firstname": None, "lastname": None},
        "billing_address": billing,
        "orig_order_id": 0,
        "currency": {
            **{f"{name}_currency_code": "USD" for name in ("global", "base", "store", "quote")},
            "store_to_base_rate": 0,
            "store_to_quote_rate": 0,
            "base_to_global_rate": 1,
            "base_to_quote_rate": 1,
        },
        "customer_is_guest": True,
        "customer_note_notify": True,
        "customer_tax_class_id": 3,
        "store_id": 1,
        "extension_attributes": {
            "shipping_assignments": [
                {"shipping": {"address": shipping, "method": cart["method"]}, "items": shown}
            ]
        },
    }


def _address(cart: dict[str, Any], place: int) -> dict[str, Any]:
    names = (
        "region",
        "region_id",
        "region_code",
        "country_id",
        "street",
        "telephone",
        "postcode",
        "city",
        "firstname",
        "lastname",
        "email",
    )
    given = cart["shipping" if place else "billing"] or {}
    found: dict[str, Any] = {"id": cart["addresses"][place]}
    found |= {name: given.get(name) for name in names}
    found["street"] = given.get("street") or [""]
    return found | {"same_as_billing": place, "save_in_address_book": 0}


def estimate(call: Call) -> list[dict[str, Any]]:
    return cart_totals.rates(_cart(call))


def methods(call: Call) -> list[dict[str, Any]]:
    _cart(call)
    return [{"code": code, "title": title} for code, title in cart_totals.METHODS]


def shipping_information(call: Call) -> dict[str, Any]:
    """
    Give a cart its addresses and way of shipping.

    :raises Refusal: a way that there is none of, or an address without its country
    """
    cart, given = _cart(call), call.body["addressInformation"]
    code = f"{given.get('shipping_carrier_code')}_{given.get('shipping_method_code')}"
    if code not in {f"{each}_{each}" for each, *_ in cart_totals.RATES}:
        raise refused("The shipping method is missing. Select the shipping method and try again.")
    address = given["shipping_address"]
    if not address.get("country_id"):
        raise refused("The shipping address is missing. Set the address and try again.")
    cart |= {"shipping": address, "billing": given.get("billing_address") or address, "method": code}
    cart["rates"] = rates_at(call.memory, address)
    _save(call.memory, cart)
    return {"payment_methods": methods(call), "totals": cart_totals.totals(cart)}


def totals(call: Call) -> dict[str, Any]:
    return cart_totals.totals(_cart(call))


def place(call: Call) -> int:
    """
    Make an order of a cart, which is gone after it.

    :raises Refusal: an unknown payment, no address, or no longer enough in stock
    """
    cart = _cart(call)
    method = (call.body.get("paymentMethod") or {}).get("method")
    allowed = [code for code, _ in cart_totals.METHODS] + (
        [cart_totals.COMPANIONS] if call.world.options.module else []
    )
    if method not in allowed:
        raise refused("The requested Payment Method is not available.")
    if not cart["items"]:
        raise refused(
            "A server error stopped your order from being placed. Please try to place your order again."
        )
    if not cart["shipping"]:
        raise refused("Some addresses can't be used due to the configurations for specific countries.")
    order = placements.ordered(call, cart, str(method))
    cart["is_active"] = False
    _save(call.memory, cart)
    return int(order["entity_id"])


def sell(call: Call, chosen: list[dict[str, Any]]) -> int:
    """
    Place a storefront order as a buyer does: a guest's cart, a flat rate, a check.

    :raises Refusal: no such product, or more than is salable
    """
    cart = _made(call, uuid.uuid4().hex)
    inner = Call(call.world, call.request, params={"cartId": cart["masked"]})
    for each in chosen:
        inner.body = {"cartItem": {"sku": each["sku"], "qty": each["quantity"]}}
        add_item(inner)
    buyer = {
        "firstname": "Sam",
        "lastname": "Shopper",
        "email": "sam@shopper.example",
        "street": ["1 Market Street"],
        "city": "Austin",
        "region": "Texas",
        "region_code": "TX",
        "region_id": 57,
        "postcode": "78701",
        "country_id": "US",
        "telephone": "5125550123",
    }
    inner.body = {
        "addressInformation": {
            "shipping_address": buyer,
            "billing_address": buyer,
            "shipping_carrier_code": "flatrate",
            "shipping_method_code": "flatrate",
        }
    }
    shipping_information(inner)
    inner.body = {"paymentMethod": {"method": "checkmo"}}
    return place(inner)


def _both(method: str, tail: str, endpoint: Any) -> tuple[Route, Route]:
    """A cart is spoken to by its number, or by a guest who knows its masked name."""
    return (
        Route(method, f"carts/{{cartId}}/{tail}", RESOURCE, endpoint),
        Route(method, f"guest-carts/{{cartId}}/{tail}", "anonymous", endpoint),
    )


ROUTES = (
    Route("POST", "carts", RESOURCE, create),
    Route("POST", "guest-carts", "anonymous", create_masked),
    Route("GET", "carts/search", RESOURCE, search),
    Route("GET", "carts/{cartId}", RESOURCE, get),
    Route("GET", "guest-carts/{cartId}", "anonymous", get),
    Route("POST", "carts/{quoteId}/items", RESOURCE, add_item),
    Route("POST", "guest-carts/{cartId}/items", "anonymous", add_item),
    *_both("GET", "items", items_of),
    *_both("PUT", "items/{itemId}", set_item),
    *_both("DELETE", "items/{itemId}", drop_item),
    *_both("POST", "estimate-shipping-methods", estimate),
    *_both("POST", "shipping-information", shipping_information),
    *_both("GET", "totals", totals),
    *_both("GET", "payment-methods", methods),
    *_both("PUT", "order", place),
)
