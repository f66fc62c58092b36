"""Celery's door to validation."""

from catalog.rules.services import changes, verdicts
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


@job(
    "catalog.refresh_validation",
    minutes=5,
    title="Refresh validation",
    purpose="Validates products whose data changed.",
    delays="Problems shown are old.",
)
def refresh_validation(run: JobRecorder) -> None:
    """Judge products whose verdicts are stale. Safe to run twice: a verdict is settled once it is stored."""
    changes.follow(beat=run.beat)
    changes.mark_dated()
    run.add(verdicts.refresh(beat=run.beat))
