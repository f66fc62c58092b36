"""Returns, refunds, settlement, reports, files and taxonomy: what is sent, and how answers are read."""

import json
from decimal import Decimal

import pytest

from jetapi.types.refunds import RefundItem
from jetapi.types.returns import RefundAmount, ReturnCompletion, ReturnItemCompletion
from tests.jetapi.conftest import BASE


def sent(wire):
    return json.loads(wire.calls[-1].request.body)


def test_returns_are_listed_by_a_status_with_blanks(jet, wire):
    wire.get(f"{BASE}/returns/completed%20by%20merchant", json={"return_urls": ["/returns/state/r1"]})

    assert jet.returns.list("completed by merchant") == ["r1"]


def test_a_return_is_read_with_its_odd_capitals(jet, wire):
    wire.get(
        f"{BASE}/returns/state/r1",
        body='{"merchant_return_authorization_id":"r1","return_status":"created","merchant_return_charge":4.50,'
        '"return_merchant_SKUs":[{"order_item_id":"i1","reason":"Unwanted gift","return_quantity":1,'
        '"requested_refund_amount":{"principal":19.90,"tax":1.10,"shipping_cost":0,"shipping_tax":null}}],'
        '"return_location":[{"city":"Hoboken"}]}',
    )

    found = jet.returns.get("r1")

    assert str(found.merchant_return_charge) == "4.50"
    assert found.return_merchant_skus[0].requested_refund_amount.total == Decimal("21.00")
    assert found.return_location[0].city == "Hoboken"
    assert found.items == ()


def test_a_return_is_completed_with_totals(jet, wire):
    wire.put(f"{BASE}/returns/r1/complete", status=204)
    amount = RefundAmount(principal=Decimal("19.90"), tax=Decimal("1.1"))
    item = ReturnItemCompletion("i1", 1, 1, amount, return_refund_feedback="Item damaged")

    jet.returns.complete("r1", ReturnCompletion("o1", (item,), agree_to_return_charge=False))

    assert sent(wire) == {
        "merchant_order_id": "o1",
        "agree_to_return_charge": False,
        "items": [
            {
                "order_item_id": "i1",
                "total_quantity_returned": 1,
                "order_return_refund_qty": 1,
                "return_refund_feedback": "Item damaged",
                "refund_amount": {"principal": 19.9, "tax": 1.1, "shipping_cost": 0, "shipping_tax": 0},
            }
        ],
    }


def test_a_test_return_is_generated_and_named(jet, wire):
    wire.get(f"{BASE}/returns/generate/o1", json={"url": "/returns/state/r1"})

    assert jet.returns.generate("o1") == "r1"


def test_a_refund_is_asked_for_under_our_own_id(jet, wire):
    wire.post(
        f"{BASE}/refunds/o1/R-1",
        status=201,
        json={"refund_authorization_id": "123456789", "refund_status": "created"},
    )
    item = RefundItem("i1", 1, 1, "Unwanted gift", RefundAmount(principal=Decimal("5")), notes="sorry")

    receipt = jet.refunds.create("o1", "R-1", items=[item])

    assert (receipt.refund_authorization_id, receipt.refund_status) == ("123456789", "created")
    assert sent(wire)["items"][0]["refund_reason"] == "Unwanted gift"


@pytest.mark.parametrize(
    "answer", [{"sku_urls": ["refunds/128"]}, {"refund_urls": ["/refunds/state/128"], "sku_urls": ["x/1"]}]
)
def test_refunds_are_listed_under_either_key(jet, wire, answer):
    wire.get(f"{BASE}/refunds/created", json=answer)

    assert jet.refunds.list("created") == ["128"]


def test_a_rejected_refund_says_why(jet, wire):
    state = {"refund_authorization_id": "1", "refund_status": "rejected - customer card not valid"}
    wire.get(f"{BASE}/refunds/state/1", json=state)

    refund = jet.refunds.get("1")

    assert refund.is_rejected
    assert not refund.is_accepted


@pytest.mark.parametrize("key", ["order_balance", "order_balanace"])
def test_a_settlement_adds_up(jet, wire, key):
    wire.get(f"{BASE}/settlement/30", json={"settlement_report_urls": ["/settlement/report/s1"]})
    wire.get(
        f"{BASE}/settlement/report/s1",
        body='{"settlement_report_id":"s1","settlement_state":"Paid","order_balance":4572.72,"return_balance":-315.62,'
        '"jet_adjustment":0.00,"settlement_value":4257.10,"order_balance_details":{"merchant_price":4012.45},'
        '"settlement_period_end":"2014-08-02T23:59:59.9999999Z"}'.replace("order_balance", key, 1),
    )

    report = jet.settlement.get(jet.settlement.list(30)[0])

    assert report.order_balance + report.return_balance + report.jet_adjustment == report.settlement_value
    assert report.order_balance_details.merchant_price == Decimal("4012.45")
    assert report.settlement_period_end.year == 2014


def test_a_report_is_asked_for_awaited_and_fetched(jet, wire):
    wire.post(f"{BASE}/reports/ProductStatus", json={"report_id": "p1"})
    url = "https://jetupload.blob.core.windows.net/p1.json?sig=x"
    wire.get(f"{BASE}/reports/state/p1", json={"report_status": "Ready", "report_url": url})
    wire.get(url, json={"A": {"status": "Excluded", "sub_status": []}})

    state = jet.reports.state(jet.reports.request("ProductStatus"))
    rows = dict(jet.reports.rows(state.report_url))

    assert state.is_ready
    assert rows["A"]["status"] == "Excluded"
    assert "Authorization" not in wire.calls[-1].request.headers


def test_a_settlement_report_names_its_settlement(jet, wire):
    wire.post(f"{BASE}/reports/SettlementDetails", json={"report_id": "p1"})

    jet.reports.request("SettlementDetails", settlement_id="s1")

    assert sent(wire) == "s1"


def test_errors_of_a_file_that_are_no_json_come_as_they_are(jet, wire):
    wire.get("https://jetupload.blob.core.windows.net/e", body=b"A-1: Invalid UPC Code\n")

    assert (
        jet.files.download_errors("https://jetupload.blob.core.windows.net/e") == b"A-1: Invalid UPC Code\n"
    )


def test_a_processed_file_tells_its_errors(jet, wire):
    wire.get(
        f"{BASE}/files/f1",
        json={
            "jet_file_id": "f1",
            "status": "Processed with errors",
            "error_count": 2,
            "error_excerpt": ["a", "b"],
        },
    )

    state = jet.files.get("f1")

    assert state.is_final
    assert state.error_count == 2
    assert state.error_excerpt == ("a", "b")


def test_taxonomy_is_read_with_its_attributes(jet, wire):
    wire.get(f"{BASE}/taxonomy/links/v1", json={"node_urls": ["/taxonomy/nodes/2000034"]})
    wire.get(
        f"{BASE}/taxonomy/nodes/2000034",
        json={"jet_node_id": 2000034, "jet_node_name": "Dresses", "amazon_node_ids": None, "jet_level": 2},
    )
    wire.get(
        f"{BASE}/taxonomy/nodes/2000034/attributes",
        json={"attributes": [{"attribute_id": 404891793019313, "free_text": 2, "values": None}]},
    )

    [node_id] = jet.taxonomy.links()
    [attribute] = jet.taxonomy.attributes(node_id)

    assert jet.taxonomy.node(node_id).jet_node_name == "Dresses"
    assert (attribute.attribute_id, attribute.free_text, attribute.values) == (404891793019313, True, ())
