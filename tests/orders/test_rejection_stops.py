"""The machine does not give up many orders in silence: it warns, stops, asks a person, and says what it did."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.desk import overview
from jetbridge.inbox.models import Notification
from orders.models import FailedOrder, Order, RejectionStop
from orders.services import rejection_stops
from orders.services.cancel_guard import Consent, NotGuarded
from tests.factories import ProductFactory

GRID = "/admin/orders/failedorder/"
DOOMED = 12


@pytest.fixture
def doomed(account, place, import_orders):
    """Twelve held orders of one product that has none, six minutes before they are rejected; Jet's own limit."""
    config = configuration.current()
    config.cancel_limit_percent = 1
    config.save()
    ProductFactory(sku="LOW-1", quantity=0)
    for _ in range(DOOMED):
        place("LOW-1", 2)
    import_orders()
    pass_time(6)
    return list(Order.objects.order_by("pk"))


def pass_time(minutes):
    """Let the held orders have become ready so many minutes ago, and the clock of each show it."""
    earlier = timezone.now() - timedelta(minutes=minutes)
    Order.objects.update(ready_at=earlier, acknowledge_by=earlier + timedelta(minutes=15))
    FailedOrder.objects.update(ready_at=earlier, reject_at=earlier + timedelta(minutes=12))


def states():
    return set(FailedOrder.objects.values_list("state", flat=True))


def being_rejected():
    return Order.objects.filter(acknowledgement__next_try_at__isnull=False).count()


def test_many_at_once_beyond_the_limit_are_not_rejected_but_left_to_a_person(doomed, retry_orders):
    pass_time(13)

    report = retry_orders()

    assert (being_rejected(), report.rejected, states()) == (0, 0, {"pending"})
    stop = RejectionStop.objects.get(ended_at=None)
    assert "12 orders, $" in stop.reason
    assert "rejecting stopped" in history.timeline(stop).get().action


@pytest.mark.parametrize("least", [0, DOOMED + 1])
def test_fewer_than_the_setting_are_rejected_at_their_minute_as_ever(doomed, retry_orders, least):
    config = configuration.current()
    config.reject_stop_orders = least
    config.save()
    pass_time(13)

    report = retry_orders()

    assert being_rejected() == DOOMED
    assert len([item for item in report.items if item.reason.startswith("Rejected: ")]) == DOOMED
    line = Notification.objects.get(kind="orders.rejected")
    assert (line.title, line.severity) == ("12 orders were rejected by themselves", "warning")


def test_many_within_the_limit_are_rejected(doomed, retry_orders):
    config = configuration.current()
    config.cancel_limit_percent = 100
    config.save()
    pass_time(13)

    retry_orders()

    assert being_rejected() == DOOMED


def test_what_falls_due_within_a_quarter_of_an_hour_is_judged_together(doomed, retry_orders):
    """One by one they would all slip below the setting."""
    first = FailedOrder.objects.order_by("pk").first()
    FailedOrder.objects.filter(pk=first.pk).update(reject_at=timezone.now() - timedelta(seconds=1))
    Order.objects.filter(pk=first.order_id).update(ready_at=timezone.now() - timedelta(minutes=13))

    retry_orders()

    assert being_rejected() == 0
    assert rejection_stops.in_force(first.account)


def test_a_stop_covers_later_orders_too_and_a_fixed_one_still_goes_on(
    doomed, account, place, import_orders, retry_orders
):
    pass_time(13)
    retry_orders()
    product = ProductFactory(sku="LATER-1", quantity=0)
    place("LATER-1", 1)
    import_orders()
    pass_time(13)
    retry_orders()
    assert being_rejected() == 0

    product.quantity = 1
    product.save()
    retry_orders()

    assert Order.objects.filter(items__sku="LATER-1").get().status == Order.Status.READY
    assert rejection_stops.forecast(account).orders == DOOMED


def test_decided_orders_are_rejected_and_the_next_flood_stops_again(
    doomed, account, place, import_orders, retry_orders
):
    pass_time(13)
    retry_orders()
    allowed = rejection_stops.let_go_on(account, consent=Consent("Supplier is out.", above_limit=True))
    retry_orders()
    assert (allowed, being_rejected()) == (DOOMED, DOOMED)
    import_orders()

    for _ in range(DOOMED):
        place("LOW-1", 1)
    import_orders()
    held = FailedOrder.objects.filter(state="pending")
    held.update(reject_at=timezone.now())
    Order.objects.filter(failure__in=held).update(ready_at=timezone.now() - timedelta(minutes=13))
    retry_orders()

    assert being_rejected() == 0
    assert RejectionStop.objects.count() == 2


def test_going_on_beyond_the_limit_needs_a_reason_and_another_word(doomed, account):
    for consent in (Consent(), Consent("because")):
        with pytest.raises(NotGuarded):
            rejection_stops.let_go_on(account, consent=consent)
    assert not FailedOrder.objects.filter(may_be_rejected=True).exists()


def test_an_episode_is_one_line_kept_true_and_mailed_once(doomed, account):
    now = timezone.now()
    for minutes in range(4):
        rejection_stops.announce(account=account, now=now + timedelta(minutes=minutes))

    line = Notification.objects.get(kind="orders.rejecting")
    assert (line.count, line.severity, line.url) == (1, "error", GRID)
    assert line.title.startswith("12 orders, $")
    assert line.title.endswith("will be rejected in 2 minutes")
    assert "becomes 100.00 %" in line.text
    assert line.mail_due_at is not None


def test_a_stop_is_a_line_of_its_own(doomed, account):
    rejection_stops.announce(account=account, now=timezone.now())
    stop = rejection_stops.stop(account, reason="by hand")
    for _ in range(2):
        rejection_stops.announce(account=account, now=timezone.now())

    lines = dict(Notification.objects.filter(kind="orders.rejecting").values_list("key", "title"))
    stopped = lines.pop(f"stop {stop.pk}")
    assert stopped.endswith("rejecting stopped, decide")
    assert list(lines.values()) == ["Orders were about to be rejected"]


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_line_promises_no_rejection_once_none_is_about_to_come(doomed, account, is_stopped):
    stop = rejection_stops.stop(account, reason="by hand") if is_stopped else None
    rejection_stops.announce(account=account, now=timezone.now())
    before = Notification.objects.get(kind="orders.rejecting")
    FailedOrder.objects.update(state=FailedOrder.State.FIXED, reject_at=None)
    if stop:
        RejectionStop.objects.update(ended_at=timezone.now())
    for _ in range(2):
        rejection_stops.announce(account=account, now=timezone.now())
    after = Notification.objects.get(kind="orders.rejecting")

    was = "Rejecting had stopped until somebody decides" if stop else "Orders were about to be rejected"
    assert before.title != after.title == was
    assert (after.count, after.text, after.updated_at) == (1, "", before.updated_at)


def test_dashboard_shows_one_card_with_money_deadline_and_rate(doomed, account, merchant):
    cards = {card.title: card for card in overview.needs(account, merchant)}

    card = cards["Orders about to be rejected"]
    assert (card.count, card.tone) == (DOOMED, "red")
    assert "becomes 100.00 %" in card.text
    assert card.deadline is not None
    assert "Held and failed orders" not in cards

    rejection_stops.stop(account, reason="by hand")
    cards = {card.title: card for card in overview.needs(account, merchant)}
    stopped = cards["Rejecting stopped"]
    assert "become late at Jet" in stopped.text
    assert stopped.tone == "red", "it stands before what loses nothing"
    for said in (card, stopped):
        assert len(f"{said.title} {said.text} {said.button}".split()) <= 18


def test_grid_says_it_and_both_choices_work_from_there(doomed, account, browser):
    html = browser.get(GRID).content.decode()
    assert "12 orders, $" in html
    assert reverse("orders:stop_rejecting") in html

    assert browser.post(reverse("orders:stop_rejecting"), follow=True).status_code == 200
    html = browser.get(GRID).content.decode()
    assert "Rejecting stopped" in html
    assert "become late at Jet" in html

    page = browser.get(reverse("orders:let_reject")).content.decode()
    assert "Let 12 orders be rejected" in page
    refused = browser.post(reverse("orders:let_reject"), {"reason": "no supply"})
    assert refused.status_code == 422
    browser.post(reverse("orders:let_reject"), {"reason": "no supply", "above_limit": "on"})
    assert FailedOrder.objects.filter(may_be_rejected=True).count() == DOOMED
    assert rejection_stops.in_force(account) is None


def test_restock_page_fills_in_what_is_enough_and_the_orders_go_on(doomed, browser, retry_orders):
    page = reverse("orders:restock")
    form = browser.get(page).context["form"]
    (name,) = form.fields
    assert form.fields[name].initial == DOOMED * 2

    assert browser.post(page, {name: "-1"}).status_code == 422
    browser.post(page, {name: DOOMED * 2})
    retry_orders()

    assert set(Order.objects.values_list("status", flat=True)) == {Order.Status.READY}
    assert states() == {"fixed"}
    assert "No held order lacks stock" in browser.get(page).content.decode()


def test_commands_do_what_the_banner_does(doomed, account, capsys):
    call_command("rejections", json=True)
    assert json.loads(capsys.readouterr().out)["orders"] == DOOMED
    call_command("rejections", stop=True, dry_run=True)
    assert rejection_stops.in_force(account) is None
    call_command("rejections", stop=True)
    assert rejection_stops.in_force(account)
    with pytest.raises(CommandError):
        call_command("rejections", go_on=True)
    call_command("rejections", go_on=True, reason="no supply", above_limit=True)
    assert rejection_stops.in_force(account) is None

    capsys.readouterr()
    call_command("restock_held", json=True)
    (row,) = json.loads(capsys.readouterr().out)["short"]
    assert (row["sku"], row["enough"]) == ("LOW-1", DOOMED * 2)
    for wrong in ("LOW-1", "OTHER=3", "LOW-1=-2"):
        with pytest.raises(CommandError):
            call_command("restock_held", wrong)
    call_command("restock_held", all=True)
    capsys.readouterr()
    call_command("restock_held", json=True)
    assert json.loads(capsys.readouterr().out)["short"][0]["on_hand"] == DOOMED * 2


def test_a_rejected_order_says_why_and_offers_no_restock(
    doomed, account, browser, retry_orders, import_orders
):
    pass_time(13)
    rejection_stops.let_go_on(account, consent=Consent("no supply", above_limit=True))
    retry_orders()
    import_orders()
    order = Order.objects.filter(status=Order.Status.REJECTED).first()

    page = browser.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    grid = browser.get(GRID).content.decode()

    assert "It was rejected and is not to be shipped. LOW-1 is out of stock" in page
    assert ">Restock</a>" not in page + grid
