"""Celery's door to changes that concern many products."""

from catalog.rules.models.changes import JOB
from catalog.rules.services import changes
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


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
    run.add(changes.follow(beat=run.beat))
