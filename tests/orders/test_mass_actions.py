"""Mass actions on orders: the plan, the guard over all of them, each settled by Jet's answer, stop and go on."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from jetbridge.core import configuration
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.outbox.models import Answer
from orders import selectors
from orders.mass_actions import steps
from orders.models import Acknowledgement, FailedOrder, Order, Shipment
from orders.services import shipments
from tests.factories import ProductFactory
from tests.orders.drafts import draft

GRID, FAILED = "/admin/orders/order/", "/admin/orders/failedorder/"
Status = Order.Status


@pytest.fixture
def by_hand(account):
    """Acknowledging is left to people."""
    config = configuration.current()
    config.auto_acknowledge = False
    config.save()


@pytest.fixture
def many(mug, place, import_orders):
    """Place and import orders of one mug: many(3)."""

    def placed(count):
        for _ in range(count):
            place("MUG-1")
        import_orders()
        return list(Order.objects.order_by("pk"))

    return placed


@pytest.fixture
def carry_out(jet):
    """Start a run and carry it out: carry_out("acknowledge", orders) gives it."""

    def done(action, orders, **options):
        run = steps.draft(action=action, ids=[order.pk for order in orders], options=options)
        steps.start(run)
        steps.advance(client=jet)
        run.refresh_from_db()
        return run

    return done


def counts(run):
    """Return what became of the orders of a run."""
    return (run.state, run.done, run.failed, run.skipped)


def reasons(run):
    """Return the reasons of a run by order number."""
    return dict(run.items.values_list("reference", "reason"))


def test_acknowledge_many_is_settled_by_jets_answer(by_hand, many, carry_out, sandbox):
    orders = many(3)

    run = carry_out("acknowledge", orders)

    assert counts(run) == ("done", 3, 0, 0)
    assert {order.status for order in Order.objects.all()} == {Status.ACKNOWLEDGED}
    assert len([call for call in sandbox.calls(path="acknowledge$") if call["applied"]]) == 3


def test_order_that_jet_took_away_fails_alone(by_hand, many, carry_out, jet):
    orders = many(2)
    jet.orders.acknowledge(
        orders[0].jet_id, items=[_rejected(orders[0].items.get())], status="rejected - other"
    )

    run = carry_out("acknowledge", orders)

    assert counts(run) == ("done", 1, 1, 0)
    assert reasons(run)[orders[0].number].startswith("Jet: ")


def _rejected(item):
    from jetapi.types.order_messages import ItemAcknowledgement

    return ItemAcknowledgement(item.jet_id)


def test_plan_says_what_will_go_and_what_not(by_hand, many, place, import_orders, browser):
    orders = many(3)
    place("GONE-1")
    import_orders()
    Order.objects.filter(pk=orders[0].pk).update(status=Status.ACKNOWLEDGED)

    led = browser.post(GRID, {"action": "acknowledge", "_selected_action": ["1"], "select_across": "1"})
    html = browser.get(led.url).content.decode()
    run = MassAction.objects.get()

    assert (run.chosen, run.plan["will_go"]) == (4, 2)
    assert "Held: something stands in its way" in html
    assert "Acknowledged already" in html


def test_select_all_means_the_stage_that_the_grid_shows(by_hand, many, browser):
    orders = many(3)
    Order.objects.filter(pk=orders[0].pk).update(status=Status.COMPLETE)

    browser.post(GRID, {"action": "acknowledge", "_selected_action": [orders[1].pk], "select_across": "1"})
    browser.post(GRID, {"action": "acknowledge", "_selected_action": [orders[1].pk], "select_across": "0"})

    everything, one = MassAction.objects.order_by("pk")
    assert (everything.filters, everything.chosen) == ({"stage": ["open"]}, 2)
    assert (one.ids, one.chosen) == ([orders[1].pk], 1)


def test_request_of_a_mass_action_speaks_no_http_and_writes_one_run(by_hand, many, browser, sandbox):
    orders = many(2)
    before = len(sandbox.calls())

    led = browser.post(GRID, {"action": "acknowledge", "_selected_action": [order.pk for order in orders]})
    browser.post(f"{led.url}start/")

    assert len(sandbox.calls()) == before
    assert MassAction.objects.get().state == MassAction.State.RUNNING
    assert not Acknowledgement.objects.exists()
    assert selectors.RUNS in selectors.unsent_jobs()


def test_job_carries_it_out_and_the_run_page_tells_each_outcome(by_hand, many, browser):
    orders = many(2)
    led = browser.post(GRID, {"action": "acknowledge", "_selected_action": [order.pk for order in orders]})
    browser.post(f"{led.url}start/")

    call_command("run_job", selectors.RUNS)

    html = browser.get(led.url).content.decode()
    assert orders[0].number in html
    assert "Sent to Jet: accepted." in html
    assert "Mass actions on orders" in browser.get(reverse("orders:runs")).content.decode()


def test_cancel_many_needs_a_reason_and_shows_what_it_makes_of_the_rate(many, browser):
    orders = many(4)
    led = browser.post(GRID, {"action": "cancel", "_selected_action": [order.pk for order in orders[:2]]})

    shown = browser.get(led.url).content.decode()
    refused = browser.post(f"{led.url}start/", {"reason": ""})
    assert MassAction.objects.get().state == MassAction.State.DRAFT
    browser.post(f"{led.url}start/", {"reason": "Flooded"})
    call_command("run_job", selectors.RUNS)

    assert "50.00 %" in shown
    assert refused.status_code == 422
    assert Order.objects.filter(status=Status.CANCELLED).count() == 2
    assert set(Shipment.objects.values_list("reason", flat=True)) == {"Flooded"}


def test_cancel_many_rejects_what_is_not_acknowledged(by_hand, many, carry_out):
    orders = many(2)
    Order.objects.filter(pk=orders[0].pk).update(status=Status.READY)

    run = carry_out("cancel", orders, reason="Flooded")

    assert counts(run) == ("done", 2, 0, 0)
    assert {order.status for order in Order.objects.all()} == {Status.REJECTED}


@pytest.mark.parametrize(("word", "gone"), [({}, 0), ({"above_limit": "1"}, 2)])
def test_beyond_the_limit_nothing_goes_without_the_word_of_who_may(many, browser, word, gone):
    config = configuration.current()
    config.cancel_limit_percent = Decimal(5)
    config.save()
    orders = many(4)
    led = browser.post(GRID, {"action": "cancel", "_selected_action": [order.pk for order in orders[:2]]})
    html = browser.get(led.url).content.decode()

    browser.post(f"{led.url}start/", {"reason": "Flooded", **word})
    call_command("run_job", selectors.RUNS)

    assert "Beyond your cancellation limit" in html
    assert 'name="above_limit"' in html
    assert Order.objects.filter(status=Status.CANCELLED).count() == gone


def test_operations_cannot_pass_the_limit_for_many(many, django_user_model):
    config = configuration.current()
    config.cancel_limit_percent = Decimal(5)
    config.save()
    person = django_user_model.objects.create_user("omar", password="omar", is_staff=True)
    person.groups.add(Group.objects.get(name="operations"))
    browser = Client()
    browser.force_login(person)
    led = browser.post(GRID, {"action": "cancel", "_selected_action": [many(1)[0].pk]})

    html = browser.get(led.url).content.decode()
    browser.post(f"{led.url}start/", {"reason": "x", "above_limit": "1"})
    call_command("run_job", selectors.RUNS)

    assert 'name="above_limit"' not in html
    assert not Order.objects.filter(status=Status.CANCELLED).exists()


def test_buyers_cancels_are_confirmed_for_many_and_for_exactly_their_units(
    many, carry_out, sandbox, import_orders
):
    orders = many(2)
    sandbox.request_cancels(orders[0].jet_id)
    import_orders()

    run = carry_out("confirm_cancel", orders)

    assert counts(run) == ("done", 1, 0, 1)
    assert reasons(run)[orders[1].number] == "Its buyer asks for no cancel"
    assert Order.objects.get(pk=orders[0].pk).given_up_at is None


def test_failed_orders_are_retried_and_cancelled_from_their_grid(place, account, import_orders, browser):
    for sku in ("NEW-1", "GONE-1"):
        place(sku)
    import_orders()
    ProductFactory(sku="NEW-1", quantity=1)
    failures = list(FailedOrder.objects.values_list("pk", flat=True))

    led = browser.post(FAILED, {"action": "retry", "_selected_action": failures})
    browser.post(f"{led.url}start/")
    call_command("run_job", selectors.RUNS)
    run = MassAction.objects.get()
    still = FailedOrder.objects.get(state=FailedOrder.State.PENDING)
    led = browser.post(FAILED, {"action": "cancel", "_selected_action": [still.pk]})
    browser.post(f"{led.url}start/", {"reason": "Not ours"})
    call_command("run_job", selectors.RUNS)

    assert (run.done, run.failed) == (1, 1)
    still.refresh_from_db()
    assert still.state == FailedOrder.State.REJECTED


def test_paused_run_begins_nothing_and_goes_on_afterwards(by_hand, many, jet):
    run = steps.draft(action="acknowledge", ids=[order.pk for order in many(2)])
    steps.start(run)
    steps.pause(run)
    steps.advance(client=jet)
    assert not Acknowledgement.objects.exists()

    steps.resume(run)
    steps.advance(client=jet)

    run.refresh_from_db()
    assert counts(run) == ("done", 2, 0, 0)


def test_cancelled_run_takes_back_what_nobody_has_begun_to_send(many, jet, monkeypatch, sandbox):
    orders = many(2)
    run = steps.draft(action="cancel", ids=[order.pk for order in orders], options={"reason": "Flooded"})
    steps.start(run)
    sandbox.add_fault("status", status=503, path="/shipped", times=1000)
    Order.objects.filter(pk=orders[0].pk).update(updated_at=orders[0].updated_at)
    # What the job does up to the sending: the wishes stand, and nobody has taken them up.
    steps.RUNS.take_up()
    assert Shipment.objects.count() == 2

    steps.cancel(run)

    run.refresh_from_db()
    assert counts(run) == ("cancelled", 0, 0, 2)
    assert not Shipment.objects.exists()
    assert {order.status for order in Order.objects.all()} == {Status.ACKNOWLEDGED}


def test_an_answer_settles_its_item_and_closes_the_run_though_another_job_sent_it(
    many, send_shipments, django_capture_on_commit_callbacks
):
    orders = many(2)
    run = steps.draft(action="cancel", ids=[order.pk for order in orders], options={"reason": "Flooded"})
    steps.start(run)
    steps.RUNS.take_up()

    with django_capture_on_commit_callbacks(execute=True):
        send_shipments()

    run.refresh_from_db()
    assert counts(run) == ("done", 2, 0, 0)
    assert set(run.items.values_list("state", "reason")) == {("done", "Cancelled at Jet.")}


def test_cancelled_run_ends_when_jet_has_answered_what_was_under_way(many, jet):
    orders = many(2)
    run = steps.draft(action="cancel", ids=[order.pk for order in orders], options={"reason": "Flooded"})
    steps.start(run)
    steps.RUNS.take_up()
    # A worker has taken the first one up, and nobody knows yet whether Jet has it.
    Shipment.objects.filter(order=orders[0]).update(answer=Answer.UNKNOWN)

    steps.cancel(run)
    waits = (*counts(run), run.finished_at)
    steps.advance(client=jet)

    run.refresh_from_db()
    assert waits == ("cancelled", 0, 0, 1, None)
    assert counts(run) == ("cancelled", 1, 0, 1)
    assert (run.finished_at is not None, Shipment.objects.get().order) == (True, orders[0])


def test_run_that_died_between_two_orders_does_none_of_them_twice(many, jet, monkeypatch, sandbox):
    orders = many(3)
    run = steps.draft(action="cancel", ids=[order.pk for order in orders], options={"reason": "Flooded"})
    steps.start(run)
    real, seen = shipments.queue_shipment, []

    def dying(**asked):
        made = real(**asked)
        seen.append(made)
        if len(seen) == 2:
            raise SystemExit("the worker dies")
        return made

    monkeypatch.setattr(shipments, "queue_shipment", dying)
    with pytest.raises(SystemExit):
        steps.advance(client=jet)
    assert Shipment.objects.count() == 1
    steps.advance(client=jet)

    run.refresh_from_db()
    assert counts(run) == ("done", 3, 0, 0)
    assert len([call for call in sandbox.calls(path="/shipped$") if call["applied"]]) == 3


def test_retry_of_a_run_takes_up_only_what_failed(many, carry_out):
    orders = many(2)
    shipments.queue_shipment(order=orders[0], draft=draft(orders[0]))
    Order.objects.filter(pk=orders[0].pk).update(has_cancel_request=False)
    run = carry_out("cancel", orders, reason="Flooded")
    MassActionItem.objects.filter(object_id=orders[1].pk).update(state=MassActionItem.State.FAILED)

    again = steps.again(run, states=[MassActionItem.State.FAILED])

    assert again.chosen == 1


def test_settling_needs_no_more_queries_for_more_orders(by_hand, many, jet, django_assert_max_num_queries):
    run = steps.draft(action="acknowledge", ids=[order.pk for order in many(8)])
    steps.start(run)
    steps.advance(client=jet)
    MassActionItem.objects.update(state=MassActionItem.State.WAITING)
    Order.objects.update(status=Order.Status.READY)
    Acknowledgement.objects.update(next_try_at="2030-01-01T00:00Z")

    with django_assert_max_num_queries(4):
        steps.RUNS.settle_left_of(run)


@pytest.mark.parametrize(("role", "offered"), [("merchant", True), ("viewer", False)])
def test_grid_offers_what_a_person_may(many, django_user_model, role, offered):
    many(1)
    person = django_user_model.objects.create_user("vera", password="vera", is_staff=True)
    person.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(person)

    html = browser.get(GRID).content.decode()

    assert ('value="export"' in html) is offered
    assert ('value="cancel"' in html) is offered


def test_command_carries_a_mass_action_out(by_hand, many, capsys):
    orders = many(2)

    call_command("bulk_orders", "acknowledge", "--stage", "answer", "--dry-run")
    assert Order.objects.filter(status=Status.READY).count() == 2
    call_command("bulk_orders", "acknowledge", orders[0].number)
    call_command("bulk_orders", "acknowledge", "--stage", "answer")

    assert "2 chosen, 2 can go" in capsys.readouterr().out
    assert Order.objects.filter(status=Status.ACKNOWLEDGED).count() == 2
