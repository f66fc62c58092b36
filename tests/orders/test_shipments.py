"""Wanting a shipment: every check of the form, and one row for all clicks that saw the same order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.outbox.models import State
from orders.allocations import Units
from orders.models import Order, Shipment
from orders.services import shipments
from tests.orders.drafts import draft


def refused(order, **fields):
    """Return the problems of a draft, as field -> message."""
    with pytest.raises(shipments.ShipmentRefused) as caught:
        shipments.queue_shipment(order=order, draft=draft(order, **fields))
    return {problem.field: problem.message for problem in caught.value.problems}


def test_wanted_shipment_is_one_row_with_an_id_of_its_own(acknowledged, merchant):
    shipment = shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged), user=merchant)

    assert Shipment.objects.get().state == State.PENDING
    assert shipment.alt_shipment_id.startswith(f"{acknowledged.number}-1-")
    assert shipment.items.get().units_shipped == 3


def test_units_beyond_the_open_ones_are_refused(acknowledged):
    pk = acknowledged.items.get().pk

    assert "3 available to ship, 4 entered" in refused(acknowledged, ship=4)[f"ship_{pk}"]
    assert "more than the 3 still open" in refused(acknowledged, ship=2, cancel=2)[f"cancel_{pk}"]
    assert "negative" in refused(acknowledged, ship=-1, cancel=1)[f"ship_{pk}"]


def test_nothing_entered_is_refused(acknowledged):
    assert "Nothing to ship" in refused(acknowledged, ship=0)[""]


def test_tracking_and_carrier_are_required_when_units_ship(acknowledged):
    found = refused(acknowledged, tracking_number=" ", carrier="")

    assert set(found) == {"tracking_number", "carrier"}


def test_dates_must_be_in_order(acknowledged):
    now = timezone.now()

    early = refused(acknowledged, ship_at=now, pick_up_at=now - timedelta(hours=1))
    late = refused(acknowledged, pick_up_at=now + timedelta(days=5), deliver_at=now + timedelta(days=4))
    none = refused(acknowledged, ship_at=None, pick_up_at=None, deliver_at=None)

    assert set(early) == {"pick_up_at"}
    assert set(late) == {"deliver_at"}
    assert set(none) == {"ship_at", "pick_up_at", "deliver_at"}


def test_cancel_alone_needs_no_carrier_and_no_dates(acknowledged):
    shipment = shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=0, cancel=3))

    assert (shipment.carrier, shipment.ship_at) == ("", None)


def test_buyers_cancel_is_locked_to_exactly_its_units(acknowledged):
    acknowledged.items.update(units_cancel_requested=1)
    pk = acknowledged.items.get().pk

    for cancel in (0, 2):
        assert "exactly that many" in refused(acknowledged, ship=1, cancel=cancel)[f"cancel_{pk}"]
    assert shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=2, cancel=1))


def test_second_submit_of_the_same_form_answers_when_and_by_whom(acknowledged, merchant, send_shipments):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, sequence=1), user=merchant)
    send_shipments()
    sent_at = timezone.localtime(Shipment.objects.get().sent_at)

    with pytest.raises(shipments.AlreadyQueued, match=f"Already shipped at {sent_at:%H:%M} UTC by alice"):
        shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, sequence=1), user=merchant)

    assert Shipment.objects.count() == 1


def test_another_shipment_waits_until_jet_has_answered_the_first(acknowledged):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=1, sequence=1))

    with pytest.raises(shipments.AlreadyQueued, match="Already being sent"):
        shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged, ship=1, sequence=2))


def test_order_that_is_not_acknowledged_cannot_be_shipped(acknowledged):
    Order.objects.update(status=Order.Status.HELD)

    assert "only an acknowledged order" in refused(acknowledged)[""]


def test_return_location_needs_an_address_in_the_configuration(acknowledged):
    assert "with_return_location" in refused(acknowledged, with_return_location=True)

    config = configuration.current()
    config.return_address1, config.return_city, config.return_state, config.return_zip = (
        "1 Dock Road",
        "Troy",
        "NY",
        "12180",
    )
    config.save()
    shipment = shipments.queue_shipment(
        order=acknowledged, draft=draft(acknowledged, with_return_location=True)
    )

    assert shipment.return_location["zip_code"] == "12180"


def test_line_of_another_order_is_refused(acknowledged):
    found = refused(acknowledged, units={acknowledged.items.get().pk + 1000: Units(1, 0)})

    assert "does not belong" in found[""]
