"""Bundles, downloads, gift messages, and what else a shop's other programs ask beside the everyday calls."""

import base64

import pytest

from jetbridge.store.magento.sandbox.app import MagentoSandbox
from tests.store.magento.caller import Caller

NOT_SERVED = "Request does not match any route."
GIFT = {"sender": "Ann", "recipient": "Ben", "message": "Many happy returns"}
ADDRESS = {
    "firstname": "Kim", "lastname": "Doe", "street": ["1 A"], "city": "Austin", "region": "Texas", "region_id": 57,
    "region_code": "TX", "postcode": "78701", "country_id": "US", "telephone": "1", "email": "kim@shopper.example",
}  # fmt: skip


def make(magento: Caller, sku: str, kind: str, **more: object) -> None:
    product = {"sku": sku, "name": sku, "attribute_set_id": 4, "price": 10, "type_id": kind, **more}
    magento("POST", "all/V1/products", {"product": product})


def test_a_bundle_has_options_of_products(magento: Caller) -> None:
    make(magento, "KIT", "bundle")
    option = {"title": "Boots", "required": True, "type": "select", "position": 1, "sku": "KIT"}
    link = {"sku": "BOOT-1", "qty": 2, "is_default": True, "can_change_quantity": 1}
    body = {"option": {**option, "product_links": [link]}}

    number = magento("POST", "all/V1/bundle-products/options/add", body)
    place = f"V1/bundle-products/KIT/options/{number}"
    extra = {"linkedProduct": {"sku": "JB/2 A%", "qty": 1, "price": 1.5, "price_type": 0}}
    second = magento("POST", f"V1/bundle-products/KIT/links/{number}", extra)

    assert isinstance(number, int)
    assert [each["code"] for each in magento("GET", "V1/bundle-products/options/types")] == [
        "select", "radio", "checkbox", "multi",
    ]  # fmt: skip
    assert magento("GET", "V1/bundle-products/KIT/options/all") == [magento("GET", place)]
    children = magento("GET", "V1/bundle-products/KIT/children")
    assert [(each["sku"], each["qty"], each["option_id"]) for each in children] == [
        ("BOOT-1", 2, number), ("JB/2 A%", 1, number),
    ]  # fmt: skip
    assert magento("GET", f"V1/bundle-products/KIT/children?optionId={number + 1}") == []
    assert magento(
        "PUT", f"V1/bundle-products/KIT/links/{second}", {"linkedProduct": {**link, "sku": "JB/2 A%"}}
    )
    shown = magento("GET", "V1/products/KIT")["extension_attributes"]["bundle_product_options"]
    assert shown[0]["product_links"][1]["qty"] == 2
    assert (
        magento("PUT", f"V1/bundle-products/options/{number}", {"option": {**option, "title": "Shoes"}})
        == number
    )
    assert magento("GET", place)["title"] == "Shoes"
    assert magento("DELETE", f"{place}/children/boot-1") is True
    assert magento("DELETE", place) is True
    assert magento.refused("GET", place) == (
        404, "The option that was requested doesn't exist. Verify the entity and try again.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "text"),
    [
        ("GET", "KIT/options/9", None, 404, "The option that was requested doesn't exist"),
        ("GET", "BOOT-1/options/all", None, 400, "isn't a bundle product"),
        ("GET", "NONE/options/all", None, 404, "The product that was requested doesn't exist"),
        ("POST", "KIT/links/9", {"linkedProduct": {"sku": "BOOT-1"}}, 400, 'does not contain option: "9"'),
        ("POST", "KIT/links/1", {"linkedProduct": {"sku": "KIT"}}, 400, "another composite product"),
        ("POST", "KIT/links/1", {"linkedProduct": {"sku": "BOOT-1"}}, 400, "already assigned"),
        ("POST", "KIT/links/1", {"linkedProduct": {"sku": "BOOT-1", "colour": 1}}, 400, '"Colour" is not supported'),
        ("POST", "KIT/links/1", {}, 400, '"linkedProduct" is required'),
        ("PUT", "KIT/links/77", {"linkedProduct": {"sku": "BOOT-1"}}, 400, 'link with the "77" ID'),
        ("DELETE", "KIT/options/1/children/NONE", None, 404, "The bundle product doesn't exist"),
    ],
)  # fmt: skip
def test_what_a_bundle_cannot_be_is_refused_as_a_store_does(
    magento: Caller, method: str, path: str, body: object, status: int, text: str
) -> None:
    options = [{"title": "Boots", "type": "radio", "product_links": [{"sku": "BOOT-1", "qty": 1}]}]
    make(magento, "KIT", "bundle", extension_attributes={"bundle_product_options": options})

    found = magento.refused(method, f"V1/bundle-products/{path}", body)

    assert found[0] == status
    assert text in found[1]


def test_options_that_come_with_a_bundle_replace_those_it_had(magento: Caller) -> None:
    options = [{"title": name, "type": "radio", "product_links": [{"sku": "BOOT-1"}]} for name in ("A", "B")]
    make(magento, "KIT", "bundle", extension_attributes={"bundle_product_options": options})
    [first, _second] = magento("GET", "V1/bundle-products/KIT/options/all")

    changed = {"extension_attributes": {"bundle_product_options": [{**first, "title": "C"}]}}
    magento("PUT", "all/V1/products/KIT", {"product": changed})

    assert [each["title"] for each in magento("GET", "V1/bundle-products/KIT/options/all")] == ["C"]
    magento("PUT", "all/V1/products/KIT", {"product": {"price": 11}})
    assert len(magento("GET", "V1/bundle-products/KIT/options/all")) == 1


@pytest.mark.parametrize(("tail", "name"), [("", "link"), ("/samples", "sample")])
def test_a_download_has_files_to_load_and_to_try(magento: Caller, tail: str, name: str) -> None:
    make(magento, "SONG", "downloadable")
    place = f"V1/products/SONG/downloadable-links{tail}"
    content = {"file_data": base64.b64encode(b"la la").decode(), "name": "song one.mp3"}
    file = {"title": "Song", "sort_order": 1, f"{name}_type": "file", f"{name}_file_content": content}

    number = magento("POST", place, {name: file, "isGlobalScopeContent": True})
    web = {
        "title": "On the web",
        "sort_order": 2,
        f"{name}_type": "url",
        f"{name}_url": "https://songs.example/1",
    }
    assert magento("PUT", f"{place}/{number}", {name: web}) == number

    [found] = magento("GET", place)
    assert (found["id"], found["title"], found[f"{name}_url"]) == (
        number,
        "On the web",
        "https://songs.example/1",
    )
    assert found[f"{name}_file"] == "/s/o/song_one.mp3"
    shown = magento("GET", "V1/products/SONG")["extension_attributes"]
    assert shown[f"downloadable_product_{name}s"] == [found]
    assert magento.refused("POST", place, {name: {**web, "title": ""}})[0] == 400
    assert magento.refused("POST", place, {name: {**web, f"{name}_type": "tape"}})[0] == 400
    assert magento.refused("PUT", f"{place}/99", {name: web})[0] == 404
    assert magento.refused("POST", f"V1/products/BOOT-1/downloadable-links{tail}", {name: web})[0] == 400
    assert magento("DELETE", f"V1/products/downloadable-links{tail}/{number}") is True
    assert magento("GET", place) == []
    assert magento.refused("DELETE", f"V1/products/downloadable-links{tail}/{number}")[0] == 404


@pytest.mark.parametrize("kind", ["carts", "guest-carts"])
def test_a_gift_message_goes_from_the_cart_to_the_order(magento: Caller, kind: str) -> None:
    cart = magento("POST", f"V1/{kind}")
    root = f"V1/{kind}/{cart}"
    assert magento.refused("POST", f"{root}/gift-message", {"giftMessage": GIFT})[0] == 400
    item = magento("POST", f"{root}/items", {"cartItem": {"sku": "BOOT-1", "qty": 1, "quote_id": str(cart)}})
    line = f"{root}/gift-message/{item['item_id']}"
    assert (magento("GET", f"{root}/gift-message"), magento("GET", line)) == ([], [])

    assert magento("POST", f"{root}/gift-message", {"giftMessage": GIFT}) is True
    assert magento("POST", line, {"giftMessage": {**GIFT, "message": "For you"}}) is True

    assert {name: magento("GET", f"{root}/gift-message")[name] for name in GIFT} == GIFT
    assert magento("GET", line)["message"] == "For you"
    assert magento.refused("GET", f"{root}/gift-message/99")[0] == 404
    flat = {
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
        "shipping_address": ADDRESS,
    }
    magento("POST", f"{root}/shipping-information", {"addressInformation": flat})
    placed = magento(
        "GET", f"V1/orders/{magento('PUT', f'{root}/order', {'paymentMethod': {'method': 'checkmo'}})}"
    )
    assert placed["extension_attributes"]["gift_message"]["recipient"] == "Ben"
    assert placed["items"][0]["extension_attributes"]["gift_message"]["message"] == "For you"


def test_an_order_that_is_sent_keeps_its_gift_messages(magento: Caller) -> None:
    item = {"sku": "BOOT-1", "qty_ordered": 1, "extension_attributes": {"gift_message": GIFT}}
    entity = {
        "customer_email": "kim@shopper.example", "payment": {"method": "checkmo"}, "items": [item],
        "billing_address": ADDRESS, "extension_attributes": {"gift_message": GIFT},
    }  # fmt: skip

    number = magento("POST", "V1/orders", {"entity": entity})["entity_id"]

    found = magento("GET", f"V1/orders/{number}")
    assert found["extension_attributes"]["gift_message"]["sender"] == "Ann"
    assert found["items"][0]["extension_attributes"]["gift_message"]["message"] == GIFT["message"]


def test_totals_are_collected_and_ways_to_ship_asked_by_a_kept_address(magento: Caller) -> None:
    kept = {name: value for name, value in ADDRESS.items() if name not in ("email", "region_code")}
    person = {"email": "kim@shopper.example", "firstname": "Kim", "lastname": "Doe"}
    address = {**kept, "region": {"region_id": 57, "region": "Texas", "region_code": "TX"}}
    made = magento("POST", "V1/customers", {"customer": {**person, "addresses": [address]}})
    cart = magento("POST", "V1/guest-carts")
    magento(
        "POST", f"V1/guest-carts/{cart}/items", {"cartItem": {"sku": "BOOT-1", "qty": 2, "quote_id": cart}}
    )
    body = {
        "paymentMethod": {"method": "checkmo"}, "shippingCarrierCode": "flatrate", "shippingMethodCode": "flatrate",
    }  # fmt: skip

    totals = magento("PUT", f"V1/guest-carts/{cart}/collect-totals", body)

    assert totals["grand_total"] == pytest.approx(109.98)
    own = magento("POST", "V1/carts")
    ways = f"V1/carts/{own}/estimate-shipping-methods-by-address-id"
    assert magento("POST", ways, {"addressId": made["addresses"][0]["id"]})
    assert magento.refused("POST", ways, {"addressId": 99})[0] == 404


def test_categories_have_attributes(magento: Caller) -> None:
    found = magento.listed("V1/categories/attributes", attribute_code__in="name,is_active")

    assert [each["attribute_code"] for each in found] == ["name", "is_active"]
    assert magento("GET", "V1/categories/attributes/is_active") == found[1]
    assert [each["value"] for each in magento("GET", "V1/categories/attributes/is_active/options")] == [
        "1",
        "0",
    ]
    assert magento.refused("GET", "V1/categories/attributes/none")[0] == 404


def test_a_customer_who_forgot_the_password_gets_a_mail(magento: Caller) -> None:
    person = {"email": "kim@shopper.example", "firstname": "Kim", "lastname": "Doe"}
    magento("POST", "V1/customers", {"customer": person})
    asked = {"email": person["email"], "template": "email_reset", "websiteId": 1}

    assert magento("PUT", "V1/customers/password", asked) is True
    assert magento.refused("PUT", "V1/customers/password", {**asked, "email": "no@shopper.example"})[0] == 404
    assert magento.refused("PUT", "V1/customers/password", {**asked, "template": "x"})[0] == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "V1/nothing"), ("POST", "V1/products/BOOT-1"), ("PATCH", "V1/products"),
        ("GET", "V1/carts/1/payment-information"), ("GET", "V1"), ("PUT", "V1/gift-message"),
        ("GET", "V1/inventory/reservations"), ("DELETE", "V1/orders/1"), ("GET", "V1/orders/1/gift-message"),
        ("GET", "V2/products"), ("GET", "V1/bundle-products/KIT"), ("GET", "V1/Products"),
    ],
)  # fmt: skip
def test_what_is_not_served_is_answered_as_a_store_answers_it(
    magento: Caller, method: str, path: str
) -> None:
    found = magento.refused(method, path)

    # What no store knows as a method is refused before its path is looked at; another version is a view by that name.
    assert found in [
        (404, NOT_SERVED),
        (400, "Request method is invalid."),
        (400, "Specified request cannot be processed."),
    ]
    assert (found == (404, NOT_SERVED)) == (method != "PATCH" and not path.startswith("V2"))


def test_a_new_route_asks_for_its_permission(store: MagentoSandbox, magento: Caller) -> None:
    store.do("acl", {"deny": ["Magento_Downloadable::downloadable"]})

    assert magento.refused("GET", "V1/products/BOOT-1/downloadable-links") == (
        401, "The consumer isn't authorized to access Magento_Downloadable::downloadable.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("accepted", "kind"),
    [
        ("application/json", "json"), ("*/*", "json"), ("", "json"), ("application/*", "json"), ("text/*", "xml"),
        ("application/json, text/plain, */*", "json"), ("text/html,application/xhtml+xml,text/xml;q=0.9", "xml"),
        ("application/xml;q=0.1, application/json", "json"), ("application/xml, application/json;q=0.2", "xml"),
        ("text/html", ""), ("application/vnd.api+json", ""), ("application/jsonp;q=x", ""),
    ],
)  # fmt: skip
def test_an_answer_is_of_the_kind_that_is_accepted_best(magento: Caller, accepted: str, kind: str) -> None:
    answer = magento.answer("GET", "V1/store/websites", accept=accepted)

    assert answer.status == (200 if kind else 500)
    assert (kind or "html") in answer.content_type
