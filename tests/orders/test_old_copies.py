"""A shipment or cancel goes by no old copy of its order: Jet is read first, and what it has is not sent again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetapi.types.order_messages import ShipmentItem, ShipmentMessage
from jetbridge.outbox.models import Answer
from orders import outboxes
from orders.models import Invoice, Order, Shipment
from orders.services import shipments
from tests.orders.drafts import draft

pytestmark = pytest.mark.django_db
NUMBER = "1Z999AA10123456784"  # the one of every draft


def told(jet, order, *, shipped=0, cancelled=0, number=NUMBER):
    """Have somebody else tell Jet of units of an order."""
    item = ShipmentItem(
        "MUG-1", response_shipment_sku_quantity=shipped, response_shipment_cancel_qty=cancelled
    )
    way = {"shipment_tracking_number": number, "carrier": "UPS"} if shipped else {}
    jet.orders.ship(order.jet_id, shipments=[ShipmentMessage((item,), alt_shipment_id="other-tool", **way)])


def grow_old(order):
    """Let the copy of an order be older than what is shipped by."""
    past = timezone.now() - outboxes.FRESH - timedelta(minutes=1)
    Order.objects.filter(pk=order.pk).update(document_at=past)


@pytest.mark.parametrize(
    ("others", "ours", "answer", "units"),
    [
        ({"shipped": 2}, {"ship": 2}, Answer.ACCEPTED, (2, 0)),
        ({"shipped": 3, "number": "T-2"}, {"ship": 3}, Answer.ACCEPTED, (3, 0)),
        ({"cancelled": 1}, {"ship": 0, "cancel": 1}, Answer.ACCEPTED, (0, 1)),
        ({"shipped": 1, "number": "T-2"}, {"ship": 1}, Answer.REJECTED, (1, 0)),
        ({"shipped": 1}, {"ship": 2}, Answer.REJECTED, (1, 0)),
        ({"cancelled": 1}, {"ship": 1}, Answer.REJECTED, (0, 1)),
    ],
)
def test_what_jet_has_is_done_and_what_is_not_sure_is_left_to_a_person(
    acknowledged, jet, send_shipments, sandbox, others, ours, answer, units
):
    told(jet, acknowledged, **others)
    grow_old(acknowledged)
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, **ours))

    send_shipments()
    send_shipments()

    row, item = Shipment.objects.order_by("pk").first(), acknowledged.items.get()
    assert len(sandbox.held("orders", acknowledged.jet_id)["shipments"]) == 1
    assert (row.answer, item.units_shipped, item.units_cancelled) == (answer, *units)
    assert Invoice.objects.count() == (units[0] > 0)
    if answer == Answer.ACCEPTED:
        assert (row.alt_shipment_id, Shipment.objects.count()) == ("other-tool", 1)
        assert row.tracking_number == (others.get("number", NUMBER) if units[0] else "")
    else:
        assert "this panel has no record of" in row.errors[0]


@pytest.mark.parametrize(("is_old", "looks"), [(True, 1), (False, 0)])
def test_only_an_old_copy_costs_a_look(acknowledged, send_shipments, sandbox, is_old, looks):
    if is_old:
        grow_old(acknowledged)
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=1))
    after = sandbox.calls()[-1]["seq"]

    send_shipments()

    calls = [call["method"] for call in sandbox.calls(path=acknowledged.jet_id) if call["seq"] > after]
    assert calls == ["GET"] * looks + ["PUT", "GET"]
