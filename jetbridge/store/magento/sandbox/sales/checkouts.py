"""From a cart to an order: addresses, ways to ship and to pay, coupons, and what it all comes to."""

import uuid
from typing import Any

from .. import content
from ..call import Call, Route
from ..errors import missing, no_such_entity, refused
from ..taxes import rates_at
from . import cart_totals, carts, placements
from .carts import RESOURCE

AGREEMENTS = "Magento_CheckoutAgreements::checkoutagreement"


def estimate(call: Call) -> list[dict[str, Any]]:
    return cart_totals.rates(carts.cart_of(call))


def estimate_by_address(call: Call) -> list[dict[str, Any]]:
    """
    Give the ways to ship to an address that a customer keeps.

    :raises Refusal: there is none of this number
    """
    number = call.body["addressId"]
    if not any(each["id"] == number for doc in call.memory.all("customer") for each in doc["addresses"]):
        raise no_such_entity("addressId", number)
    return estimate(call)


def collect(call: Call) -> dict[str, Any]:
    """Set how an order is to be paid and shipped, and say what it comes to."""
    keep_payment(call)
    cart, carrier = carts.cart_of(call), call.body.get("shippingCarrierCode")
    if carrier:
        cart["method"] = f"{carrier}_{call.body.get('shippingMethodCode')}"
        carts.save(call.memory, cart)
    return cart_totals.totals(cart)


def no_agreements(call: Call) -> list[Any]:
    """List the terms to agree to; this store asks for none."""
    return []


def methods(call: Call) -> list[dict[str, Any]]:
    carts.cart_of(call)
    return [{"code": code, "title": title} for code, title in cart_totals.METHODS]


def shipping_information(call: Call) -> dict[str, Any]:
    """
    Give a cart its addresses and way of shipping.

    :raises Refusal: a way that there is none of, or an address without its country
    """
    cart, given = carts.cart_of(call), call.body["addressInformation"]
    code = f"{given.get('shipping_carrier_code')}_{given.get('shipping_method_code')}"
    if code not in {f"{each}_{each}" for each, *_ in cart_totals.RATES}:
        raise refused("The shipping method is missing. Select the shipping method and try again.")
    address = given["shipping_address"]
    if not address.get("country_id"):
        raise refused("The shipping address is missing. Set the address and try again.")
    cart |= {"shipping": address, "billing": given.get("billing_address") or address, "method": code}
    cart["rates"] = rates_at(call.memory, address)
    carts.save(call.memory, cart)
    return payment_information(call)


def payment_information(call: Call) -> dict[str, Any]:
    return {"payment_methods": methods(call), "totals": cart_totals.totals(carts.cart_of(call))}


def pay(call: Call) -> int:
    """
    Set the address that pays, and place the order.

    :raises Refusal: as of any order that is placed
    """
    keep_payment(call)
    return place(call)


def keep_payment(call: Call) -> int:
    """Set how the order is to be paid, and the address that pays."""
    cart = carts.cart_of(call)
    cart["payment"] = (call.body.get("paymentMethod") or call.body.get("method") or {}).get("method")
    if call.body.get("billingAddress"):
        cart["billing"] = call.body["billingAddress"]
    if call.body.get("email"):
        cart["email"] = call.body["email"]
    carts.save(call.memory, cart)
    return int(cart["id"])


def payment(call: Call) -> dict[str, Any] | None:
    method = carts.cart_of(call).get("payment")
    return {"method": method, "additional_data": []} if method else None


def set_payment(call: Call) -> str:
    return str(keep_payment(call))


def billing(call: Call) -> dict[str, Any]:
    return carts.address_of(carts.cart_of(call), 0)


def set_billing(call: Call) -> int:
    """
    Set the address that pays, and with `useForShipping` the one that goods go to.

    :raises Refusal: there is no such cart
    """
    cart = carts.cart_of(call)
    cart["billing"] = call.body["address"]
    if call.body.get("useForShipping"):
        cart["shipping"] = call.body["address"]
        cart["rates"] = rates_at(call.memory, call.body["address"])
    carts.save(call.memory, cart)
    return int(cart["addresses"][0])


def shipping_methods(call: Call) -> list[dict[str, Any]]:
    """
    List how a cart can be shipped to its address.

    :raises Refusal: it has none
    """
    cart = carts.cart_of(call)
    if not (cart["shipping"] or {}).get("country_id"):
        raise refused("The shipping address is missing. Set the address and try again.")
    return cart_totals.rates(cart)


def estimate_totals(call: Call) -> dict[str, Any]:
    """Say what a cart would come to at an address and by a way of shipping; nothing is kept."""
    cart, given = carts.cart_of(call), call.body["addressInformation"]
    carrier = given.get("shipping_carrier_code")
    method = f"{carrier}_{given.get('shipping_method_code')}" if carrier else cart["method"]
    return cart_totals.totals(
        {**cart, "method": method, "rates": rates_at(call.memory, given.get("address") or {})}
    )


def coupon(call: Call) -> str | None:
    found = carts.cart_of(call).get("coupon")
    return str(found) if found else None


def set_coupon(call: Call) -> bool:
    """
    Take a coupon's code.

    :raises Refusal: there is none, its rule is off, or the cart is empty
    """
    cart, code = carts.cart_of(call), call.params["couponCode"]
    if not cart["items"]:
        raise missing('The "%1" Cart doesn\'t contain products.', cart["id"])
    rule = content.rule_of(call.memory, code)
    if rule is None:
        raise missing("The coupon code isn't valid. Verify the code and try again.")
    cart |= {"coupon": code, "rule": {name: rule[name] for name in ("simple_action", "discount_amount")}}
    carts.save(call.memory, cart)
    return True


def drop_coupon(call: Call) -> bool:
    cart = carts.cart_of(call)
    cart |= {"coupon": None, "rule": None}
    carts.save(call.memory, cart)
    return True


def totals(call: Call) -> dict[str, Any]:
    return cart_totals.totals(carts.cart_of(call))


def place(call: Call) -> int:
    """
    Make an order of a cart, which is gone after it.

    :raises Refusal: an unknown payment, no address, or no longer enough in stock
    """
    cart = carts.cart_of(call)
    method = (call.body.get("paymentMethod") or {}).get("method") or cart.get("payment")
    allowed = [code for code, _ in cart_totals.METHODS] + (
        [cart_totals.COMPANIONS] if call.world.options.module else []
    )
    if method not in allowed:
        raise refused("The requested Payment Method is not available.")
    if not cart["items"]:
        raise refused(
            "A server error stopped your order from being placed. Please try to place your order again."
        )
    if not (cart["billing"] if carts.is_virtual(cart) else cart["shipping"]):
        raise refused("Some addresses can't be used due to the configurations for specific countries.")
    order = placements.ordered(call, cart, str(method))
    cart["is_active"] = False
    carts.save(call.memory, cart)
    return int(order["entity_id"])


def sell(call: Call, chosen: list[dict[str, Any]]) -> int:
    """
    Place a storefront order as a buyer does: a guest's cart, a flat rate, a check.

    :raises Refusal: no such product, or more than is salable
    """
    cart = carts.made(call, uuid.uuid4().hex)
    inner = Call(call.world, call.request, params={"cartId": cart["masked"]})
    for each in chosen:
        inner.body = {"cartItem": {"sku": each["sku"], "qty": each["quantity"]}}
        carts.add_item(inner)
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


ROUTES = (
    Route("GET", "carts/licence", AGREEMENTS, no_agreements),
    Route("GET", "carts/licence/list", AGREEMENTS, no_agreements),
    Route("POST", "carts/{cartId}/estimate-shipping-methods-by-address-id", RESOURCE, estimate_by_address),
    Route("POST", "carts/mine/estimate-shipping-methods-by-address-id", "self", estimate_by_address),
    *carts.buyer_routes("PUT", "collect-totals", collect),
    *carts.routes("POST", "estimate-shipping-methods", estimate),
    *carts.routes("GET", "shipping-methods", shipping_methods),
    *carts.routes("POST", "shipping-information", shipping_information),
    *carts.routes("GET", "billing-address", billing),
    *carts.routes("POST", "billing-address", set_billing),
    *carts.routes("GET", "selected-payment-method", payment),
    Route("PUT", "carts/{cartId}/selected-payment-method", RESOURCE, set_payment),
    *carts.buyer_routes("PUT", "selected-payment-method", keep_payment),
    *carts.buyer_routes("GET", "payment-information", payment_information),
    *carts.buyer_routes("POST", "payment-information", pay),
    *carts.buyer_routes("POST", "set-payment-information", keep_payment),
    *carts.routes("POST", "totals-information", estimate_totals),
    *carts.routes("GET", "coupons", coupon),
    *carts.routes("PUT", "coupons/{couponCode}", set_coupon),
    *carts.routes("DELETE", "coupons", drop_coupon),
    *carts.routes("GET", "totals", totals),
    *carts.routes("GET", "payment-methods", methods),
    *carts.routes("PUT", "order", place),
)
