"""Celery's door to the rules: validation, and changes that concern many products."""

from catalog.rules.models.changes import JOB
from catalog.rules.services import changes, validations
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
    """Check products whose results are stale. Safe to run twice: a result is settled once it is stored."""
    changes.follow(heartbeat=run.heartbeat)
    changes.mark_dated()
    run.add(validations.refresh(heartbeat=run.heartbeat))


@job(
    JOB,
    minutes=5,
    title="Follow up changed settings",
    purpose="Walks the products that a changed setting, rule or mapping concerns: "
    "marks results as stale, queues prices and quantities again.",
    delays="Jet keeps old prices and quantities after a rule changed.",
)
def follow_changes(run: JobRecorder) -> None:
    """Walk the products that changed settings and rules concern. Safe to run twice: each row has its cursor."""
    run.add(changes.follow(heartbeat=run.heartbeat))
