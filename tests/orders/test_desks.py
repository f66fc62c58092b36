"""Whose an order is, its tags, and a hold by hand: for the people here, never for Jet."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import store_days
from jetbridge.core.models import Event
from orders import filters
from orders.models import Order, OrderDesk, OrderTag, Shipment
from orders.services import notes, privacy, shipments
from orders.services.shipments import ShipmentRefused
from tests.orders.drafts import draft

GRID = "/admin/orders/order/"


@pytest.fixture
def until():
    return str(store_days.day_of(timezone.now()) + timedelta(days=3))


def keep(browser, order, **given):
    form = {"assignee": "", "tags": "", "hold_until": "", "hold_reason": "", "gift_note": "", **given}
    return browser.post(reverse("orders:desk", args=[order.pk]), form, follow=True)


def shown(browser, query):
    return {row.pk for row in browser.get(f"{GRID}?{query}").context["cl"].result_list}


def test_order_is_assigned_tagged_and_found_by_it(three, browser, merchant):
    first, second, third = three
    keep(browser, first, assignee=merchant.username, tags="#Gift, call first,gift")
    keep(browser, second, tags="gift")

    assert list(first.tags.values_list("tag", flat=True)) == ["call first", "gift"]
    assert shown(browser, f"assignee={merchant.pk}") == {first.pk}
    assert shown(browser, "assignee=none") == {second.pk, third.pk}
    assert shown(browser, "tag=gift") == {first.pk, second.pk}
    html = browser.get(GRID).content.decode()
    assert f"@{merchant.username} #call first #gift" in html
    assert "Mine" in html
    event = Event.objects.filter(action="desk changed").first()
    assert event.after["tags"] == "gift"
    assert not Order.objects.exclude(tagged_at=None).filter(tags=None).exclude(pk=third.pk).exists()


def test_filters_reach_runs_work_lists_and_exports(three, browser, account, merchant):
    keep(browser, three[0], assignee=merchant.username)
    found = filters.matching({"stage": ["ship"], "assignee": [str(merchant.pk)]}, account)
    assert list(found) == [three[0]]
    work = browser.get(f"{reverse('orders:work')}?assignee={merchant.pk}").context
    assert work["left"] == "1"
    assert f"assignee={merchant.pk}" in work["action"]


def test_held_order_is_not_shipped_until_then_and_its_ship_by_goes_on(three, browser, until):
    order = three[0]
    due = Order.objects.get(pk=order.pk).due_at
    page = keep(browser, order, hold_until=until, hold_reason="Waits for the blue one.")
    assert "Waits for the blue one." in page.content.decode()
    assert "On hold until" in browser.get(GRID).content.decode()
    work = browser.get(reverse("orders:work")).context["rows"]
    assert order not in [row for row, _ in work]
    with pytest.raises(ShipmentRefused, match="Waits for the blue one"):
        shipments.queue_shipment(order=order, draft=draft(order))
    assert not Shipment.objects.exists()
    assert Order.objects.get(pk=order.pk).due_at == due
    assert order.pk in shown(browser, "stage=ship")
    assert shown(browser, "hold=yes") == {order.pk}

    OrderDesk.objects.update(hold_until=timezone.now() - timedelta(minutes=1))
    assert shown(browser, "hold=over") == {order.pk}
    shipments.queue_shipment(order=order, draft=draft(order))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hold_until": "2031-01-01"}, "Say why it is on hold"),
        ({"hold_reason": "Because"}, "Until when is it on hold?"),
        ({"hold_until": "2020-01-01", "hold_reason": "x"}, "This day is over"),
        ({"tags": "x" * 31}, "is longer than 30 characters"),
        ({"tags": ",".join(str(n) for n in range(21))}, "At most 20 tags"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(acknowledged, browser, given, words):
    page = keep(browser, acknowledged, **given)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not OrderDesk.objects.exists()


def test_the_command_changes_what_it_names(acknowledged, merchant, until):
    def run(*words):
        out = StringIO()
        call_command("order_desk", acknowledged.number, *words, stdout=out)
        return out.getvalue()

    run("--assignee", merchant.username, "--tags", "gift")
    run("--hold-until", until, "--hold-reason", "Customs.")
    desk = notes.desk_of(acknowledged)
    assert (desk.assignee, desk.tags, desk.hold_reason) == (merchant, ("gift",), "Customs.")
    run("--tags", "")
    assert notes.desk_of(acknowledged).tags == ()
    assert notes.desk_of(acknowledged).assignee == merchant
    run("--tags", "later", "--dry-run")
    assert notes.desk_of(acknowledged).tags == ()
    with pytest.raises(CommandError):
        run("--assignee", "nobody-here")


def test_nothing_new_leaves_no_history(acknowledged, browser):
    keep(browser, acknowledged, tags="gift")
    keep(browser, acknowledged, tags="gift")
    assert Event.objects.filter(action="desk changed").count() == 1


def test_tags_and_reasons_leave_with_the_buyer(acknowledged, browser, until):
    keep(browser, acknowledged, tags="for bob", hold_until=until, hold_reason="Bob moves house.")
    Order.objects.update(status=Order.Status.COMPLETE, placed_at=timezone.now())
    privacy.forget(orders=[Order.objects.get()])
    assert not OrderTag.objects.exists()
    assert OrderDesk.objects.get().hold_reason == ""
    assert not Event.objects.filter(action="desk changed").exclude(after=None).exists()
