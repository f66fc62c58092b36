"""When a job is expected to start next, and what keeps it from starting: paused, late, or no worker there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from jetbridge.core import configuration, request_cache
from jetbridge.jobs import heartbeats
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.registry import JOBS, Job, scheduled

PAUSED, ASIDE = "is paused", "is set aside: it held its worker twice"


@dataclass(frozen=True)
class Expectation:
    """A job's next start; stopped says why it will not come by itself, and is empty while it will."""

    job: Job
    next_at: datetime | None
    stopped: str = ""


def expected(name: str, now: datetime | None = None) -> Expectation:
    """Return what is to be expected of a job; name must be one of registry.JOBS."""
    job, now = JOBS[name], now or timezone.now()
    rows = schedule_rows()
    task = rows.get(name)
    if not configuration.current().enabled:
        return Expectation(job, None, "does not run: the panel is switched off")
    if task is None:
        return Expectation(
            job, None, "is not scheduled" if job.is_scheduled else "starts when it is asked for"
        )
    if not task.enabled:
        return Expectation(job, None, PAUSED)
    if task.aside is not None:
        return Expectation(job, None, ASIDE)
    due = next_start(job, task, task.seen)
    if due < now and heartbeats.is_silent(task.worker_seen, now):
        return Expectation(job, None, "does not run: no worker is there")
    if due < now and heartbeats.is_silent(task.schedule_seen, now):
        return Expectation(job, None, "does not run: the schedule is not there")
    if due + job.grace < now:
        return Expectation(job, None, "is late: it should have started by now")
    return Expectation(job, max(due, now))


def held_up(names: Collection[str], started: Collection[str] = ()) -> dict[str, str]:
    """
    Return, of jobs that do not run though they are asked for until a person acts, what is said of each.

    :param started: those that a person starts, which a pause does not hold up
    """
    paused = PeriodicTask.objects.filter(name__in=names, enabled=False)
    aside = JobLease.objects.filter(name__in={*names, *started}, set_aside_at__isnull=False)
    reasons = dict.fromkeys(paused.values_list("name", flat=True), PAUSED)
    reasons |= dict.fromkeys(aside.values_list("name", flat=True), ASIDE)
    return {name: f"{JOBS[name].title} {reasons[name]}" for name in sorted(reasons.keys() & JOBS.keys())}


def schedule_rows() -> dict[str, Any]:
    """Return every job's row of the schedule by name; `seen` is when the job was at work last."""
    return request_cache.once("schedule", _schedule_rows)


def _schedule_rows() -> dict[str, Any]:
    rows = PeriodicTask.objects.filter(name__in=scheduled()).select_related("interval", "crontab")
    lease = JobLease.objects.filter(name=OuterRef("name"))
    rows = rows.annotate(
        seen=Subquery(lease.values("heartbeat_at")),
        aside=Subquery(lease.values("set_aside_at")),
        worker_seen=heartbeats.last(heartbeats.Part.WORKER),
        schedule_seen=heartbeats.last(heartbeats.Part.SCHEDULE),
    )
    return {row.name: row for row in rows}


def next_start(job: Job, task: Any, seen: datetime | None) -> datetime:
    """Return when the schedule starts the job after it was seen at work last."""
    # A schedule that was just made, resumed or changed starts counting then.
    begun: datetime = task.date_changed
    return max(seen or begun, begun) + every(job, task)


def every(job: Job, task: Any) -> timedelta:
    """Return the interval that an operator set, else the one the job came with."""
    interval = getattr(task, "interval", None)
    return interval.schedule.run_every if interval else job.every
