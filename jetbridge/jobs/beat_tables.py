"""The schedule as seeded: rows made once after every migrate; edits of an operator survive (jobs.registry)."""

from datetime import timedelta
from typing import Any

from auditlog.context import disable_auditlog
from django.db import connections
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from jetbridge.jobs.registry import scheduled


def seed_after_migrate(using: str, **_: Any) -> None:
    """Seed, unless a migrate of one app alone, or back to zero, left the schedule's table away."""
    if PeriodicTask._meta.db_table in connections[using].introspection.table_names():
        seed(using)


def seed(using: str = "default") -> list[str]:
    """Make a row for each job of the schedule that has none; return their names."""
    rows = PeriodicTask.objects.using(using)
    jobs = scheduled()
    known = set(rows.filter(name__in=jobs).values_list("name", flat=True))
    missing = [job for name, job in jobs.items() if name not in known]
    for job in missing:
        # Messages of a schedule expire with its interval, or a worker that was away finds a pile of them.
        defaults = {
            "task": job.name,
            "expire_seconds": int(job.every.total_seconds()),
            "description": job.purpose,
            **_when(job.every, job.at_hour, using),
        }
        with disable_auditlog():  # nobody's edit
            rows.get_or_create(name=job.name, defaults=defaults)
    return [job.name for job in missing]


def _when(every: timedelta, at_hour: int | None, using: str) -> dict[str, object]:
    if at_hour is not None:
        crontab, _ = CrontabSchedule.objects.using(using).get_or_create(
            minute="0",
            hour=str(at_hour),
            day_of_week="*",
            day_of_month="*",
            month_of_year="*",
            timezone="UTC",
        )
        return {"crontab": crontab}
    minutes = {"every": every // timedelta(minutes=1), "period": IntervalSchedule.MINUTES}
    return {"interval": IntervalSchedule.objects.using(using).get_or_create(**minutes)[0]}
