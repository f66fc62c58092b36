"""Celery's door to mass actions on products."""

from catalog.listings.mass_actions import steps
from catalog.rules.services import changes
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


@job(
    "catalog.advance_bulk_runs",
    minutes=1,
    title="Product mass actions",
    purpose="Expands mass actions, sends calls, builds and sends files.",
    delays="Mass actions stand still.",
    idle="No mass action is under way.",
)
def advance_bulk_runs(run: JobRecorder) -> None:
    """Expand mass actions, ask what they need to know, build and send files; each step takes up what is undone."""
    # A mass action goes by stored results; none may be older than a changed setting.
    changes.follow(heartbeat=run.heartbeat)
    # What needs no word with Jet goes on also while Jet's keys or address are missing.
    run.add(steps.expand(heartbeat=run.heartbeat, chunks=steps.CHUNKS))
    run.add(steps.settle_left())
    with open_client() as client:
        account = configuration.active_account()
        run.add(steps.advance(client=client, account=account, heartbeat=run.heartbeat))
