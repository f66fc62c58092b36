"""One run of a job: its lease, its record, its outcome."""

import os
import socket
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.contrib.auth.models import User as Person
from django.db.models import Q
from django.utils import timezone

from jetapi.errors import JetAuthError, JetError
from jetbridge.core.actors import acting
from jetbridge.core.models import JobLease, JobRun
from jetbridge.core.reports import Report

# A lease outlives three missed heartbeats; a killed worker's job is free again after this long.
LEASE = timedelta(seconds=90)
# More items than this make a run's row heavy; the counts stay exact.
KEPT_ITEMS = 500


class JobAlreadyRunning(Exception):
    """Another worker holds the job's lease."""


class JobRecorder:
    """What a running job tells its record: counts, items, heartbeats."""

    def __init__(self, run: JobRun, holder: str) -> None:
        self.run = run
        self.holder = holder
        self.report = Report()
        self._beaten_at = timezone.now()

    def add(self, report: Report) -> None:
        """Add a service's report to the run's counts, and beat."""
        self.report.add(report)
        self.beat()

    def nothing(self, reason: str) -> None:
        """Say why there was nothing to do."""
        self.report.note = reason

    def beat(self) -> None:
        """Renew the lease and show progress. Cheap to call often: it writes at most every two seconds."""
        now = timezone.now()
        if now - self._beaten_at < timedelta(seconds=2):
            return
        self._beaten_at = now
        JobLease.objects.filter(name=self.run.job, holder=self.holder).update(
            heartbeat_at=now, expires_at=now + LEASE
        )
        JobRun.objects.filter(pk=self.run.pk).update(heartbeat_at=now, **_counts(self.report))


def take_lease(name: str, holder: str, now: datetime) -> bool:
    """Take the named lease when it is free or its holder is dead; one statement, so two cannot both win."""
    JobLease.objects.get_or_create(name=name)
    free = Q(expires_at=None) | Q(expires_at__lt=now)
    return JobLease.objects.filter(free, name=name).update(
        holder=holder, heartbeat_at=now, expires_at=now + LEASE
    ) == 1  # fmt: skip


def release_lease(name: str, holder: str) -> None:
    """Give the lease back; only its own holder can."""
    JobLease.objects.filter(name=name, holder=holder).update(expires_at=None)


@contextmanager
def job_run(name: str, *, trigger: str = "", user: Person | None = None) -> Iterator[JobRecorder]:
    """
    Run a job under its lease and keep a record of what it achieved.

    :raises JobAlreadyRunning: another worker runs it; nothing was recorded
    """
    now = timezone.now()
    holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"
    if not take_lease(name, holder, now):
        raise JobAlreadyRunning(name)
    try:
        _mark_died(name, now)
        run = JobRun.objects.create(
            job=name,
            trigger=trigger or JobRun.Trigger.BEAT,
            started_by=user,
            holder=holder,
            started_at=now,
            heartbeat_at=now,
        )
        recorder = JobRecorder(run, holder)
        with acting(job=name, job_run_id=run.pk, user=user) as actor:
            run.request_id = actor.request_id
            yield from _watched(recorder)
    finally:
        release_lease(name, holder)


def _watched(recorder: JobRecorder) -> Iterator[JobRecorder]:
    try:
        yield recorder
    except JetAuthError as error:
        _finish(recorder, outcome=JobRun.Outcome.REFUSED, message=f"Jet refused the keys: {error}")
        raise
    except JetError as error:
        _finish(recorder, outcome=JobRun.Outcome.FAILED, message=str(error), trace=traceback.format_exc())
        raise
    except BaseException as error:
        _finish(recorder, outcome=JobRun.Outcome.FAILED, message=repr(error), trace=traceback.format_exc())
        raise
    else:
        _finish(recorder, outcome=_outcome(recorder.report), message=recorder.report.note)


def _finish(recorder: JobRecorder, *, outcome: str, message: str, trace: str = "") -> None:
    run, now = recorder.run, timezone.now()
    JobRun.objects.filter(pk=run.pk).update(
        outcome=outcome,
        message=message,
        traceback=trace,
        finished_at=now,
        heartbeat_at=now,
        request_id=run.request_id,
        items=[vars(item) for item in recorder.report.items[:KEPT_ITEMS]],
        **_counts(recorder.report),
    )
    run.refresh_from_db()


def _mark_died(name: str, now: datetime) -> None:
    """The lease was free, so whatever still says it runs has died."""
    JobRun.objects.filter(job=name, outcome=JobRun.Outcome.RUNNING).update(
        outcome=JobRun.Outcome.DIED, finished_at=now, message="The worker died; the next run took over."
    )


def _outcome(report: Report) -> str:
    if report.failed:
        return JobRun.Outcome.PARTIAL if report.done else JobRun.Outcome.FAILED
    return JobRun.Outcome.ACHIEVED if report.done else JobRun.Outcome.NOTHING


def _counts(report: Report) -> dict[str, int]:
    return {"done": report.done, "failed": report.failed, "skipped": report.skipped}
