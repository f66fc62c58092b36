"""The schedule as seeded: rows made once after every migrate; edits of an operator survive (jobs.registry)."""

from datetime import timedelta

from auditlog.context import disable_auditlog
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from jetbridge.jobs.registry import JOBS, Job


def seed(using: str = "default") -> list[str]:
    """Make a row for each job that has none; return their names."""
    known = set(PeriodicTask.objects.using(using).filter(name__in=JOBS).values_list("name", flat=True))
    missing = [job for job in JOBS.values() if job.name not in known]
    for job in missing:
        # Messages of a schedule expire with its interval, or a worker that was away finds a pile of them.
        defaults = {
            "task": job.name,
            "expire_seconds": int(job.every.total_seconds()),
            "description": job.purpose,
            **_when(job, using),
        }
        with disable_auditlog():  # nobody's edit
            PeriodicTask.objects.using(using).get_or_create(name=job.name, defaults=defaults)
    return [job.name for job in missing]


def _when(job: Job, using: str) -> dict[str, object]:
    if job.at_hour is not None:
        crontab, _ = CrontabSchedule.objects.using(using).get_or_create(
            minute="0",
            hour=str(job.at_hour),
            day_of_week="*",
            day_of_month="*",
            month_of_year="*",
            timezone="UTC",
        )
        return {"crontab": crontab}
    every, period = job.every // timedelta(minutes=1), IntervalSchedule.MINUTES
    interval, _ = IntervalSchedule.objects.using(using).get_or_create(every=every, period=period)
    return {"interval": interval}
