"""Held orders go on by themselves when fixed, and are rejected when their time is over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.products.services import typed_quantities
from jetbridge.core import configuration
from jetbridge.inbox.models import Notification
from orders.models import FailedOrder, Order, OrderItem
from orders.services import acknowledgements, retries
from orders.services.cancel_guard import Consent
from tests.factories import ProductFactory


@pytest.fixture
def held(account, place, import_orders):
    """An order of 2 units of a product that has none."""
    ProductFactory(sku="LOW-1", quantity=0)
    place("LOW-1", 2)
    import_orders()
    return Order.objects.get()


def pass_time(minutes):
    """Let the held orders have become ready so many minutes earlier."""
    earlier = timezone.now() - timedelta(minutes=minutes)
    Order.objects.update(ready_at=earlier, acknowledge_by=earlier + timedelta(minutes=15))


def test_restocked_order_goes_on_by_itself(held, retry_orders, import_orders, sandbox):
    product = held.items.get().product
    typed_quantities.set_quantity(product=product, quantity=2)

    report = retry_orders()
    import_orders()

    held.refresh_from_db()
    product.refresh_from_db()
    assert report.done == 1
    assert (held.status, product.reserved) == (Order.Status.ACKNOWLEDGED, 2)
    assert FailedOrder.objects.get().state == FailedOrder.State.FIXED
    assert sandbox.held("orders", held.jet_id)["status"] == "acknowledged"


def test_product_created_later_fixes_an_unknown_sku(account, place, import_orders, retry_orders):
    place("NEW-1")
    import_orders()
    product = ProductFactory(sku="NEW-1", quantity=1)

    retry_orders()

    assert OrderItem.objects.get().product == product
    assert Order.objects.get().status == Order.Status.READY


def test_order_that_still_lacks_stock_stays_held_and_counts_the_attempt(held, retry_orders):
    report = retry_orders()

    assert (report.done, report.skipped) == (0, 1)
    assert FailedOrder.objects.get().attempts == 1
    assert "0 available" in report.items[0].reason


def test_hopeless_order_is_rejected_after_its_minutes_with_a_word_for_each_item(
    held, retry_orders, import_orders, sandbox
):
    pass_time(12)
    retry_orders()
    import_orders()

    held.refresh_from_db()
    at_jet = sandbox.held("orders", held.jet_id)
    assert held.status == Order.Status.REJECTED
    assert FailedOrder.objects.get().state == FailedOrder.State.REJECTED
    assert at_jet["acknowledgement_status"] == "rejected - item level error"
    assert at_jet["order_items"][0]["order_item_acknowledgement_status"] == "nonfulfillable - no inventory"


def test_order_is_not_rejected_before_its_minutes_are_over(held, retry_orders, import_orders):
    pass_time(11)
    retry_orders()
    import_orders()

    held.refresh_from_db()
    assert held.status == Order.Status.HELD


def test_auto_cancel_off_never_rejects_and_raises_the_alarm(held, retry_orders, import_orders):
    config = configuration.current()
    config.auto_cancel = False
    config.save()
    pass_time(500)

    retry_orders()
    import_orders()

    held.refresh_from_db()
    assert held.status == Order.Status.HELD
    line = Notification.objects.get(kind="orders.late")
    retry_orders()
    Notification.objects.update(read_at=timezone.now())
    retry_orders()
    assert Notification.objects.get(kind="orders.late").count == 1
    assert line.title == "1 order waits beyond Jet's 15 minutes"
    assert str(held) in line.text
    Notification.objects.update(read_at=None)
    Order.objects.update(status=Order.Status.CANCELLED)
    retry_orders()
    line.refresh_from_db()
    assert (line.title, line.count) == ("Held orders waited beyond Jet's 15 minutes", 1)


def test_zero_minutes_rejects_as_soon_as_the_order_is_tried_again(held, retry_orders, import_orders):
    config = configuration.current()
    config.reject_after_minutes = 0
    config.save()

    retry_orders()
    import_orders()

    held.refresh_from_db()
    assert held.status == Order.Status.REJECTED


def test_order_that_jet_closed_meanwhile_is_not_held_any_longer(held, retry_orders, jet, sandbox):
    jet.orders.acknowledge(held.jet_id, items=[], status="rejected - other")

    retry_orders()

    held.refresh_from_db()
    assert held.status == Order.Status.REJECTED
    assert FailedOrder.objects.get().state == FailedOrder.State.REJECTED


def test_person_rejects_a_held_order_once(held, import_orders, sandbox):
    acknowledgements.queue_rejection(order=held, consent=Consent("Not sold any more"))

    with pytest.raises(acknowledgements.NotPossible, match="already being answered"):
        acknowledgements.queue_rejection(order=held, consent=Consent("Not sold any more"))
    import_orders()

    held.refresh_from_db()
    assert held.status == Order.Status.REJECTED
    assert "rejected" in sandbox.held("orders", held.jet_id)["exception_state"]


def test_rejecting_a_ready_order_gives_its_stock_back(mug, place, import_orders):
    config = configuration.current()
    config.auto_acknowledge = False
    config.save()
    place("MUG-1", 2)
    import_orders()

    acknowledgements.queue_rejection(
        order=Order.objects.get(), consent=Consent("Fraud"), status="rejected - fraud"
    )
    import_orders()

    mug.refresh_from_db()
    assert (Order.objects.get().status, mug.reserved) == (Order.Status.REJECTED, 0)


def test_two_retries_of_one_order_reserve_once(held):
    product = held.items.get().product
    typed_quantities.set_quantity(product=product, quantity=5)
    failure = FailedOrder.objects.get()

    done = [retries.retry(failure=failure), retries.retry(failure=failure)]

    product.refresh_from_db()
    assert (done, product.reserved) == ([True, False], 2)


def test_many_held_orders_keep_none_from_its_turn(account, place, import_orders, retry_orders, monkeypatch):
    monkeypatch.setattr(retries, "BATCH", 2)
    for _ in range(4):
        place("GONE-1")
    import_orders()

    retry_orders()
    retry_orders()

    assert list(FailedOrder.objects.values_list("attempts", flat=True)) == [1, 1, 1, 1]


def test_one_whose_time_is_nearly_over_goes_before_all_others(
    account, place, import_orders, retry_orders, monkeypatch
):
    monkeypatch.setattr(retries, "BATCH", 1)
    for _ in range(3):
        place("GONE-1")
    import_orders()
    latest = FailedOrder.objects.order_by("-pk").first()
    now = timezone.now()
    FailedOrder.objects.exclude(pk=latest.pk).update(reject_at=now + timedelta(hours=3))
    FailedOrder.objects.filter(pk=latest.pk).update(reject_at=now + timedelta(minutes=9), last_tried_at=now)

    retry_orders()

    latest.refresh_from_db()
    assert latest.attempts == 1
