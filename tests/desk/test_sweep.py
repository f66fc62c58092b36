"""The sweep: what a dead worker or a lost nudge left is started again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User as Person
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from jetbridge.core.models import JobRun
from jetbridge.desk.services.sweep import sweep
from jetbridge.inbox import readings
from jetbridge.inbox.models import Notification
from jetbridge.jobs import leases
from jetbridge.jobs.models import JobLease

pytestmark = pytest.mark.django_db

JOB = "orders.import_ready_orders"


@pytest.fixture(autouse=True)
def _fresh_schedules(db: None) -> None:
    """The schedules are as old as the test database; in a long run its jobs would count as late."""
    PeriodicTask.objects.update(date_changed=timezone.now())


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the jobs that were sent to the broker, in its place."""
    from celery import current_app

    sent: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: sent.append(name))
    return sent


def test_each_job_with_something_unsent_is_nudged_once(mailbox, django_capture_on_commit_callbacks):
    unsent = [lambda: ["catalog.sync_prices", "orders.send_shipments"], lambda: ["orders.send_shipments"]]

    with django_capture_on_commit_callbacks(execute=True):
        report = sweep(now=timezone.now(), unsent=unsent)

    assert mailbox == ["catalog.sync_prices", "orders.send_shipments"]
    assert report.done == 2


def test_with_nothing_unsent_the_sweep_says_that_there_was_nothing_to_do(mailbox):
    report = sweep(now=timezone.now(), unsent=[list])

    assert (report.done, mailbox) == (0, [])


def test_trouble_in_one_feature_is_named_and_leaves_the_others_nudged(
    mailbox, django_capture_on_commit_callbacks
):
    def broken() -> list[str]:
        raise LookupError("no such table")

    with django_capture_on_commit_callbacks(execute=True):
        report = sweep(now=timezone.now(), unsent=[broken, lambda: ["orders.send_shipments"]])

    assert mailbox == ["orders.send_shipments"]
    assert (report.done, report.failed) == (1, 1)
    assert "no such table" in report.items[0].reason


def test_a_run_whose_worker_died_is_marked_and_told_once(mailbox):
    past = timezone.now() - leases.LEASE - timedelta(seconds=5)
    leases.take(JOB, "dead", past)
    JobRun.objects.create(job=JOB, holder="dead", started_at=past, heartbeat_at=past)

    reports = [sweep(now=timezone.now(), unsent=[]) for _ in range(2)]

    assert [report.done for report in reports] == [1, 0]
    assert JobRun.objects.get().outcome == "died"
    assert Notification.objects.get().title == "Import orders: the worker died in the middle of a run"


def test_a_job_that_became_late_is_told_once_with_what_it_delays(mailbox):
    PeriodicTask.objects.filter(name=JOB).update(date_changed=timezone.now() - timedelta(days=1))

    for _ in range(3):
        sweep(now=timezone.now(), unsent=[])

    line = Notification.objects.get(kind="job.late")
    assert (line.title, line.count) == ("Import orders is late", 1)
    assert "Jet allows 15 minutes" in line.text
    assert line.mail_due_at


def late():
    PeriodicTask.objects.filter(name=JOB).update(date_changed=timezone.now() - timedelta(days=1))


def without_progress():
    now = timezone.now()
    leases.take(JOB, "w", now)
    JobLease.objects.filter(name=JOB).update(progress_at=now - timedelta(minutes=5))


@pytest.mark.parametrize(
    ("begin", "is_so", "was_so"),
    [
        (late, "Import orders is late", "Import orders was late"),
        (without_progress, "Import orders makes no progress", "Import orders made no progress"),
    ],
)
def test_a_line_says_that_something_is_wrong_with_a_job_only_while_it_is(mailbox, begin, is_so, was_so):
    begin()
    sweep(now=timezone.now(), unsent=[])
    before = Notification.objects.get()
    PeriodicTask.objects.filter(name=JOB).update(date_changed=timezone.now())
    leases.release(JOB, "w")
    for _ in range(2):
        sweep(now=timezone.now(), unsent=[])
    after = Notification.objects.get()

    assert (before.title, after.title) == (is_so, was_so)
    assert (after.count, after.text, after.mail_due_at) == (1, "", before.mail_due_at)


def test_a_job_that_is_late_again_after_the_line_was_read_is_told_again(mailbox):
    PeriodicTask.objects.filter(name=JOB).update(date_changed=timezone.now() - timedelta(days=1))
    sweep(now=timezone.now(), unsent=[])
    Notification.objects.update(read_at=timezone.now())

    sweep(now=timezone.now(), unsent=[])

    assert Notification.objects.filter(kind="job.late").count() == 2


def test_a_late_job_that_one_of_two_has_read_is_told_again_in_the_same_line(mailbox, merchant):
    Person.objects.create_superuser("bob", "", "bob")
    PeriodicTask.objects.filter(name=JOB).update(date_changed=timezone.now() - timedelta(days=1))
    sweep(now=timezone.now(), unsent=[])
    readings.mark_read(lines=Notification.objects.all(), by=merchant.pk)

    for _ in range(2):
        sweep(now=timezone.now(), unsent=[])

    assert Notification.objects.get(kind="job.late").count == 2
