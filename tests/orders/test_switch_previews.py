"""Auto-acknowledge and auto-cancel tell what they would do before they are saved, and do it afterwards."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration
from orders import switch_previews
from orders.models import Acknowledgement, FailedOrder, Order


@pytest.fixture
def config(account):
    """Save settings: config(auto_acknowledge=False)."""

    def save(**values):
        config = configuration.current()
        for name, value in values.items():
            setattr(config, name, value)
        config.save()
        return config

    return save


@pytest.fixture
def left(mug, place, import_orders, config):
    """An order that is left to a person."""
    config(auto_acknowledge=False)
    place("MUG-1")
    import_orders()
    return Order.objects.get()


def test_preview_counts_the_orders_that_the_switch_would_answer(left, account, config):
    off = switch_previews.preview(account=account, config=configuration.current())
    on = switch_previews.preview(account=account, config=config(auto_acknowledge=True))

    assert "wait for a person" in off.acknowledge[0]
    assert "1 order that waits now will be acknowledged by the next run." in on.acknowledge


def test_once_the_switch_is_on_the_next_run_answers_what_waits(left, import_orders, config, sandbox):
    config(auto_acknowledge=True)

    import_orders()

    assert sandbox.held("orders", left.jet_id)["status"] == "acknowledged"


def test_an_order_that_jet_refused_to_have_acknowledged_is_not_asked_for_again(
    left, import_orders, config, sandbox
):
    Acknowledgement.objects.create(order=left, status="accepted", answer="rejected")
    config(auto_acknowledge=True)

    import_orders()

    assert sandbox.held("orders", left.jet_id)["status"] == "ready"


def test_preview_names_each_held_order_with_the_moment_of_its_rejection(
    account, place, import_orders, config
):
    place("GONE-1")
    import_orders()
    ready = timezone.now() - timedelta(minutes=5)
    FailedOrder.objects.update(ready_at=ready)

    later = switch_previews.preview(account=account, config=config(reject_after_minutes=12)).held[0]
    at_once = switch_previews.preview(account=account, config=config(reject_after_minutes=0))
    never = switch_previews.preview(account=account, config=config(auto_cancel=False)).held[0]

    assert (later.reject_at, later.is_over) == (ready + timedelta(minutes=12), False)
    assert at_once.held[0].is_over
    assert any("Your cancellation rate is" in line for line in at_once.cancel)
    assert never.reject_at is None


def test_preview_tells_how_the_last_months_held_orders_would_have_ended(account, config):
    now = timezone.now()
    for minutes, name in ((5, "a"), (40, "b")):
        FailedOrder.objects.create(
            account=account,
            jet_id=name,
            state=FailedOrder.State.FIXED,
            ready_at=now - timedelta(days=1),
            resolved_at=now - timedelta(days=1) + timedelta(minutes=minutes),
        )

    shown = switch_previews.preview(account=account, config=config(reject_after_minutes=12)).cancel

    assert "Of 2 orders held within the last 30 days 2 were fixed, 1 of them in time; " in shown[1]
    assert "1 would have been rejected before." in shown[1]


def test_configuration_shows_the_preview_and_follows_what_is_typed(left, client, merchant):
    client.force_login(merchant)

    page = client.get(reverse("desk:configuration_tab", args=["orders"])).content.decode()
    typed = client.get(
        reverse("desk:switch_preview"), {"auto_acknowledge": "on", **fields()}
    ).content.decode()
    odd = client.get(
        reverse("desk:switch_preview"), {**fields(), "reject_after_minutes": "-1"}
    ).content.decode()

    assert "wait for a person" in page
    assert "will be acknowledged by the next run" in typed
    assert "The preview waits" in odd
    assert configuration.current().auto_acknowledge is False


def fields():
    """Return what else the form sends."""
    return {
        "payment_method": "jetpayment",
        "payment_title": "Jet payment",
        "shipping_title": "Jet shipping",
        "new_order_status": "processing",
        "reject_after_minutes": "12",
        "reject_stop_orders": "10",
        "ship_soon_hours": "24",
        "ship_urgent_hours": "4",
        "cancel_limit_percent": "1",
    }
