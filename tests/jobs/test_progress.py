"""Runs that live and do not get on: marks, declared waits, the alarm, and an old run that can write nothing."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from jetbridge.core import progress
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models import Event, JobRun
from jetbridge.core.progress import Progress
from jetbridge.core.reports import Report
from jetbridge.desk.services.sweep import sweep
from jetbridge.inbox.models import Notification
from jetbridge.jobs import leases, runs, stalls
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.runs import job_run
from tests.children import outcome, start_child

JOB = "catalog.sync_prices"


def long_ago(minutes: float = 4) -> None:
    """Let the run under way have shown nothing for so long."""
    moment = timezone.now() - timedelta(minutes=minutes)
    JobLease.objects.filter(name=JOB).update(progress_at=moment)


@pytest.fixture
def stalled_run(db: None):
    """A run that is under way and shows no progress."""
    PeriodicTask.objects.update(date_changed=timezone.now())
    with job_run(JOB) as run:
        long_ago()
        yield run


def stalled() -> list[str]:
    return [lease.name for lease in stalls.stalled(timezone.now())]


@pytest.mark.django_db
def test_a_run_without_progress_is_an_alarm_until_it_shows_some():
    with job_run(JOB) as run:
        assert stalled() == []
        long_ago()
        assert stalled() == [JOB]

        run._renewed_at = timezone.now() - timedelta(minutes=1)
        run.add(Report(done=1))

        assert stalled() == []


@pytest.mark.django_db
def test_a_declared_wait_is_no_stall_until_it_is_long_over():
    with job_run(JOB) as run:
        with progress.waiting(240):
            run._renewed_at = timezone.now() - timedelta(minutes=1)
            with progress.alive_only():
                run.heartbeat()
            long_ago()
            assert stalled() == []
        JobLease.objects.update(waits_until=timezone.now() - timedelta(minutes=4))

        assert stalled() == [JOB]


@pytest.mark.django_db
def test_a_beat_that_only_says_that_it_lives_is_no_progress():
    with job_run(JOB) as run:
        run.progress.at -= timedelta(minutes=4)
        run._renewed_at -= timedelta(minutes=1)
        with progress.alive_only():
            run.heartbeat()

        assert stalled() == [JOB]


def test_each_answer_of_jet_that_is_a_success_is_progress(account, sandbox):
    shown = Progress()
    shown.at -= timedelta(hours=1)
    sandbox.add_fault(path=".*", kind="status", status=404)
    with progress.shown_by(shown), suppress(JetFailure), open_client(account) as jet:
        jet.authcheck()
    assert shown.silence(timezone.now()) > timedelta(minutes=59)
    sandbox.clear_faults()

    with progress.shown_by(shown), open_client(account) as jet:
        jet.authcheck()

    assert shown.silence(timezone.now()) < timedelta(minutes=1)


@pytest.mark.django_db
def test_after_ten_minutes_the_lease_is_not_renewed_any_more():
    with job_run(JOB) as run:
        run.progress.at -= stalls.GIVEN_UP + timedelta(seconds=1)
        before = JobLease.objects.get(name=JOB).expires_at

        assert not leases.renew(JOB, run.holder, timezone.now() + timedelta(seconds=30), run.progress)

        assert JobLease.objects.get(name=JOB).expires_at == before


def test_pages_and_probes_name_the_stalled_run(stalled_run, admin_client, client):
    page = admin_client.get("/admin/cron/").content.decode()
    banner = admin_client.get("/admin/").content.decode()
    answer = client.get("/readyz")

    assert "Stalled" in page
    assert "no progress for 4 min" in page
    assert "Sync prices makes no progress." in banner
    assert answer.status_code == 503
    assert answer.json()["runs"] is False


def test_the_inbox_names_the_stalled_run_once(stalled_run):
    for _ in range(2):
        sweep(now=timezone.now(), unsent=[])

    line = Notification.objects.get(kind="job.stalled")
    assert (line.title, line.count) == ("Sync prices makes no progress", 1)
    assert line.mail_due_at


@pytest.mark.django_db
def test_a_run_that_stood_still_is_given_up_with_that_reason():
    now = timezone.now()
    PeriodicTask.objects.update(date_changed=now)
    leases.take(JOB, "old", now - stalls.GIVEN_UP - leases.LEASE)
    run = JobRun.objects.create(job=JOB, holder="old", started_at=now, heartbeat_at=now - leases.LEASE * 2)

    sweep(now=now, unsent=[])

    run.refresh_from_db()
    assert (run.outcome, run.message) == ("died", "No progress for 10 minutes; the sweep noticed it.")
    assert JobLease.objects.get(name=JOB).expires_at is None


# Stands still until it is told to go on, then tries to write in every way that services do.
SLEEPER = f"""
from datetime import timedelta
from jetbridge.jobs import leases, stalls
leases.LEASE, leases.RENEWAL = timedelta(seconds=1), timedelta(seconds=0.2)
leases.GIVEN_UP = stalls.GIVEN_UP = timedelta(seconds=1)
import sys
from django.db import connection, transaction
from django.utils import timezone
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.models import Event, JobRun
from jetbridge.core.models.bulk_sql import insert
from jetbridge.jobs.leases import LeaseLost
from jetbridge.jobs.runs import job_run
def event(action):
    return Event(kind="a", object_id="1", action=action, at=timezone.now())
def raw():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_event")
def inside():
    with transaction.atomic():
        Event.objects.filter(action="first").update(action="stolen")
def swallowed():
    with transaction.atomic():
        try:
            raw()
        except LeaseLost:
            pass
        event("swallowed").save()
WAYS = [
    lambda: event("saved").save(),
    lambda: Event.objects.bulk_create([event("bulk")]),
    lambda: Event.objects.update(action="stolen"),
    lambda: Event.objects.all().delete(),
    raw, inside, swallowed,
]
lost = 0
try:
    with job_run({JOB!r}) as run:
        event("first").save()
        print("running")
        sys.stdin.readline()
        for way in WAYS:
            try:
                way()
            except LeaseLost:
                lost += 1
        run.heartbeat()
        run._renewed_at -= timedelta(seconds=10)
        run.heartbeat()
except LeaseLost:
    print("stopped", lost, len(WAYS))
"""


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_an_old_run_writes_nothing_while_its_heir_is_at_work():
    sleeper = start_child(SLEEPER)
    assert sleeper.stdout.readline() == "running\n"
    heir = _heir()
    with heir as run:
        run.add(Report(done=1))
        sleeper.stdin.write("go on\n")
        sleeper.stdin.flush()

        assert outcome(sleeper) == "stopped 7 7"

    assert list(Event.objects.filter(kind="a").values_list("action", flat=True)) == ["first"]
    assert list(JobRun.objects.order_by("pk").values_list("outcome", flat=True)) == ["died", "achieved"]
    assert JobLease.objects.get(name=JOB).expires_at is None


def _heir():
    """Return the run of whoever takes over, as soon as it may."""
    deadline = timezone.now() + timedelta(seconds=30)
    while timezone.now() < deadline:
        heir = job_run(JOB)
        try:
            run = heir.__enter__()
        except runs.JobAlreadyRunning:
            connection.close()
            continue
        return _Entered(heir, run)
    raise AssertionError("nobody could take over")


class _Entered:
    """A block that was entered already."""

    def __init__(self, block, value) -> None:
        self._block, self._value = block, value

    def __enter__(self):
        return self._value

    def __exit__(self, *error):
        return self._block.__exit__(*error)
