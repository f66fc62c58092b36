"""Celery's door to the taxonomy imports: reading and storing, each safe to repeat."""

from catalog.mapping.jet import taxonomy_fetches
from catalog.mapping.models import IMPORT_JOB
from catalog.mapping.services import taxonomy_imports
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


@job(
    IMPORT_JOB,
    title="Import taxonomy",
    purpose="Reads uploaded taxonomy files and stores accepted ones.",
    delays="Jet's categories stay as they were.",
    idle="No taxonomy waits.",
)
def import_taxonomy(run: JobRecorder) -> None:
    """Read what was uploaded, store what was accepted. A died run leaves rows in their state for the next."""
    run.add(taxonomy_imports.advance())


@job(
    taxonomy_imports.FETCH_JOB,
    title="Fetch taxonomy",
    purpose="Reads Jet's categories from Jet for the imports that wait for them.",
    delays="Jet's categories stay as they were.",
    idle="Nobody asked for Jet's taxonomy.",
)
def fetch_taxonomy(run: JobRecorder) -> None:
    """Fetch the taxonomy from Jet for the imports that wait for it; a died run begins anew."""
    with open_client() as client:
        run.add(taxonomy_fetches.fetch_waiting(client=client, heartbeat=run.heartbeat))
