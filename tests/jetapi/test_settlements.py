"""What must happen once: lost answers are settled by Jet's own state, never by blind repetition."""

import pytest
import requests

from jetapi.errors import JetConnectionError, JetError, JetInvalidRequest, JetRejected
from jetapi.http import settlements
from jetapi.http.settlements import Settled
from jetapi.types.order_messages import (
    AcknowledgementStatus,
    ItemAcknowledgement,
    ShipmentItem,
    ShipmentMessage,
)
from tests.jetapi.conftest import BASE

ORDER = f"{BASE}/orders/withoutShipmentDetail/o1"
SHIPPED = f"{BASE}/orders/o1/shipped"
LOST = requests.ConnectionError("lost")
TIMED_OUT = requests.ReadTimeout("slow")
SHIPMENT = ShipmentMessage((ShipmentItem("A", 1),), alt_shipment_id="s1", carrier="UPS")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(settlements, "PAUSE_SECONDS", 0)


def order(*shipments, **fields):
    found = [{"alt_shipment_id": one, "shipment_items": []} for one in shipments]
    return {"merchant_order_id": "o1", "status": "acknowledged", "shipments": found, **fields}


def count(wire, url):
    return len([call for call in wire.calls if call.request.url == url])


def test_a_lost_answer_is_settled_by_the_orders_shipments(jet, wire):
    wire.put(SHIPPED, body=LOST)
    wire.get(ORDER, json=order("s1"))

    assert jet.orders.ship_settled("o1", shipments=[SHIPMENT]) is Settled.BEFORE

    assert count(wire, SHIPPED) == 1


def test_what_was_lost_on_the_way_is_sent_again(jet, wire):
    wire.put(SHIPPED, body=LOST)
    wire.put(SHIPPED, status=204)
    wire.get(ORDER, json=order())

    assert jet.orders.ship_settled("o1", shipments=[SHIPMENT]) is Settled.NOW

    assert count(wire, SHIPPED) == 2


def test_after_a_timeout_nothing_is_sent_again_for_jet_may_still_be_at_work(jet, wire):
    wire.put(SHIPPED, body=TIMED_OUT)
    wire.get(ORDER, json=order())

    with pytest.raises(JetConnectionError) as doubt:
        jet.orders.ship_settled("o1", shipments=[SHIPMENT])

    assert doubt.value.sent_maybe
    assert count(wire, SHIPPED) == 1


def test_what_took_several_seconds_is_left_to_the_caller(jet, wire, monkeypatch):
    monkeypatch.setattr(settlements, "REPEATED_WITHIN_SECONDS", 0)
    wire.put(SHIPPED, body=LOST)
    wire.get(ORDER, json=order())

    with pytest.raises(JetConnectionError) as doubt:
        jet.orders.ship_settled("o1", shipments=[SHIPMENT])

    assert doubt.value.sent_maybe
    assert count(wire, SHIPPED) == 1


def test_a_doubt_remains_a_doubt_when_the_order_cannot_be_read(jet, wire):
    wire.put(SHIPPED, body=LOST)
    wire.get(ORDER, status=503)

    with pytest.raises(JetConnectionError) as doubt:
        jet.orders.ship_settled("o1", shipments=[SHIPMENT])

    assert doubt.value.sent_maybe
    assert count(wire, SHIPPED) == 1


def test_a_later_run_in_doubt_looks_before_it_sends(jet, wire):
    wire.get(ORDER, json=order("s1"))

    assert jet.orders.ship_settled("o1", shipments=[SHIPMENT], in_doubt=True) is Settled.BEFORE

    assert count(wire, SHIPPED) == 0


def test_a_refused_repetition_of_what_jet_has_is_not_an_error(jet, wire):
    wire.put(SHIPPED, status=400, json={"errors": ["the order is complete"]})
    wire.get(ORDER, json=order("s1", status="complete"))

    assert jet.orders.ship_settled("o1", shipments=[SHIPMENT]) is Settled.BEFORE


def test_a_true_refusal_is_the_callers(jet, wire):
    wire.put(SHIPPED, status=400, json={"errors": ["the order is not acknowledged"]})
    wire.get(ORDER, json=order(status="ready"))

    with pytest.raises(JetRejected, match="not acknowledged"):
        jet.orders.ship_settled("o1", shipments=[SHIPMENT])


def test_a_refusal_that_cannot_be_checked_is_left_in_doubt(jet, wire):
    wire.put(SHIPPED, status=400, json={"errors": ["no"]})
    wire.get(ORDER, status=503)

    with pytest.raises(JetError) as doubt:
        jet.orders.ship_settled("o1", shipments=[SHIPMENT])

    assert doubt.value.sent_maybe
    assert not isinstance(doubt.value, JetRejected)


def test_only_the_missing_of_several_shipments_goes_again(jet, wire):
    second = ShipmentMessage((ShipmentItem("B", 1),), alt_shipment_id="s2", carrier="UPS")
    wire.put(SHIPPED, body=LOST)
    wire.put(SHIPPED, status=204)
    wire.get(ORDER, json=order("s1"))

    jet.orders.ship_settled("o1", shipments=[SHIPMENT, second])

    assert b"s2" in wire.calls[-1].request.body
    assert b"s1" not in wire.calls[-1].request.body


@pytest.mark.parametrize("ids", [("",), ("s1", "s1")])
def test_shipments_that_could_not_be_found_again_are_refused(jet, ids):
    shipments = [ShipmentMessage((ShipmentItem("A", 1),), alt_shipment_id=one) for one in ids]

    with pytest.raises(JetInvalidRequest, match="of its own"):
        jet.orders.ship_settled("o1", shipments=shipments)


@pytest.mark.parametrize(
    ("status", "fields", "known"),
    [
        (AcknowledgementStatus.ACCEPTED, {"acknowledgement_status": "accepted"}, True),
        (AcknowledgementStatus.ACCEPTED, {"status": "inprogress"}, True),
        (AcknowledgementStatus.ACCEPTED, {"status": "ready"}, False),
        (AcknowledgementStatus.REJECTED_OTHER, {"acknowledgement_status": "accepted"}, False),
        (AcknowledgementStatus.REJECTED_OTHER, {"exception_state": "exception - order rejected"}, True),
    ],
)
def test_an_acknowledgement_is_settled_by_the_orders_own_word(jet, wire, status, fields, known):
    wire.put(f"{BASE}/orders/o1/acknowledge", status=400, json={"errors": ["the order is not ready"]})
    wire.get(ORDER, json=order(**fields))

    def acknowledge():
        return jet.orders.acknowledge_settled("o1", items=[ItemAcknowledgement("i1")], status=status)

    if known:
        assert acknowledge() is Settled.BEFORE
    else:
        with pytest.raises(JetRejected, match="not ready"):
            acknowledge()


def test_a_refund_is_found_again_by_our_own_id(jet, wire):
    wire.post(f"{BASE}/refunds/o1/R-1", body=LOST)
    state = {"refund_authorization_id": "9", "refund_status": "created", "merchant_order_id": "o1"}
    wire.get(f"{BASE}/refunds/state/R-1", json=state)

    receipt = jet.refunds.create_settled("o1", "R-1", items=[])

    assert receipt.refund_authorization_id == "9"


def test_a_refund_of_another_order_under_our_id_is_not_ours(jet, wire):
    wire.post(f"{BASE}/refunds/o1/R-1", status=400, json={"errors": ["id used before"]})
    wire.get(f"{BASE}/refunds/state/R-1", json={"refund_authorization_id": "9", "merchant_order_id": "o2"})

    with pytest.raises(JetRejected, match="used before"):
        jet.refunds.create_settled("o1", "R-1", items=[])


def test_a_completed_return_is_not_completed_again(jet, wire):
    wire.put(f"{BASE}/returns/r1/complete", body=LOST)
    wire.get(
        f"{BASE}/returns/state/r1",
        json={"merchant_return_authorization_id": "r1", "return_status": "inprogress"},
    )

    assert jet.returns.complete_settled("r1", {"items": []}) is Settled.BEFORE


def test_a_registered_file_is_not_registered_again(jet, wire):
    wire.get(f"{BASE}/files/uploadToken", json={"url": "https://b.test/f1?sig=x", "jet_file_id": "f1"})
    wire.post(f"{BASE}/files/uploaded", body=LOST)
    state = {"jet_file_id": "f1", "status": "Acknowledged", "received": "2016-04-06T17:25:06.4214060Z"}
    wire.get(f"{BASE}/files/f1", json=state)

    found = jet.files.uploaded_settled(jet.files.upload_token(), file_type="Price", file_name="p.json.gz")

    assert found.status == "Acknowledged"


def test_a_later_run_that_cannot_look_stays_in_doubt(jet, wire):
    wire.get(ORDER, status=503)

    with pytest.raises(JetError) as doubt:
        jet.orders.ship_settled("o1", shipments=[SHIPMENT], in_doubt=True)

    assert doubt.value.sent_maybe
    assert count(wire, SHIPPED) == 0
