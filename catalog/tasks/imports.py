"""Celery's door to product files."""

from celery import shared_task

from catalog.services import imports
from jetbridge.jobs.runs import JobAlreadyRunning, job_run


@shared_task(name=imports.JOB, throws=(JobAlreadyRunning,))
def import_file() -> None:
    """Read uploaded product files, import confirmed ones. Repeatable: what is stored already is unchanged."""
    with job_run(imports.JOB) as run:
        run.add(imports.advance(beat=run.beat))
