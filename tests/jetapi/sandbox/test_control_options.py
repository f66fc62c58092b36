"""Control orders that are misspelt or contradict themselves, and documents that leave things out."""

import pytest

ITEM = {"order_item_id": "i", "merchant_sku": "A", "request_order_quantity": 2}


@pytest.mark.parametrize(
    ("name", "order", "complaint"),
    [
        ("reset", {"keep_account": True}, "keep_account is not an option"),
        ("clock", {"advance": 900}, "advance is not an option; known are: now, advance_seconds"),
        (
            "orders",
            {"items": [{"sku": "A", "order_quantity": 1}]},
            "items[0].order_quantity is not an option",
        ),
        ("orders", {"documents": [], "rebase": "yes"}, "rebase must be true or false"),
        ("orders", {"documents": [], "items": [{"sku": "A"}]}, "they go without items"),
        ("returns", {"order": "x"}, "order is not an option"),
        ("cancels", {"order_id": "x", "items": [{"order_item_id": "i", "qty": 1}]}, "items[0].qty is not"),
        ("reviews", {"all": "yes"}, "all must be true or false"),
        ("reviews", {"all": True, "status": "Excluded"}, "it goes without sku and status"),
        ("faults", {"kind": "status", "path": "x", "delay": 1}, "delay is not an option"),
        ("files", {"vague": True}, "vague is not an option"),
    ],
)
def test_an_option_that_is_none_is_named(control, name, order, complaint):
    status, answer = control("POST", name, order)

    assert status == 400
    assert complaint in " ".join(answer["errors"])


@pytest.mark.parametrize("name", ["info", "calls", "state", "faults"])
def test_reading_calls_know_their_options_too(control, name):
    status, answer = control("GET", name, wrong="x")

    assert status == 400
    assert "wrong is not an option" in answer["errors"][0]


def test_words_of_control_are_read_whatever_their_capitals(merchant, control):
    control("POST", "clock", {"transitions": "At_Once"})
    control("POST", "faults", {"kind": "Drop_Before", "path": "/nothing"})

    merchant.list_mug()

    assert merchant.get("/merchant-skus/MUG-1")["status"] == "Available for Purchase"
    assert control("GET", "faults")[1]["faults"][0]["kind"] == "drop_before"


def test_a_bare_order_document_gets_all_that_jets_orders_always_have(merchant, control):
    document = {"merchant_order_id": "o-1", "status": "acknowledged", "order_items": [ITEM], "buyer": None}
    document["order_detail"] = {"request_service_level": "Standard", "request_ship_by": None}

    control("POST", "orders", {"documents": [document]})
    order = merchant.get("/orders/withoutShipmentDetail/o-1")

    [line] = order["order_items"]
    assert (line["url"], line["request_order_cancel_qty"]) == ("", 0)
    assert {"base_price", "item_shipping_cost"} <= line["item_price"].keys()
    assert order["buyer"]["name"]
    assert order["order_detail"]["request_ship_by"] == ""
    assert order["order_detail"]["request_service_level"] == "Standard"
    assert (order["acknowledgement_status"], bool(order["order_acknowledge_date"])) == ("accepted", True)
    assert merchant.get("/portal/analytics/order/o-1/history")[-1]["eventType"] == "order_acknowledged"


@pytest.mark.parametrize("name", ["order_detail", "order_totals", "buyer", "shipping_to"])
def test_a_part_of_a_document_that_is_no_object_is_named(control, name):
    document = {"merchant_order_id": "o-1", "order_items": [ITEM], name: "text"}

    status, answer = control("POST", "orders", {"documents": [document]})

    assert (status, answer) == (400, {"errors": [f"documents[0].{name} must be an object."]})


def test_a_bare_return_document_is_worded_after_its_order(merchant, shipped_order, control):
    [line] = merchant.get(f"/orders/withoutShipmentDetail/{shipped_order}")["order_items"]
    items = [{"order_item_id": line["order_item_id"], "return_quantity": 1}]
    document = {
        "merchant_return_authorization_id": "r-1",
        "merchant_order_id": shipped_order,
        "return_merchant_SKUs": items,
    }

    control("POST", "returns", {"documents": [document]})
    doc = merchant.get("/returns/state/r-1")

    [asked] = doc["return_merchant_SKUs"]
    assert (asked["merchant_sku"], asked["reason"]) == ("MUG-1", "No longer want this item")
    assert asked["requested_refund_amount"]["principal"] == 12.5
    assert (doc["return_status"], doc["refund_without_return"]) == ("created", False)
    assert doc["merchant_return_charge"] == 0
