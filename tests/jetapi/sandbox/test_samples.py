"""Thousands of real-looking orders and returns, and the documented sample order."""

import gzip
import json
import os
from pathlib import Path

import pytest

from jetapi.sandbox import Sandbox

SAMPLES = Path(os.environ.get("JETBRIDGE_SAMPLES") or Path(__file__).parents[4] / "shared" / "data")
pytestmark = pytest.mark.skipif(
    not (SAMPLES / "superstore").is_dir(), reason="the sample orders are not here"
)


def documents(name):
    with gzip.open(SAMPLES / "superstore" / f"{name}.ndjson.gz") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def store():
    box = Sandbox()
    box.place_orders(mode="live", documents=documents("jet_orders_from_superstore"), rebase=True)
    box.open_returns(mode="live", documents=documents("jet_returns_from_superstore"), rebase=True)
    yield box
    box.close()


def test_all_orders_are_ready_now_and_all_returns_asked_for_now(store):
    orders, returns = store.held("orders", mode="live"), store.held("returns", mode="live")
    now = store.info()["now"]

    assert (len(orders), len(returns)) == (5009, 296)
    assert {order["status"] for order in orders} == {"ready"}
    assert {order["order_ready_date"][:13] for order in orders} | {
        each["return_date"][:13] for each in returns
    } <= {
        now[:13],
        f"{now[:11]}{(int(now[11:13]) - 1) % 24:02}",
    }
    assert {order["fulfillment_node"] for order in orders} == {
        store.info()["accounts"][1]["fulfillment_node_id"]
    }


def test_returns_of_known_orders_all_have_their_order(store):
    known = {order["merchant_order_id"] for order in store.held("orders", mode="live")}

    assert {each["merchant_order_id"] for each in store.held("returns", mode="live")} <= known


def test_the_documented_sample_order_is_taken_in_with_what_it_wraps_into_its_totals(merchant, control):
    sample = json.loads((SAMPLES / "jet_api_samples" / "order_complete_sample.json").read_text())

    status, taken = control("POST", "orders", {"documents": [sample], "rebase": True})
    order = merchant.get(f"/orders/withoutShipmentDetail/{sample['merchant_order_id']}")

    assert (status, taken["order_ids"]) == (200, [sample["merchant_order_id"]])
    assert order["order_items"][0]["merchant_sku"] == "B289B4B"
    assert order["order_detail"]["request_service_level"] == "Standard"
    assert order["order_totals"]["item_price"]["base_price"] == 20
    assert not {"order_items", "order_detail"} & order["order_totals"].keys()
