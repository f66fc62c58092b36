"""A mass action that breaks stops alone with its reason, whichever it is and wherever it breaks; a person goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from jetbridge.core.models import Event, JobRun
from jetbridge.inbox.models import Notification
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.plans import Outcome
from jetbridge.mass_actions.progress import Progress
from jetbridge.mass_actions.scopes import SCOPES
from orders.models import Order
from tests.factories import ProductFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

State = MassAction.State
EVERY = [(scope, code) for scope in SCOPES for code in SCOPES[scope].pages.actions]
# What breaks is the run, whichever action it carries out: the first of each scope is tried, and all for long.
FIRST = [(scope, next(iter(SCOPES[scope].pages.actions))) for scope in SCOPES]
SAMPLE = [pytest.param(*each, marks=() if each in FIRST else pytest.mark.kill) for each in EVERY]
JOB = "{}.advance_bulk_runs"


@pytest.fixture
def three(account, place, import_orders):
    """Three objects of each kind: products and orders, by scope."""
    products = [ProductFactory(mapped=True, quantity=9) for _ in range(3)]
    for product in products:
        place(product.sku)
    import_orders()
    return {
        "catalog": [product.pk for product in products],
        "orders": list(Order.objects.order_by("pk").values_list("pk", flat=True)),
    }


@pytest.fixture
def begin(three):
    """Start a mass action over all three: begin("orders", "ship")."""

    def begun(scope, code, ids=None):
        services = SCOPES[scope].pages.services
        run = services.draft(action=code, ids=three[scope] if ids is None else ids, options={"parcels": {}})
        assert services.start(run)
        return run

    return begun


def let_break(monkeypatch, scope, code, **changes):
    """Let one action leave nothing out, and have it carried out otherwise."""
    actions = SCOPES[scope].pages.services.actions
    fixed = {"causes": (), "prepare": lambda run, ids, means: None, "needs_means": False}
    monkeypatch.setitem(actions, code, replace(actions[code], **{**fixed, **changes}))


def done_but_for(bad):
    """Return a way to carry out that fails as soon as one object is among its chunk."""

    def carry_out(run, objects, prepared):
        if bad in [each.pk for each in objects]:
            raise ValueError("poisoned")
        return {each.pk: Outcome(MassActionItem.State.DONE) for each in objects}

    return carry_out


def work(scope):
    """Let the job of a scope run; return how it ended."""
    call_command("run_job", JOB.format(scope))
    return JobRun.objects.filter(job=JOB.format(scope)).latest("pk")


@pytest.mark.parametrize(("scope", "code"), SAMPLE)
def test_one_poisoned_object_fails_alone(monkeypatch, begin, three, scope, code):
    bad = three[scope][1]
    let_break(monkeypatch, scope, code, carry_out=done_but_for(bad))
    run = begin(scope, code)

    job = work(scope)

    run.refresh_from_db()
    assert (job.outcome, run.state, run.done, run.failed) == (JobRun.Outcome.PARTIAL, State.DONE, 2, 1)
    assert "poisoned" in run.items.get(object_id=bad).reason
    assert "poisoned" in str(job.items)
    again = SCOPES[scope].pages.services.again(run, states=[MassActionItem.State.FAILED])
    assert again.chosen == 1


@pytest.mark.parametrize(("scope", "code"), SAMPLE)
def test_one_poisoned_run_stops_alone_and_a_person_lets_it_go_on(monkeypatch, begin, browser, scope, code):
    let_break(monkeypatch, scope, code, carry_out=done_but_for(0))
    services = SCOPES[scope].pages.services
    bad, good = begin(scope, code), begin(scope, code)
    chosen = type(services).chosen

    def breaking(self, run):
        if run.pk == bad.pk:
            raise ValueError("poisoned")
        return chosen(self, run)

    with monkeypatch.context() as poison:
        poison.setattr(type(services), "chosen", breaking)
        job, idle = work(scope), work(scope)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (good.state, good.done) == (State.DONE, 3)
    assert (bad.state, job.outcome, idle.failed) == (
        State.FAILED,
        JobRun.Outcome.PARTIAL,
        0,
    )
    assert "poisoned" in bad.message
    assert "poisoned" in str(job.items)
    page = browser.get(bad.get_absolute_url()).content.decode()
    assert "poisoned" in page
    assert "Try Again" in page

    browser.post(reverse(f"{scope}:run_move", args=[bad.pk, "resume"]))
    work(scope)

    bad.refresh_from_db()
    assert (bad.state, bad.done, bad.message) == (State.DONE, 3, "")


@pytest.mark.parametrize(("scope", "code"), EVERY)
def test_an_action_over_nothing_ends_at_once(begin, scope, code):
    run = begin(scope, code, ids=[])

    job = work(scope)

    run.refresh_from_db()
    assert (run.state, run.sentence) == (State.DONE, "Nothing done")
    assert not job.traceback


def test_a_broken_run_can_be_given_up(begin, browser):
    run = begin("orders", "acknowledge")
    lifecycle.fail(run, "It broke.")

    browser.post(reverse("orders:run_move", args=[run.pk, "cancel"]))

    run.refresh_from_db()
    assert (run.state, run.skipped, run.finished_at is None) == (State.CANCELLED, 3, False)
    assert Event.objects.filter(action="run stopped by an error", object_id=str(run.pk)).exists()


def test_a_file_without_one_good_row_begins_nothing(three, tmp_path):
    file = tmp_path / "parcels.csv"
    file.write_text("order,tracking_number\nNOBODY,1Z1\n")

    with pytest.raises(CommandError, match="nothing was begun"):
        call_command("bulk_orders", "ship", csv=str(file))

    assert not MassAction.objects.exists()


OVER = {"finished_at": timezone.now()}
SENTENCES = [
    ({"state": State.RUNNING}, "Running"),
    ({"state": State.PAUSED}, "Paused"),
    ({"state": State.FAILED, "message": "It broke."}, "Stopped by an error"),
    ({"state": State.CANCELLED}, "Being cancelled"),
    ({"state": State.CANCELLED, **OVER}, "Cancelled"),
    ({"state": State.CANCELLED, "done": 1, **OVER}, "Cancelled, partly done"),
    ({"state": State.DONE, "done": 3, **OVER}, "Done"),
    ({"state": State.DONE, "done": 3, "skipped": 1, **OVER}, "Done"),
    ({"state": State.DONE, "done": 3, "failed": 1, **OVER}, "Partly done"),
    ({"state": State.DONE, "failed": 4, **OVER}, "Failed"),
    ({"state": State.DONE, "skipped": 4, **OVER}, "Nothing done"),
]


def test_every_state_has_its_sentence():
    assert {given["state"] for given, _ in SENTENCES} == {*State} - {State.DRAFT}


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_page_list_bell_and_command_say_what_became_of_it(begin, browser, capsys, scope):
    run = begin(scope, next(iter(SCOPES[scope].pages.actions)))
    fresh = {
        field: getattr(run, field)
        for field in ("state", "message", "done", "failed", "skipped", "finished_at")
    }
    for given, sentence in SENTENCES:
        values = {**fresh, "started_at": timezone.now(), **given}
        MassAction.objects.filter(pk=run.pk).update(**values)
        run.refresh_from_db()
        Notification.objects.all().delete()
        lifecycle.notify_people(run)

        page = browser.get(run.get_absolute_url()).content.decode()
        listed = browser.get(reverse(f"{scope}:runs")).content.decode()
        bell = Notification.objects.filter(kind="bulk_run").latest("pk")
        header = browser.get(reverse("admin:core_notification_changelist")).content.decode()
        call_command("mass_actions", run.pk, json=True)

        assert f">{sentence}</" in page
        assert f">{sentence}</" in listed
        assert bell.title == f"{lifecycle.label_of(run)}: {sentence.lower()}"
        assert bell.title in header
        assert f'"sentence": "{sentence}"' in capsys.readouterr().out


def test_the_time_left_never_grows_while_nothing_happens(time_machine):
    began = timezone.now()
    run = MassAction(state=State.RUNNING, chosen=100, done=10, skipped=40, paced_at=began, paced_from=0)
    run.settled_at = began + timedelta(seconds=50)

    def text(ago):
        time_machine.move_to(run.settled_at + timedelta(seconds=ago), tick=False)
        return Progress.of(run).text

    assert "left" in text(0)
    assert text(200) == "50 of 100, about 50 seconds left"
    assert text(251) == "50 of 100"


def test_groups_alone_promise_no_time_left_for_the_products_in_them():
    began = timezone.now() - timedelta(seconds=30)
    run = MassAction(state=State.RUNNING, chosen=110, done=10, paced_at=began, paced_from=0)
    run.settled_at = began + timedelta(seconds=20)

    assert Progress.of(run, {"done": 10}).text == "0 of 100, and 10 of 10 groups"
    assert "left" in Progress.of(run, {"done": 9}).text
