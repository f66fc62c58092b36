"""What a buyer chooses of a product in a cart, and what becomes of it: lines of the order, stock, documents."""

from typing import Any

import pytest

from tests.store.magento.caller import Caller

BUYER = {
    "firstname": "Sam", "lastname": "Shopper", "email": "sam@shopper.example", "street": ["1 Market Street"],
    "city": "Austin", "region": "Texas", "region_code": "TX", "region_id": 57, "postcode": "78701",
    "country_id": "US", "telephone": "5125550123",
}  # fmt: skip


def make(magento: Caller, sku: str, kind: str = "simple", price: float = 10, **more: Any) -> None:
    stock = {"stock_item": {"qty": 20, "is_in_stock": True}} if kind in ("simple", "downloadable") else {}
    extension = {**stock, **more.pop("extension_attributes", {})}
    product = {
        "sku": sku, "name": sku, "price": price, "attribute_set_id": 4, "type_id": kind, "status": 1, "visibility": 4,
        "extension_attributes": extension, **more,
    }  # fmt: skip
    magento("POST", "all/V1/products", {"product": product})


def attributes(**values: str) -> list[dict[str, str]]:
    return [{"attribute_code": code, "value": value} for code, value in values.items()]


@pytest.fixture
def kit(magento: Caller) -> dict[str, Any]:
    """A bundle: a pot, and one or both of two herbs."""
    for sku, price in (("POT", 10), ("MINT", 3), ("SAGE", 4)):
        make(magento, sku, price=price)
    options = [
        {"title": "Pot", "type": "radio", "required": True,
         "product_links": [{"sku": "POT", "qty": 1, "can_change_quantity": 1}]},
        {"title": "Herbs", "type": "checkbox", "required": True,
         "product_links": [{"sku": "MINT", "qty": 2}, {"sku": "SAGE", "qty": 1}]},
    ]  # fmt: skip
    make(magento, "KIT", "bundle", extension_attributes={"bundle_product_options": options})
    pot, herbs = magento("GET", "V1/bundle-products/KIT/options/all")
    return {
        "pot": {"option_id": pot["option_id"], "option_qty": 2, "option_selections": ids(pot)},
        "herbs": {"option_id": herbs["option_id"], "option_qty": 1, "option_selections": ids(herbs)},
    }


def ids(option: dict[str, Any]) -> list[int]:
    return [int(each["id"]) for each in option["product_links"]]


def put(magento: Caller, cart: str, sku: str, quantity: float = 1, **chosen: Any) -> dict[str, Any]:
    found: dict[str, Any] = magento(
        "POST", f"V1/guest-carts/{cart}/items", line(cart, sku, quantity, **chosen)
    )
    return found


def line(cart: str, sku: str, quantity: float = 1, **chosen: Any) -> dict[str, Any]:
    item = {"sku": sku, "qty": quantity, "quote_id": cart}
    return {"cartItem": {**item, "product_option": {"extension_attributes": chosen}}}


def place(magento: Caller, cart: str) -> dict[str, Any]:
    information = {
        "shipping_address": BUYER, "billing_address": BUYER, "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }  # fmt: skip
    magento("POST", f"V1/guest-carts/{cart}/shipping-information", {"addressInformation": information})
    number = magento("PUT", f"V1/guest-carts/{cart}/order", {"paymentMethod": {"method": "checkmo"}})
    return dict(magento("GET", f"V1/orders/{number}"))


def salable(magento: Caller, *skus: str) -> list[float]:
    return [magento("GET", f"V1/inventory/get-product-salable-quantity/{sku}/1") for sku in skus]


def held(magento: Caller, *skus: str) -> list[float]:
    return [magento("GET", f"V1/stockItems/{sku}")["qty"] for sku in skus]


def test_a_bundle_goes_its_whole_way_in_its_parts(magento: Caller, kit: dict[str, Any]) -> None:
    cart = magento("POST", "V1/guest-carts")
    options = [kit["pot"], kit["herbs"]]

    item = put(magento, cart, "KIT", 2, bundle_options=options)

    # Two pots, two mints and a sage in each.
    assert (item["sku"], item["price"], item["product_type"]) == ("KIT-POT-MINT-SAGE", 30, "bundle")
    assert item["product_option"] == {"extension_attributes": {"bundle_options": options}}
    order = place(magento, cart)
    parent, *parts = order["items"]
    assert (order["subtotal"], order["grand_total"], order["total_item_count"]) == (60, 70, 1)
    assert (parent["product_type"], parent["qty_ordered"], parent["row_total"]) == ("bundle", 2, 60)
    assert [(each["sku"], each["qty_ordered"], each["price"]) for each in parts] == [
        ("POT", 4, 10), ("MINT", 4, 3), ("SAGE", 2, 4),
    ]  # fmt: skip
    assert all(
        each["parent_item_id"] == each["parent_item"]["item_id"] == parent["item_id"] for each in parts
    )
    assert parts[0]["product_option"] == parent["product_option"] == item["product_option"]
    skus = ("POT", "MINT", "SAGE")
    assert (salable(magento, *skus), held(magento, *skus)) == ([16, 16, 18], [20, 20, 20])
    number = order["entity_id"]
    one = {"items": [{"order_item_id": parent["item_id"], "qty": 1}]}

    magento("POST", f"V1/order/{number}/ship", one)
    # The store names the parts on its invoice: what is asked of them is asked of the bundle.
    shares = [{"order_item_id": each["item_id"], "qty": each["qty_ordered"] / 2} for each in parts]
    magento("POST", f"V1/order/{number}/invoice", {"items": shares})

    assert (salable(magento, *skus), held(magento, *skus)) == ([16, 16, 18], [18, 18, 19])
    shown = magento("GET", f"V1/orders/{number}")
    assert [each["qty_shipped"] for each in shown["items"]] == [1, 2, 2, 1]
    assert [each["qty_invoiced"] for each in shown["items"]] == [1, 2, 2, 1]
    assert shown["total_invoiced"] == 40
    back = {
        "arguments": {
            "extension_attributes": {"return_to_stock_items": [parent["item_id"]]},
            "shipping_amount": 0,
        }
    }
    assert magento("POST", f"V1/orders/{number}/cancel") is True
    magento("POST", f"V1/order/{number}/refund", {**one, **back})

    assert (salable(magento, *skus), held(magento, *skus)) == ([20, 20, 20], [20, 20, 20])
    shown = magento("GET", f"V1/orders/{number}")
    assert [each["qty_canceled"] for each in shown["items"]] == [1, 2, 2, 1]
    assert [each["qty_refunded"] for each in shown["items"]] == [1, 2, 2, 1]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda pot, herbs: [], "Please select all required options."),
        (lambda pot, herbs: [pot], "Please select all required options."),
        (lambda pot, herbs: [{**pot, "option_selections": [99]}, herbs], "Please select all required options."),
        (lambda pot, herbs: [{**pot, "option_selections": [*pot["option_selections"], 99]}, herbs],
         "The options you selected are not available."),
        (lambda pot, herbs: [{**pot, "option_qty": 21}, herbs], "The requested qty is not available"),
        (lambda pot, herbs: [{"option_id": pot["option_id"]}, {}, herbs], "Please select all required options."),
    ],
)  # fmt: skip
def test_a_bundle_without_what_it_needs_is_refused(
    magento: Caller, kit: dict[str, Any], change: Any, text: str
) -> None:
    cart = magento("POST", "V1/guest-carts")

    status, said = magento.refused(
        "POST",
        f"V1/guest-carts/{cart}/items",
        line(cart, "KIT", bundle_options=change(kit["pot"], kit["herbs"])),
    )

    assert status == 400
    assert text in said


def test_a_bundle_may_have_a_price_and_a_sku_of_its_own(magento: Caller, kit: dict[str, Any]) -> None:
    option = {"title": "Herbs", "type": "radio", "required": False, "product_links": [
        {"sku": "MINT", "qty": 1, "price": 10, "price_type": 1},
        {"sku": "SAGE", "qty": 1, "price": 5, "price_type": 0},
    ]}  # fmt: skip
    make(
        magento, "SET", "bundle", 50, extension_attributes={"bundle_product_options": [option]},
        custom_attributes=attributes(price_type="1", sku_type="1"),
    )  # fmt: skip
    [option] = magento("GET", "V1/bundle-products/SET/options/all")
    cart = magento("POST", "V1/guest-carts")

    found = []
    for number in ids(option):
        asked = {"option_id": option["option_id"], "option_qty": 1, "option_selections": [number]}
        item = put(magento, cart, "SET", bundle_options=[asked])
        found.append((item["sku"], item["price"]))

    assert found == [("SET", 55), ("SET", 55)]
    assert len(magento("GET", f"V1/guest-carts/{cart}/items")) == 2
    order = place(magento, cart)
    assert [each["price"] for each in order["items"]] == [55, 0, 55, 0]


def test_the_same_choice_again_adds_to_its_line(magento: Caller, kit: dict[str, Any]) -> None:
    cart = magento("POST", "V1/guest-carts")
    options = [kit["pot"], kit["herbs"]]
    first = put(magento, cart, "KIT", bundle_options=options)

    again = put(magento, cart, "KIT", 2, bundle_options=options)

    assert (again["item_id"], again["qty"]) == (first["item_id"], 3)
    place_of = f"V1/guest-carts/{cart}/items/{first['item_id']}"
    status, said = magento.refused("PUT", place_of, {"cartItem": {"qty": 11, "quote_id": cart}})
    assert (status, said) == (400, "The requested qty is not available")


def test_options_of_its_own_add_to_price_and_sku(magento: Caller) -> None:
    make(magento, "MUG", price=10)
    own = {"product_sku": "MUG", "sort_order": 1}
    text = {**own, "title": "Name on it", "type": "field", "is_require": True, "price": 2, "price_type": "fixed",
            "sku": "name"}  # fmt: skip
    size = {**own, "title": "Size", "type": "drop_down", "is_require": False, "values": [
        {"title": "Big", "sort_order": 1, "price": 50, "price_type": "percent", "sku": "big"}]}  # fmt: skip
    name = magento("POST", "V1/products/options", {"option": text})["option_id"]
    big = magento("POST", "V1/products/options", {"option": size})
    cart = magento("POST", "V1/guest-carts")
    path = f"V1/guest-carts/{cart}/items"
    required = (
        "The product's required option(s) weren't entered. Make sure the options are entered and try again."
    )
    assert magento.refused("POST", path, line(cart, "MUG")) == (400, required)
    wrong = [
        {"option_id": str(name), "option_value": "Ada"},
        {"option_id": str(big["option_id"]), "option_value": "9"},
    ]
    assert magento.refused("POST", path, line(cart, "MUG", custom_options=wrong))[0] == 400
    chosen = [wrong[0], {**wrong[1], "option_value": str(big["values"][0]["option_type_id"])}]

    item = put(magento, cart, "MUG", 2, custom_options=chosen)

    assert (item["sku"], item["price"]) == ("MUG-name-big", 17)
    order = place(magento, cart)
    [row] = order["items"]
    assert row["product_option"] == {"extension_attributes": {"custom_options": chosen}}
    assert salable(magento, "MUG") == [18]
    magento("POST", f"V1/order/{order['entity_id']}/ship", {})
    assert (salable(magento, "MUG"), held(magento, "MUG")) == ([18], [18])


def test_files_are_bought_without_shipping_and_leave_with_the_invoice(magento: Caller) -> None:
    make(magento, "SONG", "downloadable", 1, custom_attributes=attributes(links_purchased_separately="1"))
    links = [
        magento("POST", "V1/products/SONG/downloadable-links", {"isGlobalScopeContent": True, "link": {
            "title": title, "sort_order": 1, "link_type": "url", "link_url": f"https://songs.example/{title}",
            "price": price, "is_shareable": 0, "number_of_downloads": 0,
        }})
        for title, price in (("one", 2), ("two", 3))
    ]  # fmt: skip
    cart = magento("POST", "V1/guest-carts")
    path = f"V1/guest-carts/{cart}/items"
    assert magento.refused("POST", path, line(cart, "SONG")) == (400, "Please specify product link(s).")
    option = {"downloadable_links": [int(links[1])]}

    item = put(magento, cart, "SONG", downloadable_option=option)

    assert item["price"] == 4
    assert magento("GET", f"V1/guest-carts/{cart}")["is_virtual"] is True
    magento("POST", f"V1/guest-carts/{cart}/billing-address", {"address": BUYER})
    number = magento("PUT", f"V1/guest-carts/{cart}/order", {"paymentMethod": {"method": "checkmo"}})
    order = magento("GET", f"V1/orders/{number}")
    [row] = order["items"]
    assert (order["is_virtual"], order["grand_total"], "shipping_description" in order) == (1, 4, False)
    assert row["product_option"] == {"extension_attributes": {"downloadable_option": option}}
    status, _ = magento.refused("POST", f"V1/order/{number}/ship", {})
    assert status == 400
    magento("POST", f"V1/order/{number}/invoice", {})
    assert magento("GET", f"V1/orders/{number}")["state"] == "complete"
    assert (salable(magento, "SONG"), held(magento, "SONG")) == ([19], [19])
