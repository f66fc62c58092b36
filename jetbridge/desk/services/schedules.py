"""Pausing and resuming scheduled jobs, with the reason on record."""

from django.db import transaction
from django_celery_beat.models import PeriodicTask

from jetbridge.core import history
from jetbridge.schedule import Job


@transaction.atomic
def pause(*, job: Job, note: str) -> bool:
    """Stop schedule and nudges from starting a job; return False when it was paused already."""
    return _switch(job, on=False, action="paused", note=note)


@transaction.atomic
def resume(*, job: Job) -> bool:
    """Let schedule and nudges start a job again; return False when it was not paused."""
    return _switch(job, on=True, action="resumed")


def _switch(job: Job, *, on: bool, action: str, note: str = "") -> bool:
    task = PeriodicTask.objects.select_for_update().filter(name=job.name, enabled=not on).first()
    if task is None:
        return False
    task.enabled = on
    task.save()  # not update(): saving is what tells the running schedule to read its table again
    history.record(
        action,
        task,
        message=f"{job.title} was {action}.",
        before={"enabled": not on},
        after={"enabled": on},
        note=note,
    )
    return True
