"""Nodes and the checklist of an account."""

import pytest

from jetapi.errors import JetRejected
from tests.jetapi.conftest import BASE


def test_nodes_are_read_from_pascal_case(jet, wire):
    node = {"FulfillmentNodeId": "n1", "FulfillmentNodeName": "Main", "ZipCode": "07030", "Other": 1}
    wire.get(f"{BASE}/fulfillmentnodesbymerchantid", json=[node])

    found = jet.nodes.list()

    assert (found[0].fulfillment_node_id, found[0].name, found[0].zip_code) == ("n1", "Main", "07030")


def test_a_node_is_read_from_snake_case(jet, wire):
    wire.get(f"{BASE}/fulfillment-nodes", json={"fulfillment_nodes": ["/fulfillment-nodes/n1"]})
    wire.get(
        f"{BASE}/fulfillment-nodes/n1", json={"fulfillment_node_id": "n1", "fulfillment_node_name": "Main"}
    )

    assert [jet.nodes.get(node).name for node in jet.nodes.ids()] == ["Main"]


def test_the_checklist_has_eight_steps(jet, wire):
    wire.get(f"{BASE}/portal/merchantsetupstatus", json={"IsPriceUploaded": True, "IsOrderCanceled": True})

    status = jet.setup.status()

    assert status.is_price_uploaded
    assert len(status.steps) == 8
    assert sum(status.steps.values()) == 2
    assert not status.is_complete


def test_a_message_instead_of_the_checklist_is_a_refusal(jet, wire):
    wire.get(f"{BASE}/portal/merchantsetupstatus", json={"Message": "An error has occurred."})

    with pytest.raises(JetRejected, match="An error has occurred"):
        jet.setup.status()


def test_the_portals_own_lists_are_read(jet, wire):
    rows = [{"merchant_sku": "A", "status": "Excluded"}, {"merchant_sku": "B"}]
    wire.get(f"{BASE}/portal/merchantskus", json={"merchant_skus": rows})

    assert jet.products.list_by_status("Excluded", limit=2) == ["A", "B"]

    assert wire.calls[-1].request.params == {"from": "0", "size": "2", "statuses": "Excluded"}
