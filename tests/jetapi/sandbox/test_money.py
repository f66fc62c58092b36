"""Settlement, reports and sales data."""

import pytest
import requests

DAY = 24 * 3600


@pytest.fixture
def monday(box):
    box.set_clock("2030-03-04T12:00:00Z")


def next_week(box, merchant):
    box.advance(7 * DAY)
    merchant.log_in()


def test_a_week_is_settled_after_it_ends_and_adds_up(monday, merchant, box, shipped_order):
    during = merchant.get("/settlement/7")
    next_week(box, merchant)
    [url] = merchant.get("/settlement/7")["settlement_report_urls"]
    report = merchant.get(url)

    assert during == {"settlement_report_urls": []}
    assert url.startswith("/settlement/report/")
    assert report["settlement_period_start"] == "2030-03-04T00:00:00.0000000Z"
    assert report["settlement_period_end"] == "2030-03-10T23:59:59.9999999Z"
    details = report["order_balance_details"]
    assert (details["merchant_price"], details["tax"], details["jet_variable_commission"]) == (
        37.5,
        2.63,
        -5.63,
    )
    assert report["order_balance"] == report["order_balanace"] == round(sum(details.values()), 2) == 34.5
    assert report["settlement_value"] == 34.5


def test_returns_and_refunds_lower_the_settlement(monday, merchant, box, shipped_order):
    [line] = merchant.get(f"/orders/withoutShipmentDetail/{shipped_order}")["order_items"]
    item = {
        "order_item_id": line["order_item_id"],
        "total_quantity_returned": 1,
        "order_return_refund_qty": 1,
        "refund_reason": "Accidental order",
        "refund_amount": {"principal": 10},
    }
    merchant.call("POST", f"/refunds/{shipped_order}/R-1", {"items": [item]})
    next_week(box, merchant)

    report = merchant.get(merchant.get("/settlement/7")["settlement_report_urls"][0])

    assert report["return_balance_details"]["merchant_price"] == -10
    assert report["return_balance"] == -8.5
    assert report["settlement_value"] == 26
    path = f"/settlement/report/{report['settlement_report_id']}"
    [order] = merchant.get(f"{path}/orders")["orders"]
    [back] = merchant.get(f"{path}/returns")["returns"]
    assert (order["merchant_order_id"], order["merchant_price"]) == (shipped_order, 37.5)
    assert (back["merchant_order_id"], back["merchant_price"]) == (shipped_order, -10)


def test_a_settlement_is_made_once_and_then_paid(monday, merchant, box, shipped_order):
    next_week(box, merchant)
    first = merchant.get("/settlement/7")
    box.set_clock("2030-03-12T23:59:00Z")
    merchant.log_in()
    before = merchant.get(first["settlement_report_urls"][0])["settlement_state"]
    box.advance(120)

    assert merchant.get("/settlement/settlement/30") == first
    assert before == "Submitted"
    assert merchant.get(first["settlement_report_urls"][0])["settlement_state"] == "Paid"


def test_the_status_report_tells_every_sku(merchant, box):
    merchant.list_mug("A")
    merchant.list_mug("B")
    box.review()

    report_id = merchant.call("POST", "/reports/ProductStatus").json()["report_id"]
    asked = merchant.get(f"/reports/state/{report_id}")
    box.advance(5)
    ready = merchant.get(f"/reports/state/{report_id}")
    content = requests.get(ready["report_url"], timeout=60).json()

    assert (asked["report_status"], ready["report_status"]) == ("Requested", "Ready")
    live = {"status": "Available for Purchase", "sub_status": []}
    assert content == {"A": live, "B": live}


def test_a_report_expires_with_its_file(merchant, box):
    report_id = merchant.call("POST", "/reports/salesdata").json()["report_id"]
    box.advance(5)
    url = merchant.get(f"/reports/state/{report_id}")["report_url"]
    box.advance(8 * DAY)
    merchant.log_in()

    assert merchant.get(f"/reports/state/{report_id}")["report_status"] == "Expired"
    assert requests.get(url, timeout=60).status_code == 403


def test_a_settlement_report_takes_the_settlements_id_as_its_body(monday, merchant, box, shipped_order):
    next_week(box, merchant)
    settlement = merchant.get("/settlement/7")["settlement_report_urls"][0].rsplit("/")[-1]

    report_id = merchant.call("POST", "/reports/SettlementDetails", settlement).json()["report_id"]
    box.advance(5)

    content = requests.get(merchant.get(f"/reports/state/{report_id}")["report_url"], timeout=60).json()
    assert content["settlement_report_id"] == settlement
    assert merchant.call("POST", "/reports/SettlementDetails", "nothing").status_code == 404
    assert merchant.call("POST", "/reports/Weather").status_code == 404


def test_sales_data_begin_with_the_first_accepted_order(merchant, box):
    merchant.list_mug()
    before = merchant.call("GET", "/merchant-skus/MUG-1/salesdata").status_code
    [order_id] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 3}])
    merchant.acknowledge(order_id)

    data = merchant.get("/merchant-skus/MUG-1/salesdata")
    box.advance(40 * DAY)
    merchant.log_in()

    assert before == 404
    assert (data["sales_rank"]["level_0"], data["units_sold"]["last_30_days"]) == (1, 3)
    assert data["my_best_offer"][0]["item_price"] == 12.5
    assert merchant.get("/merchant-skus/MUG-1/salesdata")["units_sold"]["last_30_days"] == 0
