"""SKUs: sending them, their sub-resources, their review, and their lists."""

import pytest

from jetapi.sandbox import Sandbox
from tests.jetapi.sandbox.conftest import MUG, Merchant


def test_a_new_sku_is_201_a_known_one_202_and_neither_has_a_body(merchant):
    first = merchant.put("/merchant-skus/MUG-1", MUG)
    second = merchant.put("/merchant-skus/MUG-1", MUG)

    assert [(each.status_code, each.content) for each in (first, second)] == [(201, b""), (202, b"")]


def test_a_sku_is_echoed_with_what_jet_adds_and_without_what_was_never_set(merchant):
    merchant.put("/merchant-skus/MUG-1", {**MUG, "unheard_of": 1})

    sku = merchant.get("/merchant-skus/MUG-1")

    assert {name: sku[name] for name in MUG} == MUG
    assert (sku["status"], sku["sub_status"]) == ("Under Jet Review", [])
    assert sku["correlation_id"].startswith("map-")
    assert sku["inventory_by_fulfillment_node"] == []
    assert sku["sku_last_update"].endswith("+00:00")
    assert not {"unheard_of", "price", "relationship", "msrp"} & set(sku)


def test_a_sku_is_printed_in_alphabetical_order_with_crlf(merchant):
    merchant.put("/merchant-skus/MUG-1", {**MUG, "ASIN": "B00EXAMPLE"})

    text = merchant.call("GET", "/merchant-skus/MUG-1").text

    names = [line.split('"')[1] for line in text.split("\r\n") if line.startswith('  "')]
    assert names == sorted(names, key=str.lower)


def test_all_broken_rules_come_at_once_and_name_their_field(merchant):
    body = {
        "product_title": "Mug",
        "multipack_quantity": 129,
        "jet_browse_node_id": "3.79164E+14",
        "bullets": ["x"] * 6,
        "standard_product_codes": [{"standard_product_code": "123", "standard_product_code_type": "UPC"}],
        "main_image_url": "mug.jpg",
        "cpsia_cautionary_statements": ["no warning applicable", "choking hazard balloon"],
        "map_implementation": "102",
    }

    answer = merchant.put("/merchant-skus/MUG-1", body)

    assert answer.status_code == 400
    for field in body:
        assert any(field in text for text in answer.json()["errors"]), field
    assert merchant.call("GET", "/merchant-skus/MUG-1").status_code == 404


@pytest.mark.parametrize("value", [4.04891793019313e14, "404891793019313", True])
def test_an_attribute_id_must_be_a_whole_number(merchant, value):
    attributes = [{"attribute_id": value, "attribute_value": "Red"}]

    answer = merchant.put("/merchant-skus/MUG-1", {**MUG, "attributes_node_specific": attributes})

    assert answer.status_code == 400
    assert "attributes_node_specific[0].attribute_id" in answer.json()["errors"][0]


def test_price_and_stock_are_there_at_once(merchant):
    merchant.put("/merchant-skus/MUG-1", MUG)
    nodes = [{"fulfillment_node_id": merchant.node, "fulfillment_node_price": 38.5}]
    merchant.put("/merchant-skus/MUG-1/price", {"price": 38, "fulfillment_nodes": nodes})
    merchant.stock("MUG-1", 20)

    sku = merchant.get("/merchant-skus/MUG-1")

    assert sku["price"] == 38
    assert sku["price_by_fulfillment_node"] == nodes
    assert sku["inventory_by_fulfillment_node"] == [{"fulfillment_node_id": merchant.node, "quantity": 20}]
    assert merchant.get("/merchant-skus/MUG-1/price")["price"] == 38
    stock = merchant.get("/merchant-skus/MUG-1/inventory")
    assert stock["inventory_last_update"] == stock["fulfillment_nodes"][0]["inventory_last_update"]


def test_one_price_shows_for_every_node_that_holds_stock(merchant):
    merchant.list_mug()

    sku = merchant.get("/merchant-skus/MUG-1")

    assert sku["price_by_fulfillment_node"] == [
        {"fulfillment_node_id": merchant.node, "fulfillment_node_price": 12.5}
    ]
    assert merchant.get("/merchant-skus/MUG-1/price")["fulfillment_nodes"] == []


def test_patch_leaves_other_nodes_alone_and_put_empties_them(merchant, box):
    merchant.list_mug()
    address = {
        "fulfillment_node_name": "West",
        "address1": "1 A",
        "city": "B",
        "state": "CA",
        "zip_code": "90210",
    }
    west = box.desk.nodes(address)["fulfillment_node_id"]
    body = {"fulfillment_nodes": [{"fulfillment_node_id": west, "quantity": 3}]}

    merchant.call("PATCH", "/merchant-skus/MUG-1/inventory", body)
    patched = {
        each["quantity"] for each in merchant.get("/merchant-skus/MUG-1/inventory")["fulfillment_nodes"]
    }
    merchant.put("/merchant-skus/MUG-1/inventory", body)
    put = {each["quantity"] for each in merchant.get("/merchant-skus/MUG-1/inventory")["fulfillment_nodes"]}

    assert (patched, put) == ({7, 3}, {0, 3})


def test_review_never_begins_without_stock(merchant, box):
    merchant.list_mug()
    merchant.stock("MUG-1", 0)

    box.advance(7 * 24 * 3600)
    merchant.log_in()
    waiting = merchant.get("/merchant-skus/MUG-1")["status"]
    merchant.stock("MUG-1", 1)
    box.advance(900)

    assert waiting == "Under Jet Review"
    assert merchant.get("/merchant-skus/MUG-1")["status"] == "Available for Purchase"


def test_review_names_all_that_is_missing_and_runs_again_when_it_comes(merchant, box):
    merchant.put(
        "/merchant-skus/MUG-1", {"product_title": "Plain mug", "multipack_quantity": 1, "ASIN": "B00EXAMPLE"}
    )
    merchant.stock("MUG-1", 1)
    box.advance(900)
    lacking = merchant.get("/merchant-skus/MUG-1")

    merchant.list_mug()
    box.advance(900)

    assert lacking["status"] == "Missing Listing Data"
    assert lacking["sub_status"] == ["Missing price", "Missing image", "Missing brand"]
    assert merchant.get("/merchant-skus/MUG-1")["status"] == "Available for Purchase"


def test_archiving_and_back_ends_in_a_new_review(merchant, box):
    merchant.list_mug()
    box.advance(900)

    merchant.put("/merchant-skus/MUG-1/status/archive", {"is_archived": True})
    archived = merchant.get("/merchant-skus/MUG-1")
    merchant.put("/merchant-skus/MUG-1/status/archive", {"is_archived": False})

    assert (archived["status"], archived["is_archived"]) == ("Archived", True)
    assert merchant.get("/merchant-skus/MUG-1")["status"] == "Under Jet Review"


def test_a_variation_needs_its_refinements_on_every_member(merchant):
    red = [{"attribute_id": 119, "attribute_value": "Red"}]
    for sku, attributes in (("P", red), ("C-1", red), ("C-2", [])):
        merchant.list_mug(sku, attributes_node_specific=attributes)
    group = {"relationship": "Variation", "variation_refinements": [119], "children_skus": ["C-1", "C-2"]}

    refused = merchant.put("/merchant-skus/P/variation", group)
    accepted = merchant.put("/merchant-skus/P/variation", {**group, "children_skus": ["C-1"]})

    assert refused.status_code == 400
    assert "'C-2' has no attribute 119" in refused.text
    assert accepted.status_code == 202
    assert merchant.get("/merchant-skus/P")["variation_refinements"] == [119]
    assert merchant.get("/merchant-skus/P/variation")["children_skus"] == [{"merchant_sku": "C-1"}]


def test_shipping_exceptions_come_back_as_sent(merchant):
    merchant.list_mug()
    rules = [
        {"service_level": "SecondDay", "shipping_exception_type": "restricted"},
        {
            "shipping_method": "Freight",
            "override_type": "Additional charge",
            "shipping_charge_amount": 3.25,
            "shipping_exception_type": "exclusive",
        },
    ]
    body = {"fulfillment_nodes": [{"fulfillment_node_id": merchant.node, "shipping_exceptions": rules}]}

    assert merchant.put("/merchant-skus/MUG-1/shippingexception", body).status_code == 202
    assert merchant.get("/merchant-skus/MUG-1/shippingexception") == body


def test_a_shipping_exception_may_not_contradict_itself(merchant):
    merchant.list_mug()
    rule = {"service_level": "Standard", "shipping_method": "Freight", "shipping_charge_amount": 1}
    body = {"fulfillment_nodes": [{"fulfillment_node_id": merchant.node, "shipping_exceptions": [rule]}]}

    answer = merchant.put("/merchant-skus/MUG-1/shippingexception", body)

    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 3


def test_returns_exceptions_show_on_the_sku(merchant):
    merchant.list_mug()
    body = {"time_to_return": 14, "return_shipping_methods": ["UPS Ground"]}

    merchant.put("/merchant-skus/MUG-1/returnsexception", body)

    assert merchant.get("/merchant-skus/MUG-1/returnsexception") == body
    assert merchant.get("/merchant-skus/MUG-1")["time_to_return"] == 14


def test_lists_come_in_pages_without_a_slash_in_front(merchant):
    for number in range(5):
        merchant.put(f"/merchant-skus/S-{number}", MUG)

    assert merchant.get("/merchant-skus?offset=1&limit=2") == {
        "sku_urls": ["merchant-skus/S-1", "merchant-skus/S-2"]
    }
    assert merchant.get("/merchant-skus?offset=3&amp;limit=1") == {"sku_urls": ["merchant-skus/S-3"]}


def test_an_image_is_a_resource_of_its_own_and_survives_a_message_without_one(merchant):
    merchant.list_mug()
    picture = {"main_image_url": "https://shop.example/other.jpg"}

    merchant.put("/merchant-skus/MUG-1/image", picture)
    merchant.put("/merchant-skus/MUG-1", {name: MUG[name] for name in MUG if name != "main_image_url"})

    assert merchant.get("/merchant-skus/MUG-1")["main_image_url"] == picture["main_image_url"]


@pytest.mark.parametrize("sku", ["A!B", "A B", "A&B", "50%", "ü", "a+b"])
def test_odd_skus_are_decoded_once(merchant, sku):
    path = f"/merchant-skus/{''.join(f'%{byte:02X}' for byte in sku.encode())}"

    merchant.put(path, MUG)

    assert merchant.get(path)["merchant_sku"] == sku


def test_a_sku_must_not_hold_a_slash(merchant):
    assert merchant.put("/merchant-skus/A%2FB", MUG).status_code == 400


def test_in_2015_every_product_call_is_204(tmp_path):
    box = Sandbox(profile="2015")
    with box.serve() as url:
        merchant = Merchant(url)
        calls = [merchant.put("/merchant-skus/M", MUG), merchant.put("/merchant-skus/M/price", {"price": 1})]
        status = merchant.get("/merchant-skus/M")["status"]
        merchant.session.close()
    box.close()

    assert [each.status_code for each in calls] == [204, 204]
    assert status == "Processing"


def test_without_compat_put_inventory_is_gone():
    box = Sandbox(compat=False)
    with box.serve() as url:
        merchant = Merchant(url)
        merchant.put("/merchant-skus/M", MUG)
        answer = merchant.put("/merchant-skus/M/inventory", {"fulfillment_nodes": []})
        merchant.session.close()
    box.close()

    assert answer.status_code == 405
    assert answer.json()["Message"].startswith("The requested resource does not support")
