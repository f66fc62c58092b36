"""A mass action may do what whoever started it may at that moment: deleted, kept out or demoted, it is held."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User as Person
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from jetbridge.core import people
from jetbridge.core.models import Configuration, Event
from jetbridge.inbox.models import Notification
from jetbridge.mass_actions.models import MassAction
from jetbridge.mass_actions.scopes import SCOPES
from orders.mass_actions import steps
from orders.models import Acknowledgement, Order, Shipment
from tests.rights_lost import LOST, deleted, demoted, somebody

State = MassAction.State


def browser_of(person):
    client = Client()
    client.force_login(person)
    return client


def page(name, run, *more):
    return reverse(f"orders:{name}", args=[run.pk, *more])


@pytest.fixture
def run(mug, place, import_orders):
    """A run over two orders that kim of operations planned and started by the pages."""
    Configuration.objects.update(auto_acknowledge=False)
    for _ in range(2):
        place("MUG-1")
    import_orders()
    kim = somebody("kim", "operations")
    planned = steps.draft(action="acknowledge", ids=list(Order.objects.values_list("pk", flat=True)), by=kim)
    browser_of(kim).post(page("run_move", planned, "start"))
    planned.refresh_from_db()
    assert (planned.state, planned.started_by, planned.by_command) == (State.RUNNING, kim, False)
    return planned


@pytest.mark.parametrize("lose", LOST)
def test_a_run_is_held_once_its_person_may_not_do_it_and_goes_on_for_another(run, jet, admin_client, lose):
    lose(Person.objects.get(username="kim"))

    steps.advance(client=jet)

    run.refresh_from_db()
    assert run.state == State.PAUSED
    assert run.message.startswith(LOST[lose])
    assert run.message.endswith(" Somebody who may do it can let it go on.")
    assert not Acknowledgement.objects.exclude(answer="").exists()
    assert Notification.objects.get(kind="bulk_run").severity == "warning"
    assert Event.objects.get(action="run paused").message.endswith(run.message)
    html = admin_client.get(page("run", run)).text
    assert LOST[lose] in html
    assert "kim" in html

    admin_client.post(page("run_move", run, "resume"))
    steps.advance(client=jet)

    run.refresh_from_db()
    assert (run.state, run.done, run.name, run.message) == (State.DONE, 2, "admin", "")


def test_whoever_lacks_the_permission_too_cannot_let_it_go_on(run, jet):
    demoted(Person.objects.get(username="kim"))
    steps.advance(client=jet)

    answer = browser_of(somebody("vera", "viewer")).post(page("run_move", run, "resume"))

    run.refresh_from_db()
    assert (answer.status_code, run.state) == (403, State.PAUSED)


def test_a_run_that_another_pauses_and_resumes_stays_its_persons(run, jet, admin_client):
    for step in ("pause", "resume"):
        admin_client.post(page("run_move", run, step))
    steps.advance(client=jet)

    run.refresh_from_db()
    assert (run.state, run.name) == (State.DONE, "kim")


def test_a_command_lets_it_go_on_in_its_own_name(run, jet, capsys):
    deleted(Person.objects.get(username="kim"))
    steps.advance(client=jet)

    call_command("mass_actions", str(run.pk), resume=True)
    steps.advance(client=jet)

    run.refresh_from_db()
    assert (run.state, run.by_command) == (State.DONE, True)
    assert run.name.endswith(" (command)")


@pytest.fixture
def three(mug, place, import_orders):
    """Three orders, any cancel of which is beyond the limit."""
    Configuration.objects.update(cancel_limit_percent=Decimal(0))
    for _ in range(3):
        place("MUG-1")
    import_orders()
    return list(Order.objects.order_by("pk"))


def planned(person, orders, **options):
    return steps.draft(action="cancel", ids=[each.pk for each in orders], options=options, by=person)


def test_a_deleted_persons_cancels_do_not_pass_the_limit(three, jet):
    lee = somebody("lee", "operations")
    run = planned(lee, three, reason="Broken", above_limit=True)
    steps.start(run)
    people.delete(person=lee)

    steps.advance(client=jet)

    run.refresh_from_db()
    assert run.state == State.PAUSED
    assert not Shipment.objects.exists()


def test_a_plan_goes_with_the_rights_of_whoever_starts_it_not_of_whoever_drew_it_up(three, jet):
    boss, lee = somebody("boss", "owner"), somebody("lee", "operations")
    run = planned(boss, three, reason="Broken", above_limit=True)

    browser_of(lee).post(page("run_move", run, "start"), {"reason": "Broken", "above_limit": "on"})
    steps.advance(client=jet)

    run.refresh_from_db()
    assert (run.started_by or lee) == lee
    assert not Shipment.objects.exists()


def test_what_a_run_under_way_was_given_cannot_be_changed_by_starting_it_again(three):
    boss = somebody("boss", "owner")
    run = planned(boss, three, reason="Broken")
    steps.start(run)

    browser_of(boss).post(page("run_move", run, "start"), {"reason": "Other", "above_limit": "on"})

    run.refresh_from_db()
    assert (run.options["reason"], "above_limit" in run.options) == ("Broken", False)


def test_each_option_with_a_permission_of_its_own_is_asked_for_again_while_a_run_goes_on():
    forced = {
        (action.code, option, permission)
        for scope in SCOPES.values()
        for code, (option, permission, _) in scope.pages.force.items()
        for action in scope.pages.actions.values()
        if code in {cause.code for cause in action.causes}
    }
    asked = {
        (action.code, option, permission)
        for scope in SCOPES.values()
        for action in scope.pages.actions.values()
        for option, permission in action.allowed_by.items()
    }

    assert forced == asked
    assert forced
