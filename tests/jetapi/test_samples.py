"""Jet's documented sample answers, as other people's clients kept them, read by ours."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from jetapi.types.files import FileState, UploadToken
from jetapi.types.orders import Order
from jetapi.types.refunds import Refund, RefundReceipt
from tests.jetapi.conftest import BASE

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(os.environ.get("JETBRIDGE_SAMPLES", ROOT / ".." / "shared" / "data")) / "jet_api_samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample answers are not on this machine")


def sample(name):
    return json.loads((SAMPLES / name).read_text(), parse_float=Decimal)


def first_body(noun, call):
    return sample("ruby_jet_spec_responses.json")["responses"][noun][call][0]["ok_body"][0]


def test_a_complete_order_is_read_in_spite_of_its_misplaced_parts_and_broken_date(jet, wire):
    wire.get(
        f"{BASE}/orders/withoutShipmentDetail/o", body=(SAMPLES / "order_complete_sample.json").read_bytes()
    )

    order = jet.orders.get("o")

    assert order.buyer.name == "Tony Stark"
    assert order.order_items[0].merchant_sku == "B289B4B"
    assert order.order_items[0].item_price.item_tax == Decimal("0.14")
    assert order.order_totals.fee_adjustments[0].value == Decimal("1.20")
    assert order.order_detail.request_delivery_by.day == 28
    assert order.order_detail.request_ship_by is None


def test_a_list_of_orders_is_read(jet, wire):
    body = (SAMPLES / "order_urls_complete_sample.json").read_bytes()
    wire.get(f"{BASE}/orders/complete", body=body)

    found = jet.orders.list("complete")

    assert len(found) == 3
    assert all(len(order_id) == 32 for order_id in found)


def test_taxonomy_is_read(jet, wire):
    known = sample("taxonomy_node_sample.json")
    text = json.loads((SAMPLES / "taxonomy_node_sample.json").read_text())
    wire.get(f"{BASE}/taxonomy/links/v1", json=text["links"])
    wire.get(f"{BASE}/taxonomy/nodes/1", json=text["node"])
    wire.get(f"{BASE}/taxonomy/nodes/1/attributes", json=text["attributes"])

    node, attributes = jet.taxonomy.node(1), jet.taxonomy.attributes(1)

    assert len(jet.taxonomy.links()) == len(known["links"]["node_urls"])
    assert (node.jet_node_name, node.jet_level) == ("Dresses", 2)
    assert attributes[0].values[0] == "Beige"
    assert attributes[1].validation.max_value == 1_000_000


def test_files_and_refunds_are_read():
    assert UploadToken.read(first_body("files", "upload_token")).expires_in_seconds == 1800
    assert FileState.read(first_body("files", "jet_file_id")).received.year == 2016
    assert Refund.read(first_body("refunds", "check_refund_state")).items[0].refund_amount.total == Decimal(
        "14.72"
    )
    assert (
        RefundReceipt.read(first_body("refunds", "create_merchant_initiated_refund")).refund_status
        == "created"
    )
    assert Order.read(first_body("orders", "get_order")).merchant_order_id == "fakeid"
