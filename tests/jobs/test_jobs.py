"""One run of a job: lease, record, outcome, and what a second start finds."""

from datetime import timedelta

import pytest
from celery import shared_task
from django.contrib.auth.models import User as Person
from django.utils import timezone

from jetbridge.core.jet.errors import JetKeysRefused, JetNotConfigured, JetUnreachable
from jetbridge.core.models import Event, JobRun
from jetbridge.core.reports import Report
from jetbridge.jobs import leases, runs
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.queue import invoked
from jetbridge.jobs.runs import JobAlreadyRunning, LeaseLost, job_run

pytestmark = [pytest.mark.django_db, pytest.mark.database]

JOB = "catalog.sync_prices"


def only_run() -> JobRun:
    return JobRun.objects.get(job=JOB)


def test_a_run_keeps_counts_reasons_and_its_end():
    with job_run(JOB) as run:
        report = Report(done=2)
        report.fail("MUG-1", "Jet refuses the price")
        report.skip("MUG-2", "not mapped")
        run.add(report)

    kept = only_run()
    assert (kept.outcome, kept.done, kept.failed, kept.skipped) == ("partial", 2, 1, 1)
    assert kept.items[0] == {"reference": "MUG-1", "reason": "Jet refuses the price", "state": "failed"}
    assert kept.finished_at is not None
    assert JobLease.objects.get(name=JOB).expires_at is None


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        (Report(done=1), "achieved"),
        (Report(), "nothing"),
        (Report(skipped=3), "nothing"),
        (Report(failed=1), "failed"),
        (Report(done=1, failed=1), "partial"),
    ],
)
def test_a_run_that_achieved_nothing_never_says_achieved(report: Report, outcome: str):
    with job_run(JOB) as run:
        run.add(report)

    assert only_run().outcome == outcome


def test_refused_keys_are_an_outcome_of_their_own():
    with pytest.raises(JetKeysRefused), job_run(JOB):
        raise JetKeysRefused("401: bad secret")

    assert only_run().outcome == "refused"
    assert "bad secret" in only_run().message


def test_the_unexpected_ends_the_run_with_its_traceback_and_frees_the_lease():
    with pytest.raises(ZeroDivisionError), job_run(JOB) as run:
        run.add(Report(done=1))
        _ = 1 / 0

    kept = only_run()
    assert (kept.outcome, kept.done) == ("failed", 1)
    assert "ZeroDivisionError" in kept.traceback
    with job_run(JOB):
        pass


def test_a_jet_that_does_not_answer_fails_the_run_in_plain_words():
    with pytest.raises(JetUnreachable), job_run(JOB):
        raise JetUnreachable("no answer from 127.0.0.1:9")

    assert only_run().message == "no answer from 127.0.0.1:9. The next run tries again."


def test_missing_keys_are_on_record_and_do_not_fill_the_workers_log():
    with job_run(JOB):
        raise JetNotConfigured("The Test account has no API user or secret yet.")

    assert (only_run().outcome, only_run().traceback) == ("failed", "")
    assert "no API user" in only_run().message


def test_a_second_start_is_refused_while_the_first_runs():
    with job_run(JOB), pytest.raises(JobAlreadyRunning, match="already running"), job_run(JOB):
        pass

    assert JobRun.objects.count() == 1


def test_a_nudge_that_finds_the_job_running_makes_it_run_once_more(
    mailbox: list[str], django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), job_run(JOB):
        for _ in range(3):
            with pytest.raises(JobAlreadyRunning), job_run(JOB, trigger=JobRun.Trigger.NUDGE):
                pass

    assert mailbox == [JOB]


def test_a_scheduled_start_that_finds_the_job_running_is_dropped(
    mailbox: list[str], django_capture_on_commit_callbacks
):
    with (
        django_capture_on_commit_callbacks(execute=True),
        job_run(JOB),
        pytest.raises(JobAlreadyRunning),
        job_run(JOB),
    ):
        pass

    assert mailbox == []


def test_the_next_run_takes_over_from_a_dead_one_and_says_so():
    past = timezone.now() - leases.LEASE - timedelta(seconds=1)
    assert leases.take(JOB, "dead", past)
    JobRun.objects.create(job=JOB, holder="dead", started_at=past, heartbeat_at=past)

    with job_run(JOB) as run:
        run.add(Report(done=1))

    died, next_one = JobRun.objects.filter(job=JOB).order_by("pk")
    assert (died.outcome, died.message) == ("died", "The worker died; the next run took over.")
    assert next_one.outcome == "achieved"


def test_a_run_that_was_taken_for_dead_stops_at_its_next_beat_and_stays_dead():
    with pytest.raises(LeaseLost), job_run(JOB) as run:
        JobLease.objects.filter(name=JOB).update(holder="another")
        JobRun.objects.filter(pk=run.run.pk).update(outcome=JobRun.Outcome.DIED)
        run._renewed_at -= timedelta(minutes=1)
        run.heartbeat()

    assert only_run().outcome == "died"
    assert JobLease.objects.get(name=JOB).holder == "another"
    assert JobLease.objects.get(name=JOB).expires_at is not None


def test_runs_without_a_heartbeat_are_marked_died_and_their_lease_is_free():
    now = timezone.now()
    past = now - leases.LEASE - timedelta(seconds=1)
    leases.take(JOB, "dead", past)
    JobRun.objects.create(job=JOB, holder="dead", started_at=past, heartbeat_at=past)
    JobRun.objects.create(job="desk.sweep", holder="alive", started_at=past, heartbeat_at=now)

    died = runs.mark_stale_runs_died(now)

    assert died == [JOB]
    assert only_run().outcome == "died"
    assert leases.take(JOB, "next", now)


def test_what_a_run_writes_into_history_carries_its_job_and_request_id(merchant: Person):
    from jetbridge.core import history

    with job_run(JOB, trigger=JobRun.Trigger.MANUAL, user=merchant):
        history.record("sent", merchant)

    event = Event.objects.get()
    assert (event.job, event.user_id) == (JOB, merchant.pk)
    assert event.request_id == only_run().request_id != ""


def test_an_invocation_tells_which_run_it_became(merchant: Person):
    with invoked(JobRun.Trigger.COMMAND, user=merchant) as invocation, job_run(JOB):
        pass

    assert invocation.run == only_run()
    assert (only_run().trigger, only_run().started_by) == ("command", merchant)


def test_a_message_from_a_click_names_trigger_and_person(merchant: Person):
    headers = {"jetbridge_trigger": "manual", "jetbridge_user": merchant.pk}

    recording_task.apply(headers=headers)

    assert (only_run().trigger, only_run().started_by) == ("manual", merchant)


def test_a_message_without_headers_comes_from_the_schedule():
    recording_task.apply()

    assert (only_run().trigger, only_run().started_by) == ("beat", None)


@shared_task(name="tests.recording_task")
def recording_task() -> None:
    with job_run(JOB):
        pass
