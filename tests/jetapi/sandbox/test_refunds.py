"""Refunds without a return."""

import pytest

DAY = 24 * 3600


@pytest.fixture
def line(merchant, shipped_order):
    return merchant.get(f"/orders/withoutShipmentDetail/{shipped_order}")["order_items"][0]


def refund_of(line, **changes):
    item = {
        "order_item_id": line["order_item_id"],
        "total_quantity_returned": 1,
        "order_return_refund_qty": 1,
        "refund_reason": "Item arrived damaged - box intact",
        "refund_feedback": "Wrong Item",
        "notes": "",
        "refund_amount": {"principal": 12.5, "tax": 0.87, "shipping_cost": 0, "shipping_tax": 0},
    }
    return {"items": [{**item, **changes}]}


def test_a_refund_is_created_processed_and_accepted(merchant, box, shipped_order, line):
    answer = merchant.call("POST", f"/refunds/{shipped_order}/R-1", refund_of(line))
    refund_id = answer.json()["refund_authorization_id"]
    states = [merchant.get(f"/refunds/state/{refund_id}")["refund_status"]]
    for _ in range(2):
        box.advance(60)
        states.append(merchant.get("/refunds/state/R-1")["refund_status"])

    assert (answer.status_code, answer.json()["refund_status"]) == (201, "created")
    assert states == ["created", "processing", "accepted"]
    assert merchant.get("/refunds/Accepted")["refund_urls"] == [f"/refunds/state/{refund_id}"]
    assert merchant.get("/refunds/accepted")["sku_urls"] == [f"refunds/{refund_id}"]
    assert merchant.get(f"/refunds/{refund_id}")["refund_status"] == "accepted"


def test_an_id_of_the_merchants_choice_counts_once(merchant, shipped_order, line):
    merchant.call("POST", f"/refunds/{shipped_order}/R-1", refund_of(line))

    again = merchant.call("POST", f"/refunds/{shipped_order}/R-1", refund_of(line))

    assert again.status_code == 400
    assert "R-1" in again.text


def test_no_more_than_shipped_can_be_refunded_over_all_refunds(merchant, shipped_order, line):
    merchant.call("POST", f"/refunds/{shipped_order}/R-1", refund_of(line, order_return_refund_qty=2))

    answer = merchant.call(
        "POST", f"/refunds/{shipped_order}/R-2", refund_of(line, order_return_refund_qty=2)
    )

    assert answer.status_code == 400
    assert "1 units can be refunded" in answer.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"order_item_id": "x"}, "order_item_id"),
        ({"refund_reason": "whim"}, "refund_reason"),
        ({"refund_amount": None}, "refund_amount"),
        ({"refund_amount": {"tax": "one"}}, "refund_amount.tax"),
        ({"order_return_refund_qty": 0}, "order_return_refund_qty"),
    ],
)
def test_a_wrong_refund_is_refused_by_field(merchant, shipped_order, line, changes, field):
    answer = merchant.call("POST", f"/refunds/{shipped_order}/R-1", refund_of(line, **changes))

    assert answer.status_code == 400
    assert field in answer.text
    assert merchant.get("/refunds/created")["refund_urls"] == []


def test_a_refund_after_thirty_days_is_rejected(merchant, box, shipped_order, line):
    box.advance(31 * DAY)
    merchant.log_in()
    merchant.call("POST", f"/refunds/{shipped_order}/R-1", refund_of(line))
    box.advance(120)

    assert (
        merchant.get("/refunds/state/R-1")["refund_status"]
        == "rejected - refund conflicts with returns policy"
    )
    assert len(merchant.get("/refunds/rejected")["refund_urls"]) == 1


def test_control_can_reject_a_refund(merchant, control, shipped_order, line):
    answer = merchant.call("POST", f"/refunds/{shipped_order}/R-1", refund_of(line))
    refund_id = answer.json()["refund_authorization_id"]
    status = "rejected - customer card not valid"

    assert control("POST", "refunds", {"refund_authorization_id": refund_id, "status": status}) == (200, {})

    assert control("GET", "state", kind="refunds", id=refund_id)[1]["refund_status"] == status
    assert len(merchant.get("/refunds/rejected%20-%20customer%20card%20not%20valid")["refund_urls"]) == 1


def test_unknown_orders_refunds_and_statuses_are_404(merchant):
    assert merchant.call("POST", "/refunds/nobody/R-1", {"items": []}).status_code == 404
    assert merchant.call("GET", "/refunds/state/nobody").status_code == 404
    assert merchant.call("GET", "/refunds/lost").status_code == 404
