"""Trouble after acknowledgement rises: refused shipments, the ship-by clock, one deadline with its cause."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.desk import overview
from jetbridge.outbox.models import Answer
from orders import selectors, texts
from orders.models import FailedOrder, Order, Shipment
from tests.factories import ProductFactory

GRID = "/admin/orders/order/"


@pytest.fixture
def refused(acknowledged, send_shipments, sandbox, browser):
    """An order whose shipment Jet has refused."""
    page = browser.get(reverse("admin:orders_order_change", args=[acknowledged.pk]))
    form = {name: field.value() for name, field in ((each.name, each) for each in page.context["form"])}
    sandbox.add_fault(method="PUT", path="/shipped$", kind="status", status=400)
    sent = {name: "" if value is None else value for name, value in form.items()}
    item = acknowledged.items.get()
    sent |= {"tracking_number": "1ZF1", "carrier": "UPS", "method": "UPSGround", f"ship_{item.pk}": "2"}
    answer = browser.post(reverse("orders:ship", args=[acknowledged.pk]), sent)
    assert answer.status_code == 302
    send_shipments()
    sandbox.clear_faults()
    assert Shipment.objects.get().answer == Answer.REJECTED
    return acknowledged


def test_refused_shipment_is_red_everywhere_and_keeps_what_was_typed(refused, account, merchant, browser):
    page = browser.get(reverse("admin:orders_order_change", args=[refused.pk]))
    html, form = page.content.decode(), page.context["form"]
    assert "Refused by Jet" in html
    assert "Fix and send again" in html
    assert (form["tracking_number"].value(), form["method"].value()) == ("1ZF1", "UPSGround")
    assert form[f"ship_{refused.items.get().pk}"].value() == 2

    said = " ".join(Shipment.objects.get().errors)
    for stage in ("attention", "open"):
        rows = browser.get(f"{GRID}?stage={stage}").content.decode().partition('id="result_list"')[2]
        assert "Refused by Jet" in rows
        assert said in rows
        assert f'change/#ship" aria-label="Fix: send order {refused} again">Fix</a>' in rows
    assert "Refused shipments" in {card.title for card in overview.needs(account, merchant)}


def test_held_order_shows_the_nearer_deadline_and_its_cause(account, place, import_orders, browser):
    ProductFactory(sku="LOW-1", quantity=0)
    place("LOW-1", 1)
    import_orders()
    order = Order.objects.get()
    failure = FailedOrder.objects.get()

    html = browser.get(f"{GRID}?stage=attention").content.decode()
    assert "LOW-1 is out of stock" in html
    assert failure.reject_at.isoformat() in html
    assert order.acknowledge_by.isoformat() not in html
    assert texts.deadline_word(order) == "Reject"

    failure.reject_at = None
    order.failure = failure
    assert texts.nearest(order) == order.acknowledge_by


@pytest.mark.parametrize(("hours", "tone"), [(3, "red"), (20, "amber"), (30, "green")])
def test_ship_by_has_its_own_clock(acknowledged, hours, tone):
    acknowledged.due_at = timezone.now() + timedelta(hours=hours)
    assert f"jb-{tone}" in texts.clock(acknowledged, configuration.current())


def test_its_limits_are_settings(acknowledged):
    config = configuration.current()
    config.ship_soon_hours, config.ship_urgent_hours = 48, 40
    acknowledged.due_at = timezone.now() + timedelta(hours=45)
    assert "jb-amber" in texts.clock(acknowledged, config)


def test_what_is_due_today_has_a_card_and_a_stage(acknowledged, account, merchant, browser):
    now = timezone.now()
    Order.objects.update(due_at=now)
    assert selectors.due_today(account, now).get() == acknowledged
    card = {card.title: card for card in overview.needs(account, merchant)}["Ship today"]
    assert (card.count, card.url) == (1, f"{GRID}?stage=today")
    assert str(acknowledged) in browser.get(card.url).content.decode()

    Order.objects.update(due_at=now + timedelta(days=2))
    assert not selectors.due_today(account, now).exists()


def test_carrier_is_the_one_that_the_order_asks_for(three, browser):
    first = three[0]
    Order.objects.filter(pk=first.pk).update(requested_carrier="FedEx", requested_method="FedExGround")
    page = browser.get(reverse("admin:orders_order_change", args=[first.pk]))
    assert page.context["form"]["carrier"].value() == "FedEx"
    assert page.context["form"]["method"].value() == "FedExGround"
