"""Control calls under /_sandbox/, as people and programs make them."""

import pytest
import requests

from jetapi.sandbox import Sandbox


def test_info_gives_profile_time_and_both_key_pairs(control):
    status, info = control("GET", "info")

    assert (status, info["profile"]) == (200, "2018")
    assert info["now"].endswith("Z")
    keys = {(each["mode"], each["user"], each["secret"]) for each in info["accounts"]}
    assert keys == {("test", "test-user", "test-secret"), ("live", "live-user", "live-secret")}
    assert all(
        len(each["merchant_id"]) == len(each["fulfillment_node_id"]) == 32 for each in info["accounts"]
    )


def test_reset_forgets_all_but_accounts_and_tokens(merchant, box, control):
    merchant.list_mug()
    box.place_orders(items=[{"sku": "MUG-1", "quantity": 1}])
    box.advance(3600)
    box.add_fault("status", "/authcheck")

    assert control("POST", "reset", {"keep_accounts": True}) == (200, {})

    assert merchant.get("/merchant-skus") == {"sku_urls": []}
    assert merchant.get("/orders/ready") == {"order_urls": []}
    assert not any(merchant.get("/portal/merchantsetupstatus").values())
    assert merchant.call("GET", "/authcheck").status_code == 200


def test_reset_without_accounts_gives_new_ids_and_ends_all_tokens(merchant, control):
    control("POST", "reset", {"keep_accounts": False})

    accounts = control("GET", "info")[1]["accounts"]
    assert accounts[0]["merchant_id"] != merchant.account["merchant_id"]
    assert merchant.call("GET", "/authcheck").status_code == 401


def test_the_clock_moves_by_seconds_and_to_a_date(control):
    assert control("POST", "clock", {"now": "2018-02-01T10:00:00Z"})[1]["now"].startswith(
        "2018-02-01T10:00:00"
    )
    assert control("POST", "clock", {"advance_seconds": 900})[1]["now"].startswith("2018-02-01T10:15:00")


@pytest.mark.parametrize(
    "order",
    [
        {"advance_seconds": "x"},
        {"advance_seconds": 1e300},
        {"now": "soon"},
        {"now": "9999-12-31T00:00:00Z"},
        {"transitions": "never"},
        {"delays": {"sku.review": -1}},
        {"delays": {"nothing": 1}},
    ],
)
def test_a_clock_order_that_makes_no_sense_is_400(control, order):
    status, answer = control("POST", "clock", order)

    assert status == 400
    assert answer["errors"]


def test_delays_can_be_set(merchant, box, control):
    control("POST", "clock", {"delays": {"sku.review": 5}})
    merchant.list_mug()

    box.advance(6)

    assert merchant.get("/merchant-skus/MUG-1")["status"] == "Available for Purchase"


def test_orders_are_placed_in_any_state(merchant, control):
    for state in ("created", "ready", "acknowledged", "inprogress", "complete"):
        order = {
            "mode": "test",
            "count": 2,
            "status": state,
            "items": [{"sku": "A", "quantity": 2, "price": 5}],
        }
        status, answer = control("POST", "orders", order)

        assert (status, len(answer["order_ids"])) == (200, 2)
        assert len(merchant.get(f"/orders/{state}")["order_urls"]) == 2


def test_whole_documents_are_rebased_each_by_its_own_offset(live_merchant, control):
    documents = [
        {
            "merchant_order_id": f"order-{year}",
            "reference_order_id": "1",
            "customer_reference_order_id": "1",
            "fulfillment_node": "unknown",
            "exception_state": "",
            "status": "ready",
            "order_placed_date": f"{year}-01-03T17:00:00.0000000Z",
            "order_ready_date": f"{year}-01-03T17:31:00.0000000Z",
            "order_detail": {"request_ship_by": f"{year}-01-07T21:00:00.0000000Z"},
            "order_items": [{"order_item_id": f"i-{year}", "merchant_sku": "A", "request_order_quantity": 1}],
        }
        for year in (2014, 2017)
    ]

    status, answer = control("POST", "orders", {"mode": "live", "documents": documents, "rebase": True})
    now = control("GET", "info")[1]["now"]

    assert (status, answer) == (200, {"order_ids": ["order-2014", "order-2017"]})
    assert len(live_merchant.get("/orders/ready")["order_urls"]) == 2
    for order_id in answer["order_ids"]:
        order = live_merchant.get(f"/orders/withoutShipmentDetail/{order_id}")
        assert order["order_ready_date"][:13] == now[:13]
        assert order["order_detail"]["request_ship_by"] > now
        assert order["fulfillment_node"] == live_merchant.node
        assert "exception_state" not in order


def test_a_bad_document_is_named_and_none_is_taken_in(merchant, control):
    item = {"order_item_id": "i", "merchant_sku": "A", "request_order_quantity": 1}
    good = {"merchant_order_id": "good", "order_items": [item]}
    bad = {"merchant_order_id": "bad", "order_items": [{**item, "request_order_quantity": "two"}]}

    status, answer = control("POST", "orders", {"documents": [good, bad, 7]})

    assert status == 400
    assert [text.split(".")[0].split(" ")[0] for text in answer["errors"]] == ["documents[1]", "documents[2]"]
    assert merchant.get("/orders/ready") == {"order_urls": []}


def test_return_documents_are_taken_in_and_rebased(merchant, control):
    document = {
        "merchant_return_authorization_id": "r-1",
        "merchant_order_id": "o-1",
        "reference_order_id": "1",
        "return_date": "2017-10-04T12:00:00.0000000Z",
        "return_status": "created",
        "return_merchant_SKUs": [
            {"order_item_id": "i", "merchant_sku": "A", "return_quantity": 1, "reason": "x"}
        ],
    }

    status, answer = control("POST", "returns", {"documents": [document], "rebase": True})
    now = control("GET", "info")[1]["now"]

    assert (status, answer) == (200, {"return_ids": ["r-1"]})
    assert merchant.get("/returns/state/r-1")["return_date"][:13] == now[:13]


def test_reviews_are_decided_by_hand_and_all_at_once(merchant, control):
    merchant.list_mug("A")
    merchant.list_mug("B")
    order = {"sku": "A", "status": "Excluded", "sub_status": ["Missing image"]}

    assert control("POST", "reviews", order) == (200, {"changed": 1})
    assert control("POST", "reviews", {"all": True}) == (200, {"changed": 1})

    skus = [merchant.get(f"/merchant-skus/{each}") for each in "AB"]
    assert [each["status"] for each in skus] == ["Excluded", "Available for Purchase"]
    assert skus[0]["sub_status"] == ["Missing image"]


def test_state_words_what_is_held_as_jet_would(merchant, shipped_order, control):
    assert control("GET", "state", kind="orders", id=shipped_order)[1]["status"] == "complete"
    assert [each["merchant_sku"] for each in control("GET", "state", kind="skus")[1]["skus"]] == ["MUG-1"]
    assert control("GET", "state", kind="orders", id="nobody")[0] == 404
    assert control("GET", "state", kind="nonsense")[0] == 400


def test_the_journal_tells_what_was_done_whatever_was_answered(merchant, control):
    last = control("GET", "calls")[1]["calls"][-1]["seq"]
    merchant.put("/merchant-skus/A", {"product_title": "x"})
    merchant.list_mug("A B")

    calls = control("GET", "calls", after=last, path="^/merchant-skus/A B/price$")[1]["calls"]
    refused = control("GET", "calls", after=last, path="/api/merchant-skus/A$")[1]["calls"]

    [price] = calls
    assert (price["account"], price["method"], price["status"], price["applied"]) == (
        "test",
        "PUT",
        202,
        True,
    )
    assert price["body"] == {"price": 12.5}
    assert [(each["status"], each["applied"]) for each in refused] == [(400, False)]


def test_the_journal_keeps_no_secrets(merchant, control):
    [login] = control("GET", "calls", path="/token")[1]["calls"]

    assert login["body"] == {"user": "test-user", "pass": "***"}


def test_unknown_control_calls_and_broken_bodies_are_errors(url, control):
    assert control("GET", "nothing")[0] == 404
    assert control("PUT", "clock")[0] == 405
    assert requests.post(f"{url}/_sandbox/clock", data="{", timeout=60).status_code == 400
    assert control("POST", "faults", {"kind": "status", "path": "("})[0] == 400
    assert control("GET", "calls", path="(")[0] == 400


def test_only_loopback_is_served_unless_told_otherwise(box):
    with pytest.raises(ValueError, match="--allow-remote"):
        box.serve(host="0.0.0.0")


def test_control_refuses_callers_from_elsewhere(box):
    from werkzeug.test import Client

    answer = Client(box).get("/_sandbox/info", environ_base={"REMOTE_ADDR": "10.1.2.3"})

    assert answer.status_code == 403


def test_the_object_is_a_wsgi_application_too():
    from werkzeug.test import Client

    box = Sandbox()
    client = Client(box)

    token = client.post("/api/token", json={"user": "test-user", "pass": "test-secret"}).get_json()[
        "id_token"
    ]
    answer = client.get("/api/authcheck", headers={"Authorization": f"Bearer {token}"})
    box.close()

    assert answer.get_json() == "This message is authorized."
