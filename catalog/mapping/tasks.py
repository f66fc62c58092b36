"""Celery's door to the taxonomy imports: reading and storing, each safe to repeat."""

from celery import shared_task

from catalog.mapping.services import taxonomy_imports
from jetbridge.core.jobs import JobAlreadyRunning, job_run


@shared_task(name=taxonomy_imports.JOB, throws=(JobAlreadyRunning,))
def import_taxonomy() -> None:
    """Read what was uploaded, store what was accepted. A died run leaves rows in their state for the next."""
    with job_run(taxonomy_imports.JOB) as run:
        run.add(taxonomy_imports.advance())
