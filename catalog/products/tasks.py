"""Celery's door to product files."""

from catalog.products.services import import_files
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


@job(
    import_files.JOB,
    minutes=5,
    title="Import product files",
    purpose="Reads uploaded product files and imports confirmed ones.",
    delays="Uploaded files wait.",
    idle="No product file waits.",
)
def import_file(run: JobRecorder) -> None:
    """Read uploaded product files, import confirmed ones. Repeatable: what is stored already is unchanged."""
    run.add(import_files.advance(heartbeat=run.heartbeat))
