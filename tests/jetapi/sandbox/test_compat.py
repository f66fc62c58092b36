"""What compat gives old clients, and what `--no-compat` gives in its place."""

import re
from urllib.parse import quote

import pytest
import requests

from tests.jetapi.sandbox.conftest import MUG
from tests.jetapi.sandbox.test_money import next_week
from tests.jetapi.sandbox.test_switches import merchant_at

NOWHERE = [
    ("GET", "/merchant-skus/NONE"),
    ("GET", "/merchant-skus/NONE/price"),
    ("PUT", "/merchant-skus/NONE/price"),
    ("PATCH", "/merchant-skus/NONE/inventory"),
    ("GET", "/merchant-skus/NONE/variation"),
    ("PUT", "/merchant-skus/NONE/status/archive"),
    ("GET", "/orders/withoutShipmentDetail/none"),
    ("PUT", "/orders/none/acknowledge"),
    ("PUT", "/orders/none/shipped"),
    ("GET", "/orders/nostatus"),
    ("GET", "/returns/state/none"),
    ("PUT", "/returns/none/complete"),
    ("GET", "/returns/generate/none"),
    ("POST", "/refunds/none/R-1"),
    ("GET", "/refunds/state/none"),
    ("GET", "/files/none"),
    ("GET", "/settlement/report/none"),
    ("GET", "/reports/state/none"),
    ("GET", "/taxonomy/nodes/none"),
]


@pytest.mark.parametrize(("method", "path"), NOWHERE, ids=[" ".join(each) for each in NOWHERE])
def test_what_is_not_there_is_a_404_without_a_word_in_compat(merchant, exact, method, path):
    body = None if method == "GET" else {"price": 1, "is_archived": True}

    usual, strict = merchant.call(method, path, body), exact.call(method, path, body)

    assert (usual.status_code, usual.content, "Content-Type" in usual.headers) == (404, b"", False)
    assert strict.status_code == 404
    assert len(strict.json()["errors"]) == 1


@pytest.mark.parametrize("part", ["variation", "shippingexception", "returnsexception"])
def test_a_part_that_ordinary_skus_do_not_have_is_an_empty_object_in_compat(merchant, exact, part):
    for one in (merchant, exact):
        one.list_mug()

    usual, strict = (one.call("GET", f"/merchant-skus/MUG-1/{part}") for one in (merchant, exact))

    assert (usual.status_code, usual.json()) == (200, {})
    assert (strict.status_code, list(strict.json())) == (404, ["errors"])


def test_price_and_stock_of_a_sku_that_has_none_are_as_ever(merchant):
    merchant.put("/merchant-skus/A", MUG)

    price = merchant.call("GET", "/merchant-skus/A/price")

    assert (price.status_code, price.json()) == (404, {"errors": ["The SKU has no price yet."]})
    assert merchant.get("/merchant-skus/A/inventory") == {"fulfillment_nodes": []}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (9.9949, 9.99),
        (9.995, 10),
        (12.345, 12.35),
        (1.005, 1.01),
        (0.005, 0.01),
        ("12.3450", 12.35),
        ("12.5000", 12.5),
        ("12", 12),
        (" 7.1 ", 7.1),
        (12.340000000000002, 12.34),
    ],
)
def test_prices_of_four_decimals_and_in_text_are_rounded_half_up(merchant, exact, sent, kept):
    for one in (merchant, exact):
        one.put("/merchant-skus/A", MUG)
    body = {
        "price": sent,
        "fulfillment_nodes": [{"fulfillment_node_id": merchant.node, "fulfillment_node_price": sent}],
    }

    assert merchant.put("/merchant-skus/A/price", body).status_code == 202
    assert (
        exact.put("/merchant-skus/A/price", {"price": sent}).status_code == 400 or sent == 12.340000000000002
    )

    price = merchant.get("/merchant-skus/A/price")
    assert (price["price"], price["fulfillment_nodes"][0]["fulfillment_node_price"]) == (kept, kept)


@pytest.mark.parametrize(
    "sent", [0.0049, "0.0000", "-1", "1,5", "1e3", "", "$5", "１２", "9" * 30, "NaN", [], True]
)
def test_what_is_no_price_stays_none(merchant, sent):
    merchant.put("/merchant-skus/A", MUG)

    assert merchant.put("/merchant-skus/A/price", {"price": sent}).status_code == 400


GTIN = {"standard_product_code": "10012345678902"}
LENIENT = {
    "MAP of four decimals": ({"map_implementation": "102", "map_price": 19.9950}, {"map_price": 20}),
    "MAP in text": ({"map_implementation": "102", "map_price": "19.9900"}, {"map_price": 19.99}),
    "numbers in text": (
        {"multipack_quantity": "2", "shipping_weight_pounds": "1.5", "fulfillment_time": "1.0000"},
        {"multipack_quantity": 2, "shipping_weight_pounds": 1.5, "fulfillment_time": 1},
    ),
    "a fee in text": ({"no_return_fee_adjustment": "1.00"}, {"no_return_fee_adjustment": 1}),
    "keys in any case": (
        {"asin": "B00EXAMPLE", "Manufacturer": "Acme"},
        {"ASIN": "B00EXAMPLE", "manufacturer": "Acme"},
    ),
    "false for no text": ({"manufacturer": False, "swatch_image_url": False, "product_tax_code": False}, {}),
    "GTIN": (
        {"standard_product_codes": [GTIN | {"standard_product_code_type": "GTIN"}]},
        {"standard_product_codes": [GTIN | {"standard_product_code_type": "GTIN-14"}]},
    ),
    "an image's slot in text": (
        {"alternate_images": [{"image_slot_id": "1", "Image_URL": "https://x.example/y"}]},
        {"alternate_images": [{"image_slot_id": 1, "image_url": "https://x.example/y"}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "kept"), LENIENT.values(), ids=LENIENT)
@pytest.mark.parametrize("way", ["call", "file"])
def test_values_of_production_clients_are_taken_in_calls_and_in_files(merchant, box, changes, kept, way):
    body = {
        name: value for name, value in MUG.items() if name.lower() not in {key.lower() for key in changes}
    }
    if way == "call":
        assert merchant.put("/merchant-skus/A", body | changes).status_code == 201
    else:
        file_id = merchant.upload("MerchantSKUs", {"A": body | changes})
        box.advance(5)
        assert merchant.get(f"/files/{file_id}")["status"] == "Processed successfully"

    sku = merchant.get("/merchant-skus/A")

    assert {name: sku[name] for name in kept} == kept
    assert not {name for name, value in changes.items() if value is False} & set(sku)


@pytest.mark.parametrize(("changes", "kept"), LENIENT.values(), ids=LENIENT)
def test_without_compat_none_of_them_is_taken_like_that(exact, changes, kept):
    body = {
        name: value for name, value in MUG.items() if name.lower() not in {key.lower() for key in changes}
    }

    answer = exact.put("/merchant-skus/A", body | changes)

    if answer.status_code == 201:  # keys in another case are fields that nobody knows
        assert "ASIN" not in exact.get("/merchant-skus/A")
    else:
        assert answer.status_code == 400


@pytest.mark.parametrize("name", ["jet_browse_node_id", "attribute_id"])
def test_jets_own_numbers_are_never_text(merchant, name):
    attributes = [{"attribute_id": "50" if name == "attribute_id" else 50, "attribute_value": "Red"}]
    node = "3000001" if name == "jet_browse_node_id" else 3000001

    answer = merchant.put(
        "/merchant-skus/A", {**MUG, "jet_browse_node_id": node, "attributes_node_specific": attributes}
    )

    assert answer.status_code == 400
    assert name in answer.text


def test_quantities_may_be_text(merchant):
    merchant.list_mug()

    assert merchant.stock("MUG-1", "5.0000").status_code == 202
    assert merchant.get("/merchant-skus/MUG-1/inventory")["fulfillment_nodes"][0]["quantity"] == 5
    assert merchant.stock("MUG-1", "5.5").status_code == 400


def test_a_shipping_fee_may_be_text_also_where_a_file_names_one_node(merchant, box):
    merchant.list_mug()
    rule = {
        "shipping_method": "Freight",
        "override_type": "Additional charge",
        "shipping_charge_amount": "1.00",
        "shipping_exception_type": "exclusive",
    }
    node = {"fulfillment_node_id": merchant.node, "shipping_exceptions": [rule]}

    answer = merchant.put("/merchant-skus/MUG-1/shippingexception", {"fulfillment_nodes": [node]})
    file_id = merchant.upload("ShippingException", {"MUG-1": node})
    box.advance(5)

    assert answer.status_code == 202
    assert merchant.get(f"/files/{file_id}")["status"] == "Processed successfully"
    kept = merchant.get("/merchant-skus/MUG-1/shippingexception")["fulfillment_nodes"][0][
        "shipping_exceptions"
    ]
    assert kept[0]["shipping_charge_amount"] == 1


def test_an_order_names_the_merchants_id_before_there_is_one(merchant, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}])

    before = merchant.get(f"/orders/withoutShipmentDetail/{order_id}")
    [line] = before["order_items"]
    answer = {**line, "order_item_acknowledgement_status": "fulfillable"}
    body = {"acknowledgement_status": "accepted", "alt_order_id": "W-7", "order_items": [answer]}
    merchant.put(f"/orders/{order_id}/acknowledge", body)

    assert before["alt_order_id"] is None
    assert merchant.get(f"/orders/withoutShipmentDetail/{order_id}")["alt_order_id"] == "W-7"


def test_a_return_lists_what_was_given_from_the_start(merchant, box, shipped_order):
    [return_id] = box.open_returns(order_id=shipped_order)

    assert merchant.get(f"/returns/state/{return_id}")["items"] == []


def test_a_reports_state_has_every_key_from_the_start(merchant, box):
    report_id = merchant.call("POST", "/reports/ProductStatus").json()["report_id"]
    later = ("processing_start", "processing_end", "report_expiration_date", "report_url")

    asked = merchant.get(f"/reports/state/{report_id}")
    box.advance(5)
    ready = merchant.get(f"/reports/state/{report_id}")

    assert [asked[name] for name in later] == [""] * 4
    assert all(ready[name] for name in later)


def test_the_history_tells_each_shipment_as_it_was_sent(merchant, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 3}], status="acknowledged")
    messages = [
        {
            "alt_order_id": 5,
            "Shipments": [
                {
                    "alt_shipment_id": f"S-{number}",
                    "shipment_tracking_number": "1Z",
                    "carrier": "UPS",
                    "own": "field",
                    "shipment_items": [{"merchant_sku": "A", "response_shipment_sku_quantity": "1"}],
                }
            ],
        }
        for number in (1, 2)
    ]
    for body in messages:
        assert merchant.put(f"/orders/{order_id}/shipped", body).status_code == 204

    events = merchant.get(f"/portal/analytics/order/{order_id}/history")

    assert [each["payload"] for each in events if each["eventType"] == "order_shipped"] == messages


def test_without_compat_keys_come_when_there_is_something_to_say():
    with merchant_at(compat=False) as (merchant, box):
        merchant.list_mug()
        [order_id] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 1}])
        before = merchant.get(f"/orders/withoutShipmentDetail/{order_id}")
        merchant.acknowledge(order_id)
        merchant.ship(order_id, "MUG-1", 1)
        [return_id] = box.open_returns(order_id=order_id)
        report_id = merchant.call("POST", "/reports/ProductStatus").json()["report_id"]
        found = [merchant.get(f"/returns/state/{return_id}"), merchant.get(f"/reports/state/{report_id}")]

    assert "alt_order_id" not in before
    assert "items" not in found[0]
    assert not {"report_url", "processing_start"} & set(found[1])


@pytest.mark.parametrize(
    "sku", ["A!'()*", "A$&+,;=:@", "A B", "Ä/".strip("/"), "100%", "A#?[]", 'A"<>\\^`{|}']
)
def test_listed_addresses_encode_only_what_a_path_may_not_hold(merchant, sku):
    merchant.put(f"/merchant-skus/{quote(sku, safe='')}", MUG)

    [address] = merchant.get("/merchant-skus")["sku_urls"]

    assert address == "merchant-skus/" + quote(sku, safe="!$&'()*+,;=:@")
    assert re.fullmatch(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})+", address)
    assert merchant.get(f"/{address}")["merchant_sku"] == sku


@pytest.mark.parametrize("name", ["reference_order_id", "alt_order_id"])
def test_an_orders_other_ids_are_taken_in_its_paths(merchant, box, name):
    merchant.list_mug()
    [order_id] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 2}])
    merchant.put(f"/orders/{order_id}/tag", {"tag": "x"})
    if name == "alt_order_id":
        [line] = box.held("orders", order_id)["order_items"]
        answer = {**line, "order_item_acknowledgement_status": "fulfillable"}
        body = {"acknowledgement_status": "accepted", "alt_order_id": "W 1/7", "order_items": [answer]}
        assert merchant.put(f"/orders/{order_id}/acknowledge", body).status_code == 204
    key = quote(merchant.get(f"/orders/withoutShipmentDetail/{order_id}")[name], safe="")

    if name == "reference_order_id":
        assert merchant.acknowledge(key).status_code == 204
    assert merchant.ship(key, "MUG-1", 2).status_code == 204
    assert merchant.put(f"/orders/{key}/tag", {"tag": "y"}).status_code == 204
    assert merchant.get(f"/portal/analytics/order/{key}/history")[-1]["eventType"] == "order_shipped"
    opened = merchant.get(f"/returns/generate/{key}")["url"]

    order = box.held("orders", order_id)
    assert (order["status"], order["tag"], len(box.held("orders"))) == ("complete", "y", 1)
    assert merchant.get(opened)["merchant_order_id"] == order_id


def test_a_refund_by_another_id_belongs_to_the_order(merchant, box, shipped_order):
    order = merchant.get(f"/orders/withoutShipmentDetail/{shipped_order}")
    item = {
        "order_item_id": order["order_items"][0]["order_item_id"],
        "total_quantity_returned": 1,
        "order_return_refund_qty": 1,
        "refund_reason": "Accidental order",
        "refund_amount": {"principal": 10},
    }

    answer = merchant.call("POST", f"/refunds/{order['reference_order_id']}/R-1", {"items": [item]})

    assert answer.status_code == 201
    assert merchant.get("/refunds/state/R-1")["merchant_order_id"] == shipped_order


def test_of_two_orders_with_one_id_of_the_merchants_the_newer_is_meant(merchant, box):
    for order_id in (orders := box.place_orders(items=[{"sku": "A", "quantity": 1}], count=2)):
        [line] = box.held("orders", order_id)["order_items"]
        answer = {**line, "order_item_acknowledgement_status": "fulfillable"}
        body = {"acknowledgement_status": "accepted", "alt_order_id": "W-1", "order_items": [answer]}
        merchant.put(f"/orders/{order_id}/acknowledge", body)

    assert merchant.get("/orders/withoutShipmentDetail/W-1")["merchant_order_id"] == orders[-1]


def test_other_ids_are_not_another_merchants(merchant, live_merchant, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}])
    key = box.held("orders", order_id)["reference_order_id"]

    assert merchant.get(f"/orders/withoutShipmentDetail/{key}")["merchant_order_id"] == order_id
    assert live_merchant.call("GET", f"/orders/withoutShipmentDetail/{key}").status_code == 404


def test_without_compat_an_order_has_one_id():
    with merchant_at(compat=False) as (merchant, box):
        [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}])
        key = box.held("orders", order_id)["reference_order_id"]

        assert merchant.call("GET", f"/orders/withoutShipmentDetail/{key}").status_code == 404


def test_an_order_is_found_by_its_other_ids_through_an_index(box):
    for name in ("reference_order_id", "alt_order_id"):
        sql = (
            "EXPLAIN QUERY PLAN SELECT id FROM documents WHERE kind='order' AND account=?"
            f" AND json_extract(doc, '$.{name}')=? ORDER BY seq DESC LIMIT 1"
        )
        [plan] = [row[-1] for row in box.world.store.rows(sql, "test", "7") if "SEARCH" in row[-1]]
        assert "orders_by_" in plan


def test_settlement_details_without_a_body_are_of_the_latest(merchant, box, shipped_order):
    box.set_clock("2030-03-04T12:00:00Z")
    merchant.log_in()
    [order_id] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 1}])
    merchant.acknowledge(order_id)
    merchant.ship(order_id, "MUG-1", 1)
    assert merchant.call("POST", "/reports/SettlementDetails").status_code == 404
    next_week(box, merchant)

    report_id = merchant.call("POST", "/reports/SettlementDetails").json()["report_id"]
    box.advance(5)

    [latest] = merchant.get("/settlement/7")["settlement_report_urls"]
    content = requests.get(merchant.get(f"/reports/state/{report_id}")["report_url"], timeout=60).json()
    assert latest.endswith(content["settlement_report_id"])
