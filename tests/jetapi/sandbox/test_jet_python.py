"""A client that others wrote for the real Jet, from PyPI and unchanged, at work on the sandbox."""

from datetime import date

import pytest
from jet import Jet, JetAuthenticationError
from jet.jet import Shipment
from requests import HTTPError

from tests.jetapi.sandbox.conftest import MUG


@pytest.fixture
def client_class(url):
    return type("JetAtTheSandbox", (Jet,), {"base_url": f"{url}/api"})


@pytest.fixture
def peer(client_class, box):
    account = box.info()["accounts"][0]
    client = client_class(account["user"], account["secret"], account["merchant_id"])
    yield client
    client.session.close()


def test_wrong_keys_raise_with_jets_words(client_class):
    with pytest.raises(JetAuthenticationError, match="Bad Request"):
        client_class("test-user", "wrong", "merchant")


def test_it_reads_when_its_token_expires(peer):
    assert peer.token_expires_on.tzinfo is not None


def test_products_are_created_priced_stocked_and_listed(peer, box):
    node = box.info()["accounts"][0]["fulfillment_node_id"]

    assert peer.products.create("MUG-1", MUG) is True
    assert peer.products.update_price("MUG-1", 12.5) is True
    assert peer.products.update_inventory("MUG-1", {node: 4}) is True
    box.review()

    assert peer.products.get_price("MUG-1")["price"] == 12.5
    assert peer.products.get_inventory("MUG-1")["fulfillment_nodes"][0]["quantity"] == 4
    assert peer.products.get_sku("MUG-1")["status"] == "Available for Purchase"
    assert [sku["merchant_sku"] for sku in peer.products.all_skus()] == ["MUG-1"]


def test_all_skus_pages_through_more_than_one_page(peer):
    for number in range(103):
        peer.products.create(f"S {number}", MUG)

    assert len({sku["merchant_sku"] for sku in peer.products.all_skus()}) == 103


def test_orders_are_acknowledged_and_shipped(peer, box):
    [order_id] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 3}])
    [ready] = peer.orders.get_recent_order_ids("ready", cancelled=False)
    items = {item["order_item_id"]: "fulfillable" for item in peer.orders.get(ready)["order_items"]}

    peer.orders.acknowledge(ready, items, alt_order_id="W-1")
    for quantity in (1, 2):
        shipment = Shipment("S-1", tracking_number="1Z9", shipment_date=date(2018, 2, 1), carrier="UPS")
        shipment.add_item("MUG-1", quantity)
        peer.orders.ship(ready, [shipment])

    order = peer.orders.get(order_id)
    assert (order["status"], order["alt_order_id"], len(order["shipments"])) == ("complete", "W-1", 2)


def test_an_order_is_cancelled_by_a_cancel_only_shipment(peer, box):
    [order_id] = box.place_orders(items=[{"sku": "MUG-1", "quantity": 2}])
    items = {item["order_item_id"]: "fulfillable" for item in peer.orders.get(order_id)["order_items"]}
    peer.orders.acknowledge(order_id, items)

    shipment = Shipment("C-1")
    shipment.add_item("MUG-1", 0, cancel_quantity=2)
    peer.orders.ship(order_id, [shipment])

    assert peer.orders.get_recent_order_ids("complete", cancelled=True) == [order_id]


def test_a_repeated_shipment_raises(peer, box, shipped_order):
    shipment = Shipment("S-1", tracking_number="1Z9")
    shipment.add_item("MUG-1", 1)

    with pytest.raises(HTTPError, match="400"):
        peer.orders.ship(shipped_order, [shipment])


def test_returns_are_completed(peer, box, shipped_order):
    [return_id] = box.open_returns(order_id=shipped_order)
    assert peer.returns.get_return_ids("created") == {"return_urls": [f"/returns/state/{return_id}"]}
    asked = peer.returns.get(return_id)
    items = [
        {
            "order_item_id": line["order_item_id"],
            "total_quantity_returned": line["return_quantity"],
            "order_return_refund_qty": line["return_quantity"],
            "refund_amount": line["requested_refund_amount"],
        }
        for line in asked["return_merchant_SKUs"]
    ]

    assert peer.returns.complete(return_id, asked["merchant_order_id"], items, True) is True

    assert peer.returns.get(return_id)["return_status"] == "inprogress"


def test_fulfillment_nodes_are_read(peer, box):
    [node] = peer.fulfillment_nodes.all()

    assert node["fulfillment_node_id"] == box.info()["accounts"][0]["fulfillment_node_id"]
