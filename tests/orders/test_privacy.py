"""Buyers who were made anonymous stay so, whatever is read of their orders afterwards."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from jetbridge.core.models import Event
from orders.jet import orders as at_jet
from orders.models import Customer, FailedOrder, Order
from orders.services import imports, order_updates, privacy, refreshes


@pytest.fixture
def forgotten(acknowledged):
    """An order of last year whose buyer was made anonymous."""
    last_year = timezone.now() - timedelta(days=400)
    Order.objects.update(status=Order.Status.COMPLETE, placed_at=last_year)
    privacy.anonymize_buyers(before=timezone.now() - timedelta(days=365), heartbeat=lambda: None)
    return Order.objects.get()


def read_one(client, order):
    """Fetch one order by its id."""
    imports.import_ready_orders(client=client, account=order.account, ids=[order.jet_id])


def look_again(client, order):
    """Take over what Jet says now, as the answer to a shipment, a refusal or a retry does."""
    order_updates.refresh(order=order, document=at_jet.get(client, order.jet_id))


def sync(client, order):
    """Read the order again with a diff."""
    refreshes.sync_one(client=client, account=order.account, jet_id=order.jet_id)


@pytest.mark.parametrize("way", [read_one, look_again, sync])
def test_no_way_of_reading_an_order_again_brings_its_buyer_back(forgotten, jet, way):
    shown = jet.orders.get(forgotten.jet_id)

    way(jet, forgotten)

    forgotten.refresh_from_db()
    customer = Customer.objects.get()
    kept = json.dumps([forgotten.document, customer.name, customer.phone, customer.hash_email])
    kept += json.dumps(list(Event.objects.values_list("before", "after", "message")))
    assert forgotten.recipient_name == privacy.GONE
    for word in (shown.hash_email, shown.shipping_to.recipient.name, shown.shipping_to.address.address1):
        assert word
        assert word not in kept
    assert not (set(privacy.PERSONAL) & set(forgotten.document))


def test_what_was_taken_over_later_leaves_with_the_buyer_but_that_it_was_stays_told(acknowledged, jet):
    Order.objects.update(recipient_name="Bob Oldname", address1="1 Old Road")
    refreshes.sync_one(client=jet, account=acknowledged.account, jet_id=acknowledged.jet_id)
    Order.objects.update(status=Order.Status.COMPLETE, placed_at=timezone.now() - timedelta(days=400))
    before = Event.objects.get(action="synced")

    privacy.anonymize_buyers(before=timezone.now(), heartbeat=lambda: None)

    after = Event.objects.get(action="synced")
    assert before.before["Recipient"] == "Bob Oldname"
    assert (after.before, after.after) == (None, None)
    assert after.message == before.message


def test_reports_of_orders_read_again_forget_what_differed_of_this_buyer_alone(three, jet, account):
    Order.objects.update(address1="1 Old Road")
    asked = refreshes.queue_fetch(account=account, jet_ids=[order.jet_id for order in three])
    refreshes.run_fetches(client=jet, account=account)
    last_year = timezone.now() - timedelta(days=400)
    Order.objects.filter(pk=three[0].pk).update(status=Order.Status.COMPLETE, placed_at=last_year)

    privacy.anonymize_buyers(before=timezone.now() - timedelta(days=365), heartbeat=lambda: None)

    asked.refresh_from_db()
    shown = {row["jet_id"]: bool(row["differences"]) for row in asked.rows}
    assert shown == {three[0].jet_id: False, three[1].jet_id: True, three[2].jet_id: True}


def test_a_live_order_is_kept_as_jet_told_it(acknowledged, jet):
    look_again(jet, acknowledged)

    acknowledged.refresh_from_db()
    assert set(privacy.PERSONAL) <= set(acknowledged.document)
    assert not FailedOrder.objects.exists()
