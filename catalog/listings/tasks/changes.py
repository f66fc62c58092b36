"""Celery's door to changes that concern many products."""

from celery import shared_task

from catalog.rules.models.changes import JOB
from catalog.rules.services import changes
from jetbridge.jobs.runs import JobAlreadyRunning, job_run


@shared_task(name=JOB, throws=(JobAlreadyRunning,))
def follow_changes() -> None:
    """Walk the products that changed settings and rules concern. Safe to run twice: each row has its cursor."""
    with job_run(JOB) as run:
        run.add(changes.follow(beat=run.beat))
