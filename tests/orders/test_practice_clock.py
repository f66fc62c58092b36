"""The sandbox's clock is moved to practice: deadlines of orders follow it, and nothing else does."""

import ast
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import responses
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.desk.demo import practice
from jetbridge.desk.tasks import sweep_unsent
from jetbridge.home import PROJECT_ROOT
from jetbridge.inbox.models import Notification
from jetbridge.jobs import status
from orders import deadlines, selectors
from orders.models import FailedOrder, Order
from orders.services import rejection_stops
from orders.services.cancel_guard import Consent
from tests.factories import ProductFactory
from tests.sandboxes import move_jet

GRID = "/admin/orders/failedorder/"
CLOCK = "/admin/sandbox/clock/"
DOOMED = 12
# Who may reckon by Jet's clock: what shows or keeps its deadlines, and where it is kept and moved.
BY_JETS_CLOCK = (
    "orders/",
    "returns/",
    "jetbridge/core/configuration.py",
    "jetbridge/core/models/accounts.py",
    "jetbridge/desk/demo/",
    "jetbridge/desk/overview.py",
    "jetbridge/panel/display.py",
    "jetbridge/panel/header.py",
)


@pytest.fixture
def account(account, settings, served_sandbox):
    """The test account of the sandbox that runs beside the panel."""
    path = settings.JETBRIDGE_HOME / "run.json"
    path.write_text(json.dumps({"panel": "http://127.0.0.1:8000/", "sandbox": served_sandbox.url}))
    move_jet(account, "")
    yield account
    path.unlink()


@pytest.fixture
def doomed(account, place, import_orders):
    """Twelve orders of one product that has none, just imported; Jet's own limit of cancellations."""
    Configuration.objects.update(cancel_limit_percent=1)
    ProductFactory(sku="LOW-1", quantity=0)
    for _ in range(DOOMED):
        place("LOW-1", 2)
    import_orders()
    return list(Order.objects.order_by("pk"))


@pytest.fixture
def move(account):
    """Move the clock on by minutes, or back to real time by none; each job reads the account anew."""

    def moved(minutes):
        practice.move_clock(account=account, by=timedelta(minutes=minutes) if minutes else None)
        account.refresh_from_db()

    return moved


def being_rejected():
    """Count the rejections that wait to be sent."""
    return Order.objects.filter(acknowledgement__next_try_at__isnull=False).count()


def seconds_left(html):
    """Return the seconds to the first countdown of a page."""
    (stamp, *_) = re.findall(r'data-jb-countdown[^>]*datetime="([^"]+)"', html)
    return (datetime.fromisoformat(stamp) - datetime.now(UTC)).total_seconds()


def test_the_alarm_is_practiced_from_first_sight_to_the_decision(
    doomed, account, move, browser, retry_orders
):
    move(7)
    rejection_stops.announce(account=account, now=timezone.now())
    line = Notification.objects.get(kind="orders.rejecting")
    assert line.title.startswith(f"{DOOMED} orders, $")
    assert line.title.endswith("will be rejected in 4 minutes")
    html = browser.get(GRID).content.decode()
    assert 4 * 60 < seconds_left(html) <= 5 * 60
    assert "TEST +7 min" in html

    move(6)
    retry_orders()
    assert being_rejected() == 0
    assert rejection_stops.in_force(account)
    html = browser.get(GRID).content.decode()
    assert "Rejecting stopped" in html
    assert 60 < seconds_left(html) <= 3 * 60, "what counts now is Jet's own deadline"

    rejection_stops.let_go_on(account, consent=Consent("Practice.", above_limit=True))
    retry_orders()
    assert being_rejected() == DOOMED


def test_back_at_real_time_the_deadlines_are_the_old_ones(doomed, account, move, browser):
    before = seconds_left(browser.get(GRID).content.decode())
    move(10)
    assert seconds_left(browser.get(GRID).content.decode()) == pytest.approx(before - 600, abs=10)

    move(0)

    assert account.clock_offset == timedelta(0)
    assert seconds_left(browser.get(GRID).content.decode()) == pytest.approx(before, abs=10)
    assert "TEST</summary>" in browser.get(GRID).content.decode()


def test_an_order_that_comes_later_has_its_whole_time_by_the_moved_clock(
    account, move, place, import_orders, browser
):
    move(600)
    ProductFactory(sku="LOW-1", quantity=0)
    place("LOW-1", 1)
    import_orders()

    assert 11 * 60 < seconds_left(browser.get(GRID).content.decode()) <= 12 * 60
    assert not selectors.at_risk(account).exists()


def test_what_is_answered_after_the_move_is_late_as_the_sandbox_says(
    account, move, mug, place, import_orders
):
    Configuration.objects.update(auto_acknowledge=False)
    place("MUG-1")
    import_orders()
    move(16)
    assert selectors.at_risk(account).count() == 1

    Configuration.objects.update(auto_acknowledge=True)
    import_orders()

    order = Order.objects.get()
    assert (order.status, order.answered_late) == (Order.Status.ACKNOWLEDGED, True)
    assert deadlines.shares(account)[0].part == 0


def test_jobs_sessions_and_what_is_kept_go_by_real_time(doomed, move, browser):
    late = status.late_jobs()

    move(10 * 24 * 60)

    assert status.late_jobs() == late
    assert browser.get(GRID).status_code == 200
    named = {
        str(path.relative_to(PROJECT_ROOT))
        for room in ("catalog", "jetapi", "jetbridge", "orders", "returns")
        for path in (PROJECT_ROOT / room).rglob("*.py")
        if {"jet_time", "clock_offset"} & _names(path)
    }
    assert {name for name in named if not name.startswith(BY_JETS_CLOCK)} == set()
    assert len(named) > len(BY_JETS_CLOCK)


def _names(path):
    tree = ast.walk(ast.parse(path.read_text()))
    return {node.attr for node in tree if isinstance(node, ast.Attribute)}


def test_the_sweep_follows_a_clock_that_was_moved_on_the_sandboxs_own_pages(account, sandbox):
    sandbox.advance(3600)
    sweep_unsent()
    assert configuration.active_account().clock_offset == timedelta(hours=1)

    sandbox.advance(-7200)  # as while the demo's past is made
    sweep_unsent()
    assert configuration.active_account().clock_offset == timedelta(hours=1)

    sandbox.reset()
    sweep_unsent()
    assert configuration.active_account().clock_offset == timedelta(0)


def test_a_sandbox_that_is_gone_leaves_the_clock_and_stops_no_sweep(account, move, settings):
    move(5)
    (settings.JETBRIDGE_HOME / "run.json").write_text('{"sandbox": "http://127.0.0.1:9"}')

    practice.follow_clock()

    assert configuration.active_account().clock_offset == timedelta(minutes=5)


@pytest.mark.parametrize("said", ["", "[]", "no JSON", "{}", '{"now": 7}', '{"now": "9999-99-99"}'])
def test_what_is_no_sandbox_moves_nothing_and_stops_no_sweep(account, move, settings, said):
    move(5)
    (settings.JETBRIDGE_HOME / "run.json").write_text('{"sandbox": "http://sandbox.example.test"}')

    with responses.RequestsMock() as wire:
        wire.get("http://sandbox.example.test/_sandbox/info", body=said)
        practice.follow_clock()

    assert configuration.active_account().clock_offset == timedelta(minutes=5)


@pytest.mark.parametrize("change", ["live", "elsewhere"])
def test_another_jet_has_no_clock_to_move(account, move, change):
    move(30)
    if change == "live":
        JetAccount.objects.update_or_create(mode="live", defaults={"clock_seconds": 900})
        Configuration.objects.update(mode="live")
    else:
        move_jet(configuration.active_account(), "https://merchant-api.example.test/api")

    account = configuration.active_account()

    assert account.clock_offset == timedelta(0)
    with pytest.raises(practice.ClockStays):
        practice.move_clock(account=account, by=timedelta(minutes=5))


@pytest.mark.parametrize("minutes", ["", "-5", "14401", "abc", "1e3", "9" * 400, "５"])
def test_nonsense_moves_nothing_and_says_so(account, browser, minutes):
    page = browser.post(CLOCK, {"minutes": minutes, "back": "https://elsewhere.example.test/"}, follow=True)

    assert "The clock was not moved" in page.content.decode()
    assert page.request["PATH_INFO"] == "/admin/"
    assert configuration.active_account().clock_offset == timedelta(0)


def test_the_button_comes_back_to_its_page_and_the_command_does_the_same(account, browser, capsys):
    html = browser.get(GRID).content.decode()
    assert f'action="{CLOCK}"' in html
    assert Client().post(CLOCK, {"minutes": "5"})["Location"].startswith("/admin/login/")

    answer = browser.post(CLOCK, {"minutes": "5", "back": GRID}, follow=True)
    assert answer.request["PATH_INFO"] == GRID
    assert "5 minutes ahead of real time" in answer.content.decode()

    call_command("sandbox", clock=55)
    assert "1 hour ahead of real time" in capsys.readouterr().out
    with pytest.raises(CommandError, match="ten days"):
        call_command("sandbox", clock=-1)
    call_command("sandbox", clock=0)
    assert "real time." in capsys.readouterr().out
    assert FailedOrder.objects.count() == 0
