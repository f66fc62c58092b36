"""Celery's door to product files."""

from celery import shared_task

from catalog.products.services import import_files
from jetbridge.jobs.runs import JobAlreadyRunning, job_run


@shared_task(name=import_files.JOB, throws=(JobAlreadyRunning,))
def import_file() -> None:
    """Read uploaded product files, import confirmed ones. Repeatable: what is stored already is unchanged."""
    with job_run(import_files.JOB) as run:
        run.add(import_files.advance(beat=run.beat))
