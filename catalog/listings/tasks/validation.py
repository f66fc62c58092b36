"""Celery's door to validation."""

from celery import shared_task

from catalog.rules.services import changes, verdicts
from jetbridge.jobs.runs import JobAlreadyRunning, job_run


@shared_task(name="catalog.refresh_validation", throws=(JobAlreadyRunning,))
def refresh_validation() -> None:
    """Judge products whose verdicts are stale. Safe to run twice: a verdict is settled once it is stored."""
    with job_run("catalog.refresh_validation") as run:
        changes.follow(beat=run.beat)
        changes.mark_dated()
        run.add(verdicts.refresh(beat=run.beat))
