"""Returns: asked for, completed by the merchant or by Jet."""

import pytest


@pytest.fixture
def asked(merchant, box, shipped_order):
    [return_id] = box.open_returns(order_id=shipped_order)
    return merchant.get(f"/returns/state/{return_id}")


def answer_to(asked, **changes):
    [line] = asked["return_merchant_SKUs"]
    item = {
        "order_item_id": line["order_item_id"],
        "alt_order_item_id": "",
        "total_quantity_returned": line["return_quantity"],
        "order_return_refund_qty": line["return_quantity"],
        "refund_amount": line["requested_refund_amount"],
        **changes.pop("item", {}),
    }
    return {
        "merchant_order_id": asked["merchant_order_id"],
        "agree_to_return_charge": True,
        "items": [item],
        **changes,
    }


def complete(merchant, asked, body):
    return merchant.put(f"/returns/{asked['merchant_return_authorization_id']}/complete", body)


def test_a_return_asks_for_what_was_paid(asked):
    [line] = asked["return_merchant_SKUs"]

    assert asked["return_status"] == "created"
    assert line["return_quantity"] == 3
    assert line["requested_refund_amount"] == {
        "principal": 37.5,
        "tax": 2.63,
        "shipping_cost": 0,
        "shipping_tax": 0,
    }
    assert line["reason"]
    assert asked["items"] == []


def test_a_return_completes_once_and_then_settles(merchant, box, asked):
    return_id = asked["merchant_return_authorization_id"]

    first = complete(merchant, asked, answer_to(asked))
    between = merchant.get(f"/returns/state/{return_id}")
    second = complete(merchant, asked, answer_to(asked))
    box.advance(3600)

    assert (first.status_code, first.content, second.status_code) == (204, b"", 400)
    assert between["return_status"] == "inprogress"
    assert between["items"][0]["order_return_refund_qty"] == 3
    assert merchant.get("/returns/completed%20by%20merchant") == {
        "return_urls": [f"/returns/state/{return_id}"]
    }


def test_a_return_left_alone_for_two_business_days_is_completed_by_jet(merchant, box, shipped_order):
    box.set_clock("2030-03-01T12:00:00Z")  # a Friday
    [return_id] = box.open_returns(order_id=shipped_order)
    box.set_clock("2030-03-05T11:59:00Z")
    merchant.log_in()
    before = merchant.get(f"/returns/state/{return_id}")["return_status"]
    box.advance(120)

    after = merchant.get(f"/returns/state/{return_id}")

    assert (before, after["return_status"]) == ("created", "completed by merchant")
    assert after["completed_date"] == "2030-03-05T12:00:00.0000000Z" or after["completed_date"].startswith(
        "2030-03-05T12:00"
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"merchant_order_id": "other"}, "merchant_order_id"),
        ({"agree_to_return_charge": None}, "agree_to_return_charge"),
        ({"agree_to_return_charge": False}, "return_charge_feedback"),
        ({"items": []}, "items"),
        ({"item": {"order_item_id": "x"}}, "order_item_id"),
        ({"item": {"total_quantity_returned": 4}}, "total_quantity_returned"),
        ({"item": {"total_quantity_returned": 1}}, "order_return_refund_qty"),
        ({"item": {"order_return_refund_qty": 2}}, "return_refund_feedback"),
        ({"item": {"refund_amount": {"principal": 1}}}, "return_refund_feedback"),
        ({"item": {"refund_amount": {"principal": -1}}}, "refund_amount.principal"),
    ],
)
def test_a_wrong_answer_is_refused_by_field(merchant, asked, changes, field):
    answer = complete(merchant, asked, answer_to(asked, **changes))

    assert answer.status_code == 400
    assert field in answer.text


def test_a_line_is_answered_once(merchant, asked):
    body = answer_to(asked)

    answer = complete(merchant, asked, {**body, "items": body["items"] * 2})

    assert answer.json() == {"errors": ["items may name each order_item_id only once."]}


def test_less_may_be_refunded_with_a_reason_in_any_case(merchant, asked):
    item = {"order_return_refund_qty": 0, "return_refund_feedback": "item DAMAGED", "refund_amount": {}}

    assert complete(merchant, asked, answer_to(asked, item=item)).status_code == 204


def test_units_cannot_be_returned_twice_or_before_they_ship(box, asked, control):
    again = control("POST", "returns", {"order_id": asked["merchant_order_id"]})
    [unshipped] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 1}])
    early = control("POST", "returns", {"order_id": unshipped})

    assert (again[0], early[0]) == (400, 400)


def test_the_generator_opens_a_return_of_all_that_was_shipped(merchant, shipped_order):
    url = merchant.get(f"/returns/generate/{shipped_order}")["url"]

    assert url.startswith("/returns/state/")
    assert merchant.get(url.replace("/returns/", "/return/"))["merchant_order_id"] == shipped_order


def test_old_spellings_of_a_status_are_understood_and_nonsense_is_404(merchant):
    for status in ("Created", "completedByMerchant", "refundCustomerWithoutReturn", "acknowledge"):
        assert merchant.get(f"/returns/{status}") == {"return_urls": []}
    assert merchant.call("GET", "/returns/lost").status_code == 404
    assert merchant.call("GET", "/returns/completed+by+merchant").status_code == 404


def test_acknowledging_a_return_changes_nothing(merchant, asked):
    return_id = asked["merchant_return_authorization_id"]

    assert merchant.put(f"/returns/{return_id}/acknowledge", {}).status_code == 204
    assert merchant.get(f"/returns/state/{return_id}") == asked
