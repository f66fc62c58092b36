"""Orders: what is said to Jet, and how an order is read."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from jetapi.errors import JetInvalidRequest, JetUnreadable
from jetapi.types.order_messages import (
    AcknowledgementStatus,
    ItemAcknowledgement,
    ItemAcknowledgementStatus,
    RedirectNotification,
    ShipmentItem,
    ShipmentMessage,
)
from jetapi.types.orders import Address
from tests.jetapi.conftest import BASE

ORDER_URL = f"{BASE}/orders/withoutShipmentDetail/o1"


def sent(wire):
    return json.loads(wire.calls[-1].request.body)


def test_ids_are_read_from_addresses_with_a_leading_slash(jet, wire):
    urls = ["/orders/withoutShipmentDetail/o1", "/orders/withoutShipmentDetail/o2"]
    wire.get(f"{BASE}/orders/ready", json={"order_urls": urls})

    found = jet.orders.list("ready", cancelled=False, fulfillment_node="n1")

    assert found == ["o1", "o2"]
    assert wire.calls[-1].request.params == {"isCancelled": "false", "fulfillment_node": "n1"}


def test_orders_are_listed_by_their_tag(jet, wire):
    wire.get(f"{BASE}/orders/ready/stored%20here/false", json={"order_urls": None})

    assert jet.orders.list_tagged("ready", "stored here", carrying=False) == []


def test_an_acknowledgement_names_every_item(jet, wire):
    wire.put(f"{BASE}/orders/o1/acknowledge", status=204)
    items = [
        ItemAcknowledgement("i1"),
        ItemAcknowledgement("i2", ItemAcknowledgementStatus.NO_INVENTORY, "W-2"),
    ]

    jet.orders.acknowledge(
        "o1", items=items, status=AcknowledgementStatus.REJECTED_ITEM_LEVEL_ERROR, alt_order_id="W"
    )

    assert sent(wire) == {
        "acknowledgement_status": "rejected - item level error",
        "alt_order_id": "W",
        "order_items": [
            {"order_item_id": "i1", "order_item_acknowledgement_status": "fulfillable"},
            {
                "order_item_id": "i2",
                "alt_order_item_id": "W-2",
                "order_item_acknowledgement_status": "nonfulfillable - no inventory",
            },
        ],
    }


def test_a_shipment_is_worded_with_jets_dates_and_capitals(jet, wire):
    wire.put(f"{BASE}/orders/o1/shipped", status=204)
    back = Address(address1="1 Mill Road", city="Hoboken", state="NJ", zip_code="07030")
    item = ShipmentItem("MUG-1", 2, rma_number="R1", days_to_return=30, return_location=back)
    eastern = timezone(timedelta(hours=-5))
    shipment = ShipmentMessage(
        (item,),
        alt_shipment_id="S-1",
        shipment_tracking_number="1Z",
        carrier="UPS",
        response_shipment_date=datetime(2018, 2, 2, 10, 0, 0, 123456, tzinfo=eastern),
        redirect_notification=RedirectNotification("n2"),
    )

    jet.orders.ship("o1", shipments=[shipment])

    shipment = sent(wire)["shipments"][0]
    assert shipment["response_shipment_date"] == "2018-02-02T10:00:00.1234560-05:00"
    assert shipment["redirect_notification"] == {
        "redirect_node": "n2",
        "is_redirect_for_zero_inventory": False,
    }
    assert shipment["shipment_items"] == [
        {
            "merchant_sku": "MUG-1",
            "response_shipment_sku_quantity": 2,
            "response_shipment_cancel_qty": 0,
            "RMA_number": "R1",
            "days_to_return": 30,
            "return_location": {
                "address1": "1 Mill Road",
                "city": "Hoboken",
                "state": "NJ",
                "zip_code": "07030",
            },
        }
    ]
    assert "expected_delivery_date" not in shipment


@pytest.mark.parametrize(
    "shipment",
    [
        ShipmentMessage((), alt_shipment_id="s"),
        ShipmentMessage((ShipmentItem("A", 0, 0),), alt_shipment_id="s"),
        ShipmentMessage((ShipmentItem("A", -1, 2),), alt_shipment_id="s"),
        ShipmentMessage((ShipmentItem("A", 0, 1),)),
        ShipmentMessage((ShipmentItem("A", 1),), response_shipment_date=datetime(2018, 2, 2)),  # noqa: DTZ001
    ],
)
def test_a_shipment_that_says_nothing_clear_is_not_sent(jet, wire, shipment):
    with pytest.raises(JetInvalidRequest):
        jet.orders.ship("o1", shipments=[shipment])

    assert not [call for call in wire.calls if call.request.url.endswith("/shipped")]


def test_an_order_is_read_whole(jet, wire):
    wire.get(
        ORDER_URL,
        body='{"merchant_order_id":"o1","reference_order_id":123456789012,"status":"ready",'
        '"order_placed_date":"2014-07-24T17:00:00.0000000Z","order_ready_date":"2014-07-24T20:00:00",'
        '"jet_requested_directed_cancel":true,"has_shipments":true,'
        '"order_detail":{"request_ship_by":"2014-07-26T:04:00.0000000Z"},'
        '"shipping_to":{"recipient":{"name":"P"},"address":null},'
        '"order_totals":{"item_price":null,"item_fees":2.10},'
        '"order_items":[{"order_item_id":"i1","merchant_sku":"A","request_order_quantity":2,'
        '"request_order_cancel_qty":null,"item_price":{"base_price":19.90,"item_tax":null}}],'
        '"shipments":[{"carrier":"","shipment_items":[{"merchant_sku":"A","response_shipment_sku_quantity":1}]}]}',
    )

    order = jet.orders.get("o1")

    assert order.reference_order_id == "123456789012"
    assert order.order_ready_date == datetime(2014, 7, 24, 20, tzinfo=UTC)
    assert order.order_detail.request_ship_by is None
    assert order.jet_request_directed_cancel is True
    assert order.shipping_to.address.city is None
    assert str(order.order_totals.item_fees) == "2.10"
    assert str(order.order_items[0].item_price.base_price) == "19.90"
    assert order.order_items[0].item_price.item_tax is None
    assert order.order_items[0].request_order_cancel_qty == 0
    assert order.shipments[0].shipment_items[0].response_shipment_cancel_qty == 0
    assert order.acknowledgement_status is None


def test_items_misplaced_in_the_totals_as_in_jets_own_sample_are_found(jet, wire):
    inner = {"order_items": [{"order_item_id": "i1"}], "order_detail": {"request_shipping_carrier": "UPS"}}
    wire.get(ORDER_URL, json={"merchant_order_id": "o1", "order_totals": inner})

    order = jet.orders.get("o1")

    assert order.order_items[0].order_item_id == "i1"
    assert order.order_detail.request_shipping_carrier == "UPS"


def test_an_order_without_its_id_is_unreadable_and_says_which_field(jet, wire):
    wire.get(ORDER_URL, json={"status": "ready", "order_items": [{"merchant_sku": "A"}]})

    with pytest.raises(JetUnreadable, match=r"merchant_order_id.*order_items\.0\.order_item_id") as failed:
        jet.orders.get("o1")

    assert not failed.value.retryable


def test_test_orders_are_generated_and_named(jet, wire):
    wire.post(f"{BASE}/orders/generate/2", json={"order_urls": ["/orders/withoutShipmentDetail/o1"]})
    item = {"sku": "A", "order_quantity": 1, "order_cancel_quantity": 0}

    found = jet.orders.generate(2, items=[item], fulfillment_node="n1")

    assert found == ["o1"]
    assert sent(wire) == {"fulfillment_node": "n1", "items": [item]}
