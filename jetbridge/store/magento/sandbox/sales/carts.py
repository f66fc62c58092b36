"""
Carts: the storefront's way to an order. Prices are the catalogue's, stock is checked, and placing reserves.
"""

import uuid
from typing import Any

from .. import customers, lists
from ..call import Call, Route
from ..contract import number as plain_number
from ..contract import whole
from ..errors import missing, no_such_entity, refused
from ..memory import StoreMemory
from . import choices, order_parts, placements

KIND = "cart"
RESOURCE = "Magento_Cart::manage"
GIFT = "gift_message"
NO_ITEM = "No item with the provided ID was found in the Cart. Verify the ID and try again."
NO_PRODUCT = "No product with the provided ID was found in the Cart. Verify the ID and try again."


def create(call: Call) -> str:
    """Begin a cart; its number comes as text."""
    return str(made(call, "")["id"])


def create_masked(call: Call) -> str:
    return str(made(call, uuid.uuid4().hex)["masked"])


def create_mine(call: Call) -> int:
    """Give a customer's cart; one that they have is taken again."""
    number = customers.of_call(call)["id"]
    found = _of_customer(call.memory, number)
    return int((found or made(call, "", number))["id"])


def _of_customer(memory: StoreMemory, number: int) -> dict[str, Any] | None:
    return (
        next((each for each in memory.children(KIND, number) if each["is_active"]), None) if number else None
    )


def assign(call: Call) -> bool:
    """
    Make a cart a customer's.

    :raises Refusal: there is no such customer, or they have a cart
    """
    number = call.customer or call.body.get("customerId") or 0
    cart = cart_of(call)
    if call.memory.get(customers.KIND, number) is None:
        raise no_such_entity("customerId", number)
    if _of_customer(call.memory, number) is not None:
        raise refused(
            "The customer can't be assigned to the cart because the customer already has an active cart."
        )
    cart["customer"] = number
    save(call.memory, cart)
    return True


def made(call: Call, masked: str, customer: int = 0) -> dict[str, Any]:
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
        "customer": customer,
    }
    save(call.memory, cart)
    return cart


def save(memory: StoreMemory, cart: dict[str, Any]) -> None:
    memory.put(KIND, cart["id"], cart, name=cart["masked"] or str(cart["id"]), parent=cart.get("customer", 0))


def cart_of(call: Call) -> dict[str, Any]:
    """
    Return the cart of a path: by its masked name, or by its number.

    :raises Refusal: there is none, or it became an order
    """
    if "cartId" not in call.params and "quoteId" not in call.params:
        mine = _of_customer(call.memory, call.customer)
        if mine is None:
            raise no_such_entity("customerId", call.customer)
        return mine
    name = call.params.get("cartId") or call.params.get("quoteId") or ""
    is_masked = "guest-carts/" in call.request.path
    found = call.memory.named(KIND, name) if is_masked else call.memory.get(KIND, whole(name))
    if found is None or not found["is_active"]:
        raise no_such_entity(
            "cartId", found["id"] if found is not None else (name if is_masked else whole(name))
        )
    return found


def add_item(call: Call) -> dict[str, Any]:
    """
    Put a product into a cart; a price that is sent is not looked at, and the same again adds to its quantity.

    :raises Refusal: no such product, one that is not sold, or more than is salable
    """
    cart, given = cart_of(call), call.body["cartItem"]
    doc = call.memory.named("product", given.get("sku") or "")
    if doc is None:
        raise missing("The product that was requested doesn't exist. Verify the product and try again.")
    if str(doc["values"].get("status")) != "1":
        raise refused("Product that you are trying to add is not available.")
    found = choices.chosen(call.memory, doc, given, call.world.stamp())
    same = next(
        (
            each
            for each in cart["items"]
            if (each["shown_as"], each["sku"], each["options"]) == (found.sku, doc["sku"], found.options)
        ),
        None,
    )
    quantity = float(given.get("qty") or 0) + (same["qty"] if same else 0)
    placements.check_parts(call, found.parts, quantity)
    if same is None:
        number = call.memory.number
        has_lines = doc["type_id"] in placements.PARENTS
        same = {
            "item_id": number("cart_item"),
            "sku": doc["sku"],
            "shown_as": found.sku,
            "options": found.options,
            "type": doc["type_id"],
            "parts": found.parts,
            "part_ids": [number("cart_item") for _ in found.parts] if has_lines else [],
        }
        cart["items"].append(same)
    name = doc["views"].get("default", {}).get("name") or doc["values"].get("name")
    tax_class = str(doc["values"].get("tax_class_id", "2"))
    same |= {
        "qty": quantity,
        "price": found.price,
        "regular": found.regular,
        "name": name,
        "tax_class": tax_class,
    }
    cart["updated_at"] = call.world.stamp()
    save(call.memory, cart)
    return _item_shown(cart, same)


def _item_shown(cart: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    shown = {
        "item_id": item["item_id"],
        "sku": item["shown_as"],
        "qty": plain_number(item["qty"]),
        "name": item["name"],
        "price": plain_number(item["price"]),
        "product_type": item["type"],
        "quote_id": str(cart["id"]),
    }
    if item["options"]:
        shown["product_option"] = {"extension_attributes": item["options"]}
    return shown


def items_of(call: Call) -> list[dict[str, Any]]:
    cart = cart_of(call)
    return [_item_shown(cart, each) for each in cart["items"]]


def set_item(call: Call) -> dict[str, Any]:
    """
    Set the quantity of a line of a cart.

    :raises Refusal: there is no such line, or more than is salable
    """
    cart, number = cart_of(call), call.number("itemId")
    item = _item(cart, number)
    if item is None:
        raise missing("The %1 Cart doesn't contain the %2 item.", cart["id"], number)
    quantity = float(call.body["cartItem"].get("qty") or 0)
    placements.check_parts(call, item["parts"], quantity)
    item["qty"] = quantity
    cart["updated_at"] = call.world.stamp()
    save(call.memory, cart)
    return _item_shown(cart, item)


def drop_item(call: Call) -> bool:
    cart, number = cart_of(call), call.number("itemId")
    kept = [each for each in cart["items"] if each["item_id"] != number]
    if len(kept) == len(cart["items"]):
        raise missing("The %1 Cart doesn't contain the %2 item.", cart["id"], number)
    cart["items"] = kept
    save(call.memory, cart)
    return True


def get(call: Call) -> dict[str, Any]:
    return _shown(cart_of(call))


def search(call: Call) -> dict[str, Any]:
    """List carts, also those that became orders."""
    return lists.members(call, [_shown(cart) for cart in call.memory.all(KIND)])


def _shown(cart: dict[str, Any]) -> dict[str, Any]:
    shown = [_item_shown(cart, each) for each in cart["items"]]
    billing, shipping = (address_of(cart, place) for place in (0, 1))
    return {
        "id": cart["id"],
        "created_at": cart["created_at"],
        "updated_at": cart["updated_at"],
        "is_active": bool(cart["is_active"]),
        "is_virtual": is_virtual(cart),
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


def is_virtual(cart: dict[str, Any]) -> bool:
    """Return whether nothing of a cart is shipped."""
    return bool(cart["items"]) and all(each["type"] in choices.VIRTUAL for each in cart["items"])


def address_of(cart: dict[str, Any], place: int) -> dict[str, Any]:
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


def gift_message(call: Call) -> dict[str, Any] | None:
    found: dict[str, Any] | None = cart_of(call).get(GIFT)
    return found


def item_gift_message(call: Call) -> dict[str, Any] | None:
    found: dict[str, Any] | None = _with_gift(cart_of(call), call.number("itemId"), NO_ITEM).get(GIFT)
    return found


def _with_gift(cart: dict[str, Any], number: int, text: str) -> dict[str, Any]:
    found = _item(cart, number)
    if found is None:
        raise missing(text)
    return found


def _item(cart: dict[str, Any], number: int) -> dict[str, Any] | None:
    return next((each for each in cart["items"] if each["item_id"] == number), None)


def keep_gift_message(call: Call) -> bool:
    """
    Keep a cart's message.

    :raises Refusal: the cart is empty
    """
    cart = cart_of(call)
    if not cart["items"]:
        raise refused("Gift Messages are not applicable for empty cart")
    _keep_gift(call, cart, cart)
    return True


def keep_item_gift_message(call: Call) -> bool:
    cart = cart_of(call)
    _keep_gift(call, cart, _with_gift(cart, call.number("itemId"), NO_PRODUCT))
    return True


def _keep_gift(call: Call, cart: dict[str, Any], target: dict[str, Any]) -> None:
    """Without any words there is no message any more."""
    given = call.body["giftMessage"]
    words = any(given.get(name) for name in order_parts.GIFT_WORDS)
    made = order_parts.gift_message(call.memory, given, cart.get("customer") or 0)
    target[GIFT] = made if words else None
    save(call.memory, cart)


def routes(method: str, tail: str, endpoint: Any) -> tuple[Route, ...]:
    """A cart is spoken to by its number, by a guest who knows its masked name, or by the customer whose it is."""
    return (
        Route(method, f"carts/{{cartId}}/{tail}", RESOURCE, endpoint),
        Route(method, f"guest-carts/{{cartId}}/{tail}", "anonymous", endpoint),
        Route(method, f"carts/mine/{tail}", "self", endpoint),
    )


def buyer_routes(method: str, tail: str, endpoint: Any) -> tuple[Route, ...]:
    """Who buys for themselves, as a guest or signed in."""
    return routes(method, tail, endpoint)[1:]


ROUTES = (
    Route("POST", "carts", RESOURCE, create),
    Route("POST", "guest-carts", "anonymous", create_masked),
    Route("POST", "carts/mine", "self", create_mine),
    Route("POST", "customers/{customerId}/carts", RESOURCE, create_mine),
    Route("GET", "carts/search", RESOURCE, search),
    Route("GET", "carts/mine", "self", get),
    Route("GET", "carts/{cartId}", RESOURCE, get),
    Route("GET", "guest-carts/{cartId}", "anonymous", get),
    Route("PUT", "carts/{cartId}", RESOURCE, assign),
    Route("PUT", "guest-carts/{cartId}", "self", assign),
    Route("POST", "carts/{quoteId}/items", RESOURCE, add_item),
    *buyer_routes("POST", "items", add_item),
    *routes("GET", "items", items_of),
    *routes("PUT", "items/{itemId}", set_item),
    *routes("DELETE", "items/{itemId}", drop_item),
    *routes("GET", "gift-message", gift_message),
    *routes("GET", "gift-message/{itemId}", item_gift_message),
    *routes("POST", "gift-message", keep_gift_message),
    *routes("POST", "gift-message/{itemId}", keep_item_gift_message),
)
