"""The commands behind the buttons, and what the sweep is told."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from jetbridge.core.models import Configuration, JobRun
from jetbridge.jobs.management import waits as patient
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.runs import job_run
from jetbridge.outbox import claims
from orders import badges, outboxes, selectors
from orders.management import waits
from orders.mass_actions import steps
from orders.models import Acknowledgement, FailedOrder, Order, Shipment
from orders.services import acknowledgements, shipments
from orders.services.cancel_guard import Consent
from tests.commands.forms import options_of, said
from tests.orders.drafts import draft


def run(*arguments):
    """Run a command with --json and return its last line."""
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue().splitlines()[-1])


def test_fetch_orders_imports_and_reports(mug, place):
    place("MUG-1")
    place("GONE-1")

    summary = run("fetch_orders")

    assert (summary["imported"], summary["failed"]) == (1, 1)
    assert JobRun.objects.get().trigger == JobRun.Trigger.COMMAND


def test_fetch_orders_takes_one_order_by_its_id(mug, place):
    place("MUG-1")
    jet_id = place("MUG-1")

    run("fetch_orders", jet_id)

    assert Order.objects.get().jet_id == jet_id


def test_ship_order_ships_everything_open(acknowledged):
    summary = run("ship_order", acknowledged.number, "--tracking", "1Z9")

    assert (summary["status"], summary["shipment"]) == ("complete", "accepted")


def test_fetch_orders_refuses_in_plain_words_while_a_workers_run_does_not_end(account):
    with (
        job_run("orders.import_ready_orders"),
        pytest.raises(CommandError, match="already running"),
        patient.commanded("orders.import_ready_orders", patience=0),
    ):
        pass


def test_a_command_goes_on_when_the_workers_run_ends(account):
    lease = JobLease.objects.create(
        name="orders.import_ready_orders", holder="worker", expires_at=timezone.now() + timedelta(seconds=1)
    )

    summary = run("fetch_orders")

    lease.refresh_from_db()
    assert (summary["imported"], lease.holder == "worker") == (0, False)


def test_bulk_orders_waits_for_a_shipment_that_a_worker_sends(acknowledged):
    drafted = steps.draft(action="acknowledge", ids=[acknowledged.pk])
    drafted.state = drafted.State.RUNNING
    drafted.save()
    drafted.items.create(object_id=acknowledged.pk, reference="x", code="shipment-1")
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    Shipment.objects.update(claimed_by="another")

    assert waits.carried_out(drafted, lambda: None, patience=0) is False

    Shipment.objects.update(claimed_by="")
    assert waits.carried_out(drafted, lambda: None) is False  # nobody sends it now: no reason to wait
    drafted.state = drafted.State.DONE
    drafted.save()
    assert waits.carried_out(drafted, lambda: None) is True


@pytest.mark.parametrize("command", ["ship_order", "note_order", "reject_order", "choose_product"])
def test_an_empty_name_is_nobodys_order(acknowledged, command):
    Order.objects.update(reference_number="")
    words = {"note_order": ["by phone"], "choose_product": ["1", "MUG-1"], "ship_order": []}.get(command, [])

    with pytest.raises(CommandError, match="Name the order") as refused:
        call_command(command, "", *words)

    assert refused.value.returncode == 2


def test_ship_order_takes_quantities_per_sku(acknowledged):
    run(
        "ship_order",
        acknowledged.number,
        "--tracking",
        "1Z9",
        "--ship",
        "MUG-1=1",
        "--cancel",
        "MUG-1=1",
        "--reason",
        "One broke",
    )

    item = acknowledged.items.get()
    assert (item.units_shipped, item.units_cancelled, item.units_open) == (1, 1, 1)


def test_ship_order_cancels_everything(acknowledged):
    summary = run("ship_order", acknowledged.number, "--cancel-all", "--reason", "Broken")

    assert summary["status"] == "cancelled"


def test_ship_order_waits_for_a_worker_that_was_quicker_and_gives_up(acknowledged, send_shipments):
    shipment = shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))
    Shipment.objects.update(claimed_by="another")

    assert waits.sent(shipment, patience=0) is False

    Shipment.objects.update(claimed_by="")
    assert waits.sent(shipment) is False  # nobody sends it now: no reason to wait
    send_shipments()
    assert waits.sent(shipment) is True


def test_reject_order_waits_for_a_worker_that_was_quicker_and_gives_up(account, place, import_orders):
    place("GONE-1")
    import_orders()
    order = Order.objects.get()
    acknowledgements.queue_rejection(order=order, consent=Consent("Unknown"))
    Acknowledgement.objects.update(claimed_by="another")

    assert waits.answered(order, patience=0) is False

    Acknowledgement.objects.update(claimed_by="")
    import_orders()
    assert waits.answered(order) is True
    assert order.status == Order.Status.REJECTED


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["100999999"], "No order is known"),
        (["{number}"], "tracking number"),
        (["{number}", "--ship", "CUP-1=1"], "has no item CUP-1"),
        (["{number}", "--ship", "MUG-1"], "is not SKU=N"),
    ],
)
def test_ship_order_refuses_with_one_plain_line(acknowledged, arguments, reason):
    named = [argument.format(number=acknowledged.number) for argument in arguments]

    with pytest.raises(CommandError, match=reason):
        call_command("ship_order", *named)


@pytest.mark.parametrize(
    "job",
    [
        "orders.import_ready_orders",
        "orders.retry_failed_orders",
        "orders.send_acknowledgements",
        "orders.send_rejections",
        "orders.send_shipments",
    ],
)
def test_each_job_runs_and_says_when_there_is_nothing_to_do(account, job):
    summary = run("run_job", job)

    assert (summary["outcome"], summary["done"]) == ("nothing", 0)


def test_rejections_and_acknowledgements_are_sent_by_jobs_of_their_own(mug, place, import_orders):
    Configuration.objects.update(auto_acknowledge=False)
    place("MUG-1")
    place("MUG-1")
    import_orders()
    yes, no = Order.objects.order_by("pk")
    acknowledgements.queue_acknowledgement(order=yes)
    acknowledgements.reject_by_rule(order=no, reason="Broken")

    sent = [run("run_job", f"orders.send_{kind}")["done"] for kind in ("acknowledgements", "rejections")]

    assert sent == [1, 0]  # a rejection is nothing achieved
    assert [order.status for order in Order.objects.order_by("pk")] == ["acknowledged", "rejected"]


def test_import_job_counts_orders_once(mug, place):
    place("MUG-1")
    place("MUG-1")

    summary = run("run_job", "orders.import_ready_orders")

    assert (summary["outcome"], summary["done"], summary["failed"]) == ("achieved", 2, 0)


def test_sweep_is_told_of_wanted_shipments_and_answers(acknowledged):
    shipments.queue_shipment(order=acknowledged, draft=draft(acknowledged))

    assert claims.due_jobs() == ["orders.send_shipments"]
    Shipment.objects.update(claimed_by="other", claimed_until=timezone.now() + timedelta(minutes=1))
    assert claims.due_jobs() == []


def test_sweep_is_told_of_answers_that_a_dead_worker_left(acknowledged):
    past = timezone.now() - timedelta(minutes=1)
    Acknowledgement.objects.update(next_try_at=past, claimed_by="dead", claimed_until=past)

    assert claims.due_jobs() == [outboxes.Acknowledgements.job]
    Acknowledgement.objects.update(status="rejected - fraud")
    assert claims.due_jobs() == [outboxes.Rejections.job]


def test_sweep_is_told_of_held_orders_near_their_rejection(account, place, import_orders):
    place("GONE-1")
    import_orders()
    before = selectors.unsent_jobs()
    FailedOrder.objects.update(reject_at=timezone.now() + timedelta(seconds=80))

    assert before == []
    assert selectors.unsent_jobs() == [selectors.RETRY]


def test_badges_count_what_needs_a_person_and_are_empty_otherwise(
    acknowledged, place, import_orders, rf, merchant
):
    def asked():
        request = rf.get("/")
        request.user = merchant
        return badges.open_orders(request), badges.failed_orders(request)

    place("GONE-1")
    import_orders()

    assert asked() == ("1", "1")
    acknowledgements.queue_rejection(order=Order.objects.get(status="held"), consent=Consent("x"))
    import_orders()
    Order.objects.filter(pk=acknowledged.pk).update(status=Order.Status.COMPLETE)
    assert asked() == ("", "")


def test_the_ship_form_knows_what_its_command_takes(acknowledged, browser):
    page = browser.get(reverse("admin:orders_order_change", args=[acknowledged.pk]))

    line, options = said(page)

    assert line == f"ship_order {acknowledged.number}"
    assert {"--ship", "--cancel", "--tracking", "--ship-at"} <= options <= options_of("ship_order")


def test_the_reject_form_knows_what_its_command_takes(mug, place, import_orders, browser):
    place("MUG-1", 99)
    import_orders()
    order = Order.objects.get()

    line, options = said(browser.get(reverse("orders:reject", args=[order.pk])))

    assert line == f"reject_order {order.number}"
    assert {"--reason", "--status"} <= options <= options_of("reject_order")
