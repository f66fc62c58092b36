"""Pausing, resuming and rescheduling jobs, with the reason on record."""

from datetime import timedelta
from typing import Any

from auditlog.context import disable_auditlog
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from jetbridge.core import history
from jetbridge.jobs import status
from jetbridge.jobs.registry import Job


@transaction.atomic
def pause(*, job: Job, note: str) -> bool:
    """Stop schedule and nudges from starting a job; return False when it was paused already."""
    return _switch(job, on=False, action="paused", note=note)


@transaction.atomic
def resume(*, job: Job) -> bool:
    """Let schedule and nudges start a job again; return False when it was not paused."""
    return _switch(job, on=True, action="resumed")


@transaction.atomic
def reschedule(*, job: Job, every: timedelta | None = None, at_hour: int | None = None, note: str) -> bool:
    """
    Let the schedule start the job in another rhythm: every so many minutes, or each day at an hour (UTC).

    Return False when that is its rhythm already. The messages of a schedule expire with its interval, or a
    worker that was away would find a pile of them.
    """
    task = (
        PeriodicTask.objects.select_for_update(of=("self",))
        .select_related("interval", "crontab")
        .get(name=job.name)
    )
    before = status.rhythm(task)
    task.interval, task.crontab = _interval(every), _crontab(at_hour)
    task.expire_seconds = int((every or timedelta(days=1)).total_seconds())
    after = status.rhythm(task)
    if before == after:
        return False
    _save(task)
    history.record(
        "rescheduled",
        task,
        message=f"{job.title} now runs {after}.",
        before={"schedule": before},
        after={"schedule": after},
        note=note,
    )
    return True


def _interval(every: timedelta | None) -> Any:
    if every is None:
        return None
    minutes = {"every": every // timedelta(minutes=1), "period": IntervalSchedule.MINUTES}
    return IntervalSchedule.objects.filter(**minutes).first() or IntervalSchedule.objects.create(**minutes)


def _crontab(at_hour: int | None) -> Any:
    if at_hour is None:
        return None
    daily = {
        "minute": "0",
        "hour": str(at_hour),
        "day_of_week": "*",
        "day_of_month": "*",
        "month_of_year": "*",
    }
    rows = CrontabSchedule.objects.filter(**daily, timezone="UTC")
    return rows.first() or CrontabSchedule.objects.create(**daily, timezone="UTC")


def _switch(job: Job, *, on: bool, action: str, note: str = "") -> bool:
    task = PeriodicTask.objects.select_for_update().filter(name=job.name, enabled=not on).first()
    if task is None:
        return False
    task.enabled = on
    _save(task)
    history.record(
        action,
        task,
        message=f"{job.title} was {action}.",
        before={"enabled": not on},
        after={"enabled": on},
        note=note,
    )
    return True


def _save(task: PeriodicTask) -> None:
    """Save a schedule, which has the running one read its table again; the history has it once."""
    with disable_auditlog():
        task.save()
