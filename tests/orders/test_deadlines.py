"""The acknowledge clock: what is at risk, what breaks the 15 minutes for certain, and which job stands behind it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from jetbridge.core import configuration
from jetbridge.core.models import JobRun
from jetbridge.inbox.models import Notification
from jetbridge.jobs import heartbeats
from jetbridge.jobs.models import JobLease, ProcessHeartbeat
from orders import deadlines, texts
from orders.models import FailedOrder, Order
from orders.outboxes import Acknowledgements
from orders.selectors import IMPORT, RETRY
from orders.services import rejection_stops
from tests.factories import ProductFactory

SEND = Acknowledgements.job


@pytest.fixture
def working(account):
    """A panel whose jobs ran a moment ago."""
    now = timezone.now()
    PeriodicTask.objects.update(enabled=True, date_changed=now)
    for name in (IMPORT, RETRY, SEND, deadlines.SWEEP):
        JobLease.objects.update_or_create(name=name, defaults={"heartbeat_at": now})
    for part in heartbeats.Part:
        heartbeats.show(part, "machine-1")
    looked(now)
    return account


def looked(moment, outcome=JobRun.Outcome.NOTHING):
    """Let the import have run then."""
    JobRun.objects.create(job=IMPORT, started_at=moment, heartbeat_at=moment, outcome=outcome)


def pause(*names):
    """Pause jobs, as an operator does."""
    PeriodicTask.objects.filter(name__in=names).update(enabled=False)


def silence(minutes, parts=tuple(heartbeats.Part)):
    """Let no worker and no schedule, or only one of them, have been there for so long."""
    past = timezone.now() - timedelta(minutes=minutes)
    ProcessHeartbeat.objects.filter(part__in=parts).update(seen_at=past)
    PeriodicTask.objects.update(date_changed=past)
    JobLease.objects.update(heartbeat_at=past)
    JobRun.objects.update(started_at=past)


@pytest.fixture
def waiting(working, mug, place, import_orders, sandbox):
    """An order whose acknowledgement Jet did not take yet."""
    place("MUG-1")
    sandbox.add_fault("status", path="acknowledge$", method="PUT", status=503, times=50)
    import_orders()
    return Order.objects.get()


def test_while_all_goes_well_there_is_no_alarm(waiting, working):
    assert deadlines.alarms(working) == []


def test_the_stopped_sender_is_named_for_the_order_that_it_leaves_waiting(waiting, working):
    pause(IMPORT, SEND)

    alarm = deadlines.alarms(working)[0]

    assert alarm.title == "1 order will miss Jet's 15 minutes"
    assert (alarm.job, str(waiting) in alarm.text) == (SEND, True)
    assert "“Send acknowledgements” is paused." in alarm.text


@pytest.mark.parametrize("stopped", [IMPORT, SEND])
def test_an_answer_that_either_job_still_sends_in_time_is_no_alarm(waiting, working, stopped):
    pause(stopped)

    assert not [alarm for alarm in deadlines.alarms(working) if "will miss" in alarm.title]


def test_a_next_run_after_the_deadline_makes_the_breach_certain(waiting, working):
    pause(deadlines.SWEEP, IMPORT)
    PeriodicTask.objects.filter(name=SEND).update(interval=PeriodicTask.objects.get(name=IMPORT).interval)
    Order.objects.update(acknowledge_by=timezone.now() + timedelta(minutes=4))

    alarm = deadlines.alarms(working)[0]

    assert "its deadline is in 3 minutes" in alarm.text
    assert "“Send acknowledgements” runs next in 9 minutes." in alarm.text


def test_with_the_import_stopped_the_orders_that_nobody_sees_are_amber_before_15_minutes(working):
    silence(minutes=12)
    pause(IMPORT)

    (alarm,) = deadlines.alarms(working)

    assert (alarm.tone, alarm.title) == ("amber", "New orders at Jet are not seen")
    assert "“Import orders” is paused." in alarm.text
    assert "misses its 15 minutes at" in alarm.text


def test_without_a_worker_the_alarm_turns_red_when_the_15_minutes_are_over(working):
    silence(minutes=20)

    (alarm,) = deadlines.alarms(working)

    assert alarm.tone == "red"
    assert "no worker is there" in alarm.text


def test_when_only_the_schedule_is_gone_the_alarm_does_not_blame_the_worker(working):
    silence(minutes=20)
    heartbeats.show(heartbeats.Part.WORKER, "machine-1")

    alarm = deadlines.alarms(working)[0]

    assert "the schedule is not there" in alarm.text


def test_an_import_that_runs_but_never_reaches_jet_is_told_too(working):
    JobRun.objects.update(started_at=timezone.now() - timedelta(minutes=16))
    looked(timezone.now(), JobRun.Outcome.FAILED)

    (alarm,) = deadlines.alarms(working)

    assert alarm.title == "New orders at Jet are not seen"


def test_a_stopped_retry_is_named_for_the_held_order(working, place, import_orders):
    place("GONE-1")
    import_orders()
    pause(RETRY)

    alarm = next(each for each in deadlines.alarms(working) if each.job == RETRY)

    assert alarm.title == "1 held order will not be answered in time"
    assert "“Retry failed orders” is paused." in alarm.text


def test_held_orders_that_wait_for_a_decision_alarm_nobody_and_count_down_to_jets_deadline(
    working, place, import_orders
):
    place("GONE-1")
    import_orders()
    pause(RETRY)
    order, failure = Order.objects.get(), FailedOrder.objects.get()
    assert texts.deadline_word(order) == "Reject"

    rejection_stops.stop(working, reason="by hand")

    assert [each for each in deadlines.alarms(working) if each.job == RETRY] == []
    assert (texts.deadline_word(order), texts.nearest(order)) == ("Answer", order.acknowledge_by)
    FailedOrder.objects.update(may_be_rejected=True)
    failure.refresh_from_db()
    assert texts.rejection_at(failure) == failure.reject_at
    assert any(each.job == RETRY for each in deadlines.alarms(working))


def test_an_alarm_goes_into_the_inbox_and_the_mail_once(waiting, working):
    pause(IMPORT, SEND)

    raised = [deadlines.raise_alarms(account=working, now=timezone.now()).done for _ in range(2)]

    line = Notification.objects.get(kind="orders.deadline", title="1 order will miss Jet's 15 minutes")
    assert raised == [2, 0]
    assert (line.severity, line.mail_due_at is not None) == ("error", True)
    assert "?stage=risk" in line.url


def test_grid_shows_the_alarm_and_the_orders_at_risk_first(waiting, working, client, merchant):
    client.force_login(merchant)
    pause(IMPORT, SEND)
    Order.objects.update(due_at=timezone.now() + timedelta(minutes=6))

    html = client.get(reverse("admin:orders_order_changelist") + "?stage=risk").content.decode()

    assert "1 order will miss Jet&#x27;s 15 minutes" in html
    assert str(waiting) in html
    assert "data-jb-countdown" in html


@pytest.mark.parametrize(("choice", "found"), [("overdue", 0), ("15m", 1), ("late", 0)])
def test_grid_filters_by_the_clock(waiting, client, merchant, choice, found):
    client.force_login(merchant)

    page = client.get(reverse("admin:orders_order_changelist") + f"?stage=all&deadline={choice}")

    assert (str(waiting) in page.content.decode()) == bool(found)


def test_grid_finds_what_was_answered_late_and_not_what_was_in_time(waiting, client, merchant):
    client.force_login(merchant)
    grid = reverse("admin:orders_order_changelist") + "?stage=all&deadline=late"

    Order.objects.update(acknowledged_at=F("acknowledge_by"))
    in_time = client.get(grid).content.decode()
    Order.objects.update(acknowledged_at=F("acknowledge_by") + timedelta(seconds=1))
    late = client.get(grid).content.decode()

    assert str(waiting) not in in_time
    assert str(waiting) in late


def test_a_person_answers_from_the_grid_when_nobody_does_it_by_itself(
    account, place, import_orders, client, merchant, sandbox
):
    ProductFactory(sku="MUG-1", quantity=10)
    config = configuration.current()
    config.auto_acknowledge = False
    config.save()
    jet_id = place("MUG-1")
    import_orders()
    order = Order.objects.get()
    client.force_login(merchant)

    html = client.get(reverse("admin:orders_order_changelist")).content.decode()
    answer = client.post(reverse("orders:acknowledge", args=[order.pk]), {"from": "grid"}, follow=True)
    import_orders()

    assert reverse("orders:acknowledge", args=[order.pk]) in html
    assert reverse("orders:reject", args=[order.pk]) in html
    assert "is being acknowledged" in answer.content.decode()
    assert sandbox.held("orders", jet_id)["status"] == "acknowledged"
