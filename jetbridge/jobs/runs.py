"""One run of a job: its lease, its record, its outcome."""

import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.contrib.auth.models import User as Person
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

from jetbridge.core import erasures, outages, progress, store_days
from jetbridge.core.actors import acting, new_request_id
from jetbridge.core.jet.errors import JetFailure, JetKeysRefused, JetNotConfigured
from jetbridge.core.models import JobRun
from jetbridge.core.progress import Progress
from jetbridge.core.reports import Report
from jetbridge.jobs import leases, pulse, queue, set_aside, stalls
from jetbridge.jobs.leases import LeaseLost
from jetbridge.jobs.patience import waiting_for_locks
from jetbridge.jobs.queue import current_invocation
from jetbridge.jobs.registry import JOBS, idle_words
from jetbridge.jobs.set_aside import JobSetAside

logger = logging.getLogger(__name__)

# More items than this make a run's row heavy; the counts stay exact.
KEPT_ITEMS = 500
# A failure that is older than this is nothing that Jet's return would fix.
LATELY = timedelta(hours=3)
FAILED = (JobRun.Outcome.FAILED, JobRun.Outcome.PARTIAL, JobRun.Outcome.DIED)
# Progress that nobody can read so fast is not worth a write.
RENEWED_EVERY = timedelta(seconds=2)


# Who is notified that a run failed, and by what; rooms above subscribe.
FailureListener = Callable[[JobRun, BaseException], None]
_listeners: list[FailureListener] = []


def when_failed(listener: FailureListener) -> None:
    """Have a room above notified of each run that failed; the run is on record by then."""
    _listeners.append(listener)


class JobAlreadyRunning(Exception):
    """Another worker holds the job's lease."""

    def __str__(self) -> str:
        return f"{self.args[0]} is already running."


class JobRecorder:
    """What a running job reports to its record: counts, items, heartbeats."""

    def __init__(self, run: JobRun, holder: str) -> None:
        self.run = run
        self.holder = holder
        self.report = Report()
        self.progress = Progress()
        self._renewed_at = timezone.now()

    def add(self, report: Report) -> None:
        """Add a service's report to the run's counts, and give a heartbeat."""
        self.report.add(report)
        self.heartbeat()

    def heartbeat(self) -> None:
        """
        Renew the lease and show progress. Cheap to call often: it writes at most every two seconds.

        :raises LeaseLost: another worker took the job over; stop before doing its work a second time
        """
        now = timezone.now()
        if not progress.is_alive_only():
            self.progress.mark()
        if now - self._renewed_at < RENEWED_EVERY:
            return
        self._renewed_at = now
        if not leases.renew(self.run.job, self.holder, now, self.progress):
            raise LeaseLost(f"{self.run.job} made no progress for too long, or another worker took it over.")
        JobRun.objects.filter(pk=self.run.pk).update(**_counts(self.report))


@contextmanager
def job_run(name: str, *, trigger: str = "", user: Person | None = None) -> Iterator[JobRecorder]:
    """
    Run a job under its lease and keep a record of what it achieved.

    A nudge that finds the job running is not lost: the job is nudged once more when that run ends.

    :raises JobAlreadyRunning: another worker runs it; nothing was recorded
    :raises JobSetAside: it held its worker twice, and nobody let it run again; nothing was recorded
    """
    erasures.ensure()
    holder, now = leases.new_holder(), timezone.now()
    why = _why_it_ended(name, now)
    if not leases.take(name, holder, now):
        if set_aside.is_aside(name):
            raise JobSetAside(name)
        if (trigger or current_invocation().trigger) == JobRun.Trigger.NUDGE:
            leases.ask_again(name)
        raise JobAlreadyRunning(name)
    try:
        # The lease was free, so whatever still says it runs has died.
        _finish_died(JobRun.objects.filter(job=name), now, f"{why}; the next run took over.")
        recorder = _start(name, holder, now, trigger, user)
        run = recorder.run
        with (
            leases.kept_alive(name, holder, recorder.progress),
            pulse.running(name, run.pk),
            progress.shown_by(recorder.progress),
            acting(job=name, job_run_id=run.pk, user=run.started_by, request_id=run.request_id),
            store_days.followed(),
        ):
            yield from _watched(recorder)
    finally:
        if leases.release(name, holder) and leases.was_asked_again(name):
            queue.nudge(name)


def mark_stale_runs_died(now: datetime) -> list[str]:
    """Mark runs whose worker stopped beating as died and free their leases; return the jobs' names."""
    stale = JobRun.objects.filter(outcome=JobRun.Outcome.RUNNING, heartbeat_at__lt=now - leases.LEASE)
    died = []
    for run in stale:
        message = f"{_why_it_ended(run.job, now)}; the sweep noticed it."
        if _finish_died(JobRun.objects.filter(pk=run.pk), now, message):
            leases.release(run.job, run.holder)
            died.append(run.job)
    return died


def failed_lately(now: datetime) -> list[str]:
    """Return the jobs whose newest run failed, or did in part, within the last hours."""
    since, failed = now - LATELY, []
    for name in JOBS:
        newest = JobRun.objects.filter(job=name).order_by("-started_at")
        outcome, started_at = newest.values_list("outcome", "started_at").first() or ("", since)
        if outcome in FAILED and started_at > since:
            failed.append(name)
    return failed


def _start(name: str, holder: str, now: datetime, trigger: str, user: Person | None) -> JobRecorder:
    invocation = current_invocation()
    run = JobRun.objects.create(
        job=name,
        trigger=trigger or invocation.trigger,
        started_by=user or invocation.user,
        request_id=new_request_id(),
        holder=holder,
        started_at=now,
        heartbeat_at=now,
    )
    invocation.run = run
    return JobRecorder(run, holder)


def _watched(recorder: JobRecorder) -> Iterator[JobRecorder]:
    try:
        # What is written about the run itself is guarded by its row: one that was taken for dead stays so.
        with leases.fenced(recorder.run.job, recorder.holder), waiting_for_locks():
            yield recorder
    except JetKeysRefused as error:
        if _finish(recorder, outcome=JobRun.Outcome.REFUSED, message=f"Jet refused the keys: {error}"):
            _announce(recorder.run, error)
        raise
    except JetNotConfigured as error:
        # On record with its reason; raised further it would fill a new installation's log every minute.
        _finish(recorder, outcome=JobRun.Outcome.FAILED, message=str(error))
    except JetFailure as error:
        message = f"{error}. The next run tries again." if error.retryable else str(error)
        if _finish(recorder, outcome=JobRun.Outcome.FAILED, message=message, trace=traceback.format_exc()):
            _announce(recorder.run, error)
        raise
    except BaseException as error:
        # A lost connection is opened anew, so that the run is on record and its lease free at once.
        if isinstance(error, DatabaseError) and not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        outage = outages.outage_of(error)
        message = f"{outage} The next run goes on." if outage else repr(error)
        trace = traceback.format_exc()
        if _finish(recorder, outcome=JobRun.Outcome.FAILED, message=message, trace=trace):
            _announce(recorder.run, error)
        raise
    else:
        _finish(recorder, outcome=_outcome(recorder.report), message=_words(recorder))


def _announce(run: JobRun, error: BaseException) -> None:
    for listener in _listeners:
        listener(run, error)


def _finish(recorder: JobRecorder, *, outcome: str, message: str, trace: str = "") -> bool:
    """Put the end on record; False for a run that was taken for dead: it stays dead, whatever it still says."""
    run, now = recorder.run, timezone.now()
    kept = JobRun.objects.filter(pk=run.pk, outcome=JobRun.Outcome.RUNNING).update(
        outcome=outcome,
        message=message,
        traceback=trace,
        finished_at=now,
        heartbeat_at=now,
        items=[vars(item) for item in recorder.report.items[:KEPT_ITEMS]],
        **_counts(recorder.report),
    )
    run.refresh_from_db()
    level = logging.INFO if outcome in JobRun.QUIET else logging.WARNING
    logger.log(level, "%s: %s. %s", run.job, run.get_outcome_display(), message)
    return kept == 1


def _why_it_ended(name: str, now: datetime) -> str:
    minutes = stalls.GIVEN_UP // timedelta(minutes=1)
    return f"No progress for {minutes} minutes" if stalls.gave_up(name, now) else "The worker died"


def _finish_died(runs: QuerySet[JobRun], now: datetime, message: str) -> int:
    return runs.filter(outcome=JobRun.Outcome.RUNNING).update(
        outcome=JobRun.Outcome.DIED, finished_at=now, message=message
    )


def _outcome(report: Report) -> str:
    if report.failed:
        return JobRun.Outcome.PARTIAL if report.done or report.rejected else JobRun.Outcome.FAILED
    return JobRun.Outcome.ACHIEVED if report.done else JobRun.Outcome.NOTHING


def _words(recorder: JobRecorder) -> str:
    """A run that found nothing to do says why, and so does one in which something failed."""
    report = recorder.report
    turned_away = (
        f"{report.rejected} order{'s' * (report.rejected != 1)} rejected." if report.rejected else ""
    )
    why = report.note or (report.commonest_failure() if report.failed else "")
    said = " ".join(text for text in (turned_away, why) if text)
    return said or (idle_words(recorder.run.job) if report.is_idle else "")


def _counts(report: Report) -> dict[str, int]:
    return {"done": report.done, "failed": report.failed, "skipped": report.skipped}
