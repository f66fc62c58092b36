"""Orders: lists, the answer of fifteen minutes, shipments, cancels, tags, the generator."""

import pytest

OPEN = "/orders/withoutShipmentDetail/{}"


@pytest.fixture
def ready(box):
    def place(sku="MUG-1", quantity=3, **order):
        return box.place_orders(items=[{"sku": sku, "quantity": quantity}], **order)[0]

    return place


def status_of(merchant, order_id):
    return merchant.get(OPEN.format(order_id))["status"]


def test_an_order_goes_from_created_over_ready_to_complete(merchant, box, ready):
    order_id = ready(status="created")
    states = [status_of(merchant, order_id)]
    box.advance(1800)
    states.append(status_of(merchant, order_id))
    assert merchant.acknowledge(order_id).status_code == 204
    states.append(status_of(merchant, order_id))
    assert merchant.ship(order_id, "MUG-1", 1).status_code == 204
    states.append(status_of(merchant, order_id))
    assert merchant.ship(order_id, "MUG-1", 1, 1).status_code == 204

    assert [*states, status_of(merchant, order_id)] == [
        "created",
        "ready",
        "acknowledged",
        "inprogress",
        "complete",
    ]


def test_lists_have_a_slash_in_front_and_their_key_even_when_empty(merchant, ready):
    empty = merchant.get("/orders/ready")
    order_id = ready()

    assert empty == {"order_urls": []}
    assert merchant.get("/Orders/READY/") == {"order_urls": [f"/orders/withoutShipmentDetail/{order_id}"]}


def test_an_unknown_status_and_an_unknown_order_are_404(merchant):
    assert merchant.call("GET", "/orders/cancelled").status_code == 404
    assert merchant.call("GET", OPEN.format("nobody")).status_code == 404


def test_lists_stop_at_a_thousand_oldest_first_and_at_ninety_days(merchant, box):
    old = box.place_orders(items=[{"sku": "A", "quantity": 1}])
    box.advance(89 * 24 * 3600)
    new = box.place_orders(items=[{"sku": "A", "quantity": 1}], count=1001)
    merchant.log_in()

    listed = merchant.get("/orders/ready")["order_urls"]
    box.advance(2 * 24 * 3600)
    merchant.log_in()
    later = merchant.get("/orders/ready")["order_urls"]

    assert (len(listed), listed[0].rsplit("/")[-1]) == (1000, old[0])
    assert later[0].rsplit("/")[-1] == new[0]


def test_only_a_ready_order_can_be_acknowledged_and_only_once(merchant, ready):
    order_id = ready()
    early = ready(status="created")

    assert merchant.acknowledge(early).status_code == 400
    assert merchant.acknowledge(order_id).status_code == 204
    assert merchant.acknowledge(order_id).status_code == 400


def test_an_answer_must_name_every_item_by_its_own_id(merchant, ready):
    order_id = ready()
    body = {
        "acknowledgement_status": "accepted",
        "order_items": [{"order_item_id": "x", "order_item_acknowledgement_status": "fulfillable"}],
    }

    answer = merchant.put(f"/orders/{order_id}/acknowledge", body)

    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 2


def test_a_rejected_order_is_complete_with_an_exception(merchant, ready):
    order_id = ready()

    merchant.acknowledge(order_id, "rejected - item level error", "nonfulfillable - no inventory")

    order = merchant.get(OPEN.format(order_id))
    assert (order["status"], order["exception_state"]) == ("complete", "exception - order rejected")
    assert order["acknowledgement_status"] == "rejected - item level error"


def test_declined_items_of_an_accepted_order_count_as_cancelled(merchant, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 2}])
    first, second = merchant.get(OPEN.format(order_id))["order_items"]
    items = [
        {"order_item_id": first["order_item_id"], "order_item_acknowledgement_status": "fulfillable"},
        {
            "order_item_id": second["order_item_id"],
            "order_item_acknowledgement_status": "nonfulfillable - no inventory",
        },
    ]

    merchant.put(
        f"/orders/{order_id}/acknowledge", {"acknowledgement_status": "accepted", "order_items": items}
    )
    merchant.ship(order_id, "A", 1)

    assert status_of(merchant, order_id) == "complete"
    assert merchant.get("/orders/complete?isCancelled=true")["order_urls"]


def test_shipping_before_the_answer_and_after_completion_is_400(merchant, ready):
    order_id = ready(quantity=1)

    early = merchant.ship(order_id, "MUG-1", 1)
    merchant.acknowledge(order_id)
    merchant.ship(order_id, "MUG-1", 1)
    repeated = merchant.ship(order_id, "MUG-1", 1)

    assert (early.status_code, repeated.status_code) == (400, 400)
    assert len(merchant.get(OPEN.format(order_id))["shipments"]) == 1


def test_too_many_units_complete_the_order_with_an_exception(merchant, ready):
    shipped, cancelled = ready(), ready()
    for order_id in (shipped, cancelled):
        merchant.acknowledge(order_id)

    assert merchant.ship(shipped, "MUG-1", 4).status_code == 204
    assert merchant.ship(cancelled, "MUG-1", 0, 4).status_code == 204

    exceptions = [merchant.get(OPEN.format(each))["exception_state"] for each in (shipped, cancelled)]
    assert exceptions == ["exception - too many units shipped", "exception - too many units cancelled"]


def test_too_many_units_of_one_sku_complete_an_order_whose_other_line_is_open(merchant, box):
    items = [{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 1}]
    [order_id] = box.place_orders(items=items, status="acknowledged")

    merchant.ship(order_id, "A", 2)

    order = merchant.get(OPEN.format(order_id))
    assert (order["status"], order["exception_state"]) == (
        "complete",
        "exception - too many units shipped",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"carrier": ""}, "carrier"),
        ({"shipment_tracking_number": None}, "shipment_tracking_number"),
        ({"response_shipment_date": "2018-02-02T10:00:00"}, "response_shipment_date"),
        ({"response_shipment_date": "yesterday"}, "response_shipment_date"),
        ({"shipment_items": []}, "shipment_items"),
        ({"shipment_items": [{"merchant_sku": "OTHER", "response_shipment_sku_quantity": 1}]}, "OTHER"),
        ({"shipment_items": [{"merchant_sku": "MUG-1", "response_shipment_sku_quantity": 0}]}, "more than 0"),
    ],
)
def test_a_shipment_is_refused_by_field(merchant, ready, changes, field):
    order_id = ready()
    merchant.acknowledge(order_id)

    answer = merchant.ship(order_id, "MUG-1", 1, **changes)

    assert answer.status_code == 400
    assert field in answer.text
    assert status_of(merchant, order_id) == "acknowledged"


def test_dates_with_any_offset_come_back_in_utc(merchant, ready):
    order_id = ready()
    merchant.acknowledge(order_id)

    merchant.ship(order_id, "MUG-1", 3, response_shipment_date="2018-02-02T10:00:00.0000000-05:00")

    [shipment] = merchant.get(OPEN.format(order_id))["shipments"]
    assert shipment["response_shipment_date"] == "2018-02-02T15:00:00.0000000Z"
    assert len(shipment["shipment_id"]) == 32


def test_a_requested_cancel_shows_under_both_names_and_is_confirmed_by_a_message(merchant, box, ready):
    order_id = ready()
    [item] = merchant.get(OPEN.format(order_id))["order_items"]

    box.request_cancels(order_id, [{"order_item_id": item["order_item_id"], "quantity": 1}])
    order = merchant.get(OPEN.format(order_id))
    listed = merchant.get("/orders/directedCancel")["order_urls"]
    merchant.acknowledge(order_id)
    merchant.ship(order_id, "MUG-1", 2, 1)

    assert order["jet_request_directed_cancel"] is order["jet_requested_directed_cancel"] is True
    assert order["order_items"][0]["request_order_cancel_qty"] == 1
    assert len(listed) == 1
    assert status_of(merchant, order_id) == "complete"
    assert merchant.get("/orders/directedCancel")["order_urls"] == []


def test_a_generated_cancel_test_is_closed_without_an_answer(merchant):
    body = {
        "fulfillment_node": merchant.node,
        "items": [{"sku": "test_product", "order_quantity": 0, "order_cancel_quantity": 1}],
    }
    answer = merchant.call("POST", "/orders/generate/1", body)
    [url] = answer.json()["order_urls"]
    [item] = merchant.get(url)["order_items"]

    closed = merchant.ship(url.rsplit("/")[-1], "test_product", 0, 1)

    assert answer.status_code == 200
    assert (item["request_order_quantity"], item["request_order_cancel_qty"]) == (0, 1)
    assert closed.status_code == 204
    assert merchant.get(url)["status"] == "complete"
    assert "exception_state" not in merchant.get(url)


def test_a_cancel_only_shipment_needs_an_alt_shipment_id(merchant, ready):
    order_id = ready()
    merchant.acknowledge(order_id)

    answer = merchant.ship(order_id, "MUG-1", 0, 3, alt_shipment_id=None)

    assert answer.status_code == 400
    assert "alt_shipment_id" in answer.text


def test_tags_sort_the_lists(merchant, ready):
    tagged, plain = ready(), ready()

    assert merchant.put(f"/orders/{tagged}/tag", {"tag": "exported"}).status_code == 204
    with_tag, without = (
        merchant.get(f"/orders/ready/exported/{each}")["order_urls"] for each in ("true", "false")
    )
    merchant.put(f"/orders/{tagged}/tag", {})

    assert [each.rsplit("/")[-1] for each in with_tag + without] == [tagged, plain]
    assert merchant.get("/orders/ready/exported/true")["order_urls"] == []


def test_one_sku_on_two_lines_adds_up(merchant, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 1}, {"sku": "A", "quantity": 2}])
    merchant.acknowledge(order_id)

    merchant.ship(order_id, "A", 2)
    between = status_of(merchant, order_id)
    merchant.ship(order_id, "A", 1)

    assert (between, status_of(merchant, order_id)) == ("inprogress", "complete")


def test_a_redirect_empties_the_original_node(merchant, ready):
    merchant.list_mug()
    order_id = ready()
    merchant.acknowledge(order_id)

    notice = {"redirect_node": merchant.node, "is_redirect_for_zero_inventory": True}
    merchant.ship(order_id, "MUG-1", 3, redirect_notification=notice)

    assert merchant.get("/merchant-skus/MUG-1/inventory")["fulfillment_nodes"][0]["quantity"] == 0


def test_an_unanswered_order_stays_ready_and_is_marked_late(merchant, box, ready):
    order_id = ready()

    box.advance(15 * 60)

    assert status_of(merchant, order_id) == "ready"
    assert box.held("orders", order_id)["acknowledge_late"] is True


def test_totals_count_price_per_unit_and_tax_per_line(merchant, box):
    [order_id] = box.place_orders(items=[{"sku": "A", "quantity": 3, "price": 10}])

    order = merchant.get(OPEN.format(order_id))

    assert order["order_items"][0]["item_price"]["base_price"] == 10
    assert order["order_totals"]["item_price"]["base_price"] == 30
    assert (
        order["order_totals"]["item_price"]["item_tax"]
        == order["order_items"][0]["item_price"]["item_tax"]
        == 2.1
    )
    assert order["order_totals"]["item_fees"] == 4.5


def test_an_order_of_one_account_is_unknown_to_the_other(live_merchant, ready):
    assert live_merchant.call("GET", OPEN.format(ready())).status_code == 404
