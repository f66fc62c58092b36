"""Orders are read again by id or by their days: what differs is shown, taken over, and kept in the timeline."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from jetbridge.core.models import Event
from orders.admin import actions
from orders.models import Order, OrderFetch
from orders.services import refreshes
from orders.services.refreshes import Span


@pytest.fixture
def moved(acknowledged):
    """An imported order of which Jet reports another address by now, and other fees."""
    Order.objects.filter(pk=acknowledged.pk).update(address1="1 Old Road", fee_total="0.50")
    return Order.objects.get()


@pytest.fixture
def run_fetches(jet, account):
    """Run the job's service once."""
    return lambda: refreshes.run_fetches(client=jet, account=account)


def days(back=1):
    """Return the days around today."""
    today = timezone.localdate()
    return today - timedelta(days=back), today + timedelta(days=1)


def test_date_range_takes_over_what_jet_tells_otherwise(moved, account, run_fetches):
    since, until = days()
    asked = refreshes.queue_fetch(account=account, since=since, until=until)

    run_fetches()

    asked.refresh_from_db()
    moved.refresh_from_db()
    reported = {each["field"]: (each["here"], each["at_jet"]) for each in asked.rows[0]["differences"]}
    assert (asked.state, asked.changed, asked.unchanged) == (OrderFetch.State.DONE, 1, 0)
    assert reported["Address"] == ("1 Old Road", moved.address1)
    assert reported["Jet's fees"][0] == "$0.50"
    assert moved.address1 != "1 Old Road"


def test_what_was_taken_over_stands_in_the_timeline_with_before_and_after(moved, account, run_fetches):
    refreshes.queue_fetch(account=account, jet_ids=[moved.jet_id])

    run_fetches()

    event = Event.objects.get(action="synced")
    assert event.before["Address"] == "1 Old Road"
    assert event.after["Address"] == Order.objects.get().address1


def test_only_comparing_changes_nothing(moved, account, run_fetches, place):
    place("MUG-1")
    since, until = days()
    asked = refreshes.queue_fetch(account=account, since=since, until=until, compare_only=True)

    run_fetches()

    asked.refresh_from_db()
    moved.refresh_from_db()
    assert (asked.changed, asked.imported) == (1, 1)
    assert moved.address1 == "1 Old Road"
    assert Order.objects.count() == 1


def test_range_imports_orders_of_its_days_in_any_state_and_leaves_the_others_alone(
    mug, place, account, run_fetches, sandbox
):
    done = place("MUG-1", status="acknowledged")
    asked = refreshes.queue_fetch(account=account, since=days()[0], until=days()[1])
    old = refreshes.queue_fetch(
        account=account,
        since=timezone.localdate() - timedelta(days=30),
        until=timezone.localdate() - timedelta(days=20),
    )

    run_fetches()

    asked.refresh_from_db()
    old.refresh_from_db()
    assert (asked.imported, old.imported, old.failed) == (1, 0, 0)
    assert Order.objects.get(jet_id=done).status == Order.Status.ACKNOWLEDGED


def test_second_reading_finds_nothing_new(moved, account, run_fetches):
    refreshes.queue_fetch(account=account, jet_ids=[moved.number])
    run_fetches()
    again = refreshes.queue_fetch(account=account, jet_ids=[moved.reference_number])

    run_fetches()

    again.refresh_from_db()
    assert (again.changed, again.unchanged, again.rows) == (0, 1, [])


def test_an_id_that_jet_does_not_know_is_named_and_the_others_go_on(moved, account, run_fetches):
    asked = refreshes.queue_fetch(account=account, jet_ids=["f" * 32, moved.jet_id])

    run_fetches()

    asked.refresh_from_db()
    assert (asked.failed, asked.changed) == (1, 1)
    assert asked.rows[0]["reason"] == "Jet has no such order."


def test_a_fetch_of_which_nothing_was_read_is_not_called_done(moved, browser, account, run_fetches):
    asked = refreshes.queue_fetch(account=account, jet_ids=["unknown-to-jet"])

    run_fetches()

    for page in (reverse("orders:chosen", args=[asked.pk]), reverse("orders:choose_fetch")):
        assert "Nothing done" in browser.get(page).text


def test_request_of_a_dead_worker_is_carried_out_by_the_next_run(moved, account, run_fetches):
    asked = refreshes.queue_fetch(account=account, jet_ids=[moved.jet_id])
    OrderFetch.objects.update(state=OrderFetch.State.RUNNING, looked_at=1, changed=7)

    run_fetches()

    asked.refresh_from_db()
    assert (asked.state, asked.changed) == (OrderFetch.State.DONE, 1)


def test_anonymous_buyers_are_not_brought_back(acknowledged, jet, account):
    Order.objects.update(anonymized_at=timezone.now(), address1="", document={})

    (_, (row,)) = next(refreshes.read_again(client=jet, account=account, span=Span((acknowledged.jet_id,))))

    order = Order.objects.get()
    assert (row.outcome, order.address1, order.document) == ("same", "", {})


def test_page_asks_by_id_and_follows_to_the_differences(moved, browser, run_fetches):
    answer = browser.post(reverse("orders:choose_fetch"), {"ids": f"{moved.number}, {moved.jet_id}"})
    before = browser.get(answer.url, headers={"HX-Request": "true"}).content.decode()
    run_fetches()
    after = browser.get(answer.url).content.decode()

    assert "Reading orders from Jet" in before
    assert "1 Old Road" in after
    assert f'hx-get="{answer.url}' not in after


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "Give order IDs, or the days to fetch."),
        ({"ids": "a/b"}, "Not an order ID"),
        ({"ids": "a1", "since": "2026-01-01"}, "Give IDs or days, not both."),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "This day lies before the first one."),
    ],
)
def test_page_names_what_is_wrong_with_the_request(account, browser, given, problem):
    answer = browser.post(reverse("orders:choose_fetch"), given)

    assert answer.status_code == 422
    assert problem in answer.content.decode()
    assert not OrderFetch.objects.exists()


def test_sync_with_jet_on_the_order_page_says_what_differed(moved, browser):
    answer = browser.post(reverse("orders:sync", args=[moved.pk]), follow=True).content.decode()

    assert "Taken over from Jet." in answer
    assert "Address: 1 Old Road" in answer


def test_command_tells_the_difference_without_taking_it_over(moved, capsys):
    call_command("fetch_orders", f"--since={days()[0]}", "--dry-run")

    assert f"{moved}: Address: 1 Old Road ->" in capsys.readouterr().out
    assert Order.objects.get().address1 == "1 Old Road"


def test_chosen_orders_of_the_grid_are_read_again_with_what_differs(three, browser, run_fetches):
    Order.objects.filter(pk=three[0].pk).update(address1="1 Old Road")
    chosen = {"action": "sync", "_selected_action": [three[0].pk, three[1].pk]}

    led = browser.post(reverse("admin:orders_order_changelist"), chosen)
    run_fetches()

    html = browser.get(led.url).content.decode()
    asked = OrderFetch.objects.get()
    assert led.url == reverse("orders:chosen", args=[asked.pk])
    assert (asked.changed, asked.unchanged, asked.user.username) == (1, 1, "alice")
    assert "1 Old Road" in html


def test_more_orders_than_one_request_takes_are_refused_with_the_way_out(three, browser, monkeypatch):
    monkeypatch.setattr(actions, "MOST_IDS", 2)
    chosen = {"action": "sync", "_selected_action": [three[0].pk], "select_across": "1"}

    html = browser.post(reverse("admin:orders_order_changelist"), chosen, follow=True).content.decode()

    assert "At most 2 orders at once" in html
    assert not OrderFetch.objects.exists()
