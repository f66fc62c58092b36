"""Celery's door to the taxonomy imports: reading and storing, each safe to repeat."""

from celery import shared_task

from catalog.mapping.jet import taxonomy_fetching
from catalog.mapping.services import taxonomy_imports
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.runs import JobAlreadyRunning, job_run


@shared_task(name=taxonomy_imports.JOB, throws=(JobAlreadyRunning,))
def import_taxonomy() -> None:
    """Read what was uploaded, store what was accepted. A died run leaves rows in their state for the next."""
    with job_run(taxonomy_imports.JOB) as run:
        run.add(taxonomy_imports.advance())


@shared_task(name=taxonomy_imports.FETCH_JOB, throws=(JobAlreadyRunning,))
def fetch_taxonomy() -> None:
    """Fetch the taxonomy from Jet for the imports that wait for it; a died run begins anew."""
    with job_run(taxonomy_imports.FETCH_JOB) as run, open_client() as client:
        run.add(taxonomy_fetching.fetch_waiting(client=client, beat=run.beat))
