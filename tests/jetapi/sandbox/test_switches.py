"""Strict, compat, profile, rate limit and latency; and the tolerances of old clients."""

import time
from contextlib import contextmanager

import pytest
import requests

from jetapi.sandbox import Sandbox
from tests.jetapi.sandbox.conftest import MUG, Merchant


@contextmanager
def merchant_at(**settings):
    box = Sandbox(**settings)
    with box.serve() as url, (merchant := Merchant(url)).session:
        yield merchant, box
    box.close()


def test_strict_refuses_to_accept_an_order_in_part():
    with merchant_at(strict=True) as (merchant, box):
        [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}])
        answer = merchant.acknowledge(order_id, item_status="nonfulfillable - no inventory")

    assert answer.status_code == 400
    assert "as a whole" in answer.text


def test_strict_refuses_too_many_units():
    with merchant_at(strict=True) as (merchant, box):
        [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}])
        merchant.acknowledge(order_id)
        answer = merchant.ship(order_id, "A", 2)
        status = merchant.get(f"/orders/withoutShipmentDetail/{order_id}")["status"]

    assert (answer.status_code, status) == (400, "acknowledged")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("012345678906", "UPC"),
        ("0804429570", "ISBN-10"),
        ("9780306406158", "ISBN-13"),
        ("4006381333932", "EAN"),
    ],
)
def test_strict_looks_at_check_digits(code, kind):
    body = {
        **MUG,
        "standard_product_codes": [{"standard_product_code": code, "standard_product_code_type": kind}],
    }
    with merchant_at(strict=True) as (merchant, _):
        strict = merchant.put("/merchant-skus/A", body)
    with merchant_at() as (merchant, _):
        usual = merchant.put("/merchant-skus/A", body)

    assert (strict.status_code, usual.status_code) == (400, 201)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("012345678905", "UPC"),
        ("080442957X", "ISBN-10"),
        ("155404295X", "ISBN-10"),
        ("10012345678902", "GTIN-14"),
    ],
)
def test_right_check_digits_pass_the_strict_sandbox(code, kind):
    body = {
        **MUG,
        "standard_product_codes": [{"standard_product_code": code, "standard_product_code_type": kind}],
    }
    with merchant_at(strict=True) as (merchant, _):
        assert merchant.put("/merchant-skus/A", body).status_code == 201


def test_without_compat_the_old_keys_are_gone():
    with merchant_at(compat=False) as (merchant, _):
        assert merchant.get("/refunds/created") == {"refund_urls": []}
        assert merchant.put("/merchant-skus/A", {**MUG, "manufacturer": ""}).status_code == 400
        assert merchant.put("/merchant-skus/A", {**MUG, "map_implementation": "type1"}).status_code == 400


def test_own_ids_may_be_numbers_in_compat_only():
    for compat, statuses in ((True, [204, 204]), (False, [400, 400])):
        with merchant_at(compat=compat) as (merchant, box):
            ready, accepted = (
                box.place_orders(items=[{"sku": "A", "quantity": 1}], status=status)[0]
                for status in ("ready", "acknowledged")
            )
            [line] = box.held("orders", ready)["order_items"]
            answer = {**line, "order_item_acknowledgement_status": "fulfillable", "alt_order_item_id": 7}
            body = {"acknowledgement_status": "accepted", "alt_order_id": 17, "order_items": [answer]}
            answers = [
                merchant.put(f"/orders/{ready}/acknowledge", body),
                merchant.ship(accepted, "A", 1, alt_shipment_id=5, ship_from_zip_code=10001),
            ]
            shipments = box.held("orders", accepted).get("shipments", [])

        assert [each.status_code for each in answers] == statuses
        assert [each["alt_shipment_id"] for each in shipments] == ["5"] * compat


def test_in_2015_inventory_has_its_date_at_the_top_only_and_skus_are_listed_by_status():
    with merchant_at(profile="2015") as (merchant, _):
        merchant.put("/merchant-skus/A", MUG)
        merchant.stock("A", 3)
        stock = merchant.get("/merchant-skus/A/inventory")
        listed = merchant.get("/merchant-skus/bystatus/processing/0/10")

    assert "inventory_last_update" not in stock["fulfillment_nodes"][0]
    assert stock["inventory_last_update"].endswith("+00:00")
    assert listed == {"sku_urls": ["merchant-skus/A"]}


def test_too_many_calls_are_429_until_a_minute_went_by():
    with merchant_at(rate_limit=3) as (merchant, box):
        statuses = [merchant.call("GET", "/authcheck").status_code for _ in range(4)]
        refused = merchant.call("GET", "/authcheck")
        box.advance(61)
        later = merchant.call("GET", "/authcheck")

    assert statuses == [200, 200, 200, 429]
    assert refused.json() == {"errors": ["Too Many Requests"]}
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    assert later.status_code == 200


def test_latency_is_added_to_every_call():
    with merchant_at(latency_ms=50) as (merchant, _):
        start = time.perf_counter()
        merchant.call("GET", "/authcheck")

    assert time.perf_counter() - start >= 0.05


def test_json_may_be_labelled_as_a_form(merchant, url):
    headers = {"Content-Type": "application/x-www-form-urlencoded", **merchant.session.headers}

    answer = requests.put(f"{url}/api/merchant-skus/A", '{"product_title": "x"}', headers=headers, timeout=60)

    assert answer.status_code == 400
    assert "multipack_quantity is required." in answer.json()["errors"]


def test_empty_optional_texts_count_as_absent(merchant):
    merchant.put("/merchant-skus/A", {**MUG, "manufacturer": "", "ASIN": "", "product_description": None})

    sku = merchant.get("/merchant-skus/A")
    assert not {"manufacturer", "ASIN", "product_description"} & set(sku)


@pytest.mark.parametrize(
    "raw", ["", "{", "[1]", "NaN", '{"price": 1e999}', '{"price": "\\ud800"}', "[" * 200_000]
)
def test_bodies_that_are_no_document_are_a_bad_request(merchant, raw):
    merchant.put("/merchant-skus/A", MUG)

    answer = merchant.call("PUT", "/merchant-skus/A/price", None, data=raw)

    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_an_unknown_address_is_answered_as_asp_net_did(merchant, url):
    answer = merchant.call("GET", "/merchant-skus/A/retailprice")

    assert answer.status_code == 404
    assert answer.json()["Message"].startswith("No HTTP resource was found that matches the request URI")


def test_urls_are_built_from_the_host_header(merchant, url):
    headers = {**merchant.session.headers, "Host": "sandbox.example:9"}
    token = requests.get(f"{url}/api/files/uploadToken", headers=headers, timeout=60).json()

    assert token["url"].startswith("http://sandbox.example:9/merchant-files/")


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="2018"):
        Sandbox(profile="2012")
