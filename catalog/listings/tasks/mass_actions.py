"""Celery's door to mass actions on products."""

from celery import shared_task

from catalog.listings.mass_actions import advancing, bulk
from catalog.rules.services import changes
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.jobs.runs import JobAlreadyRunning, job_run


@shared_task(name="catalog.advance_bulk_runs", throws=(JobAlreadyRunning,))
def advance_bulk_runs() -> None:
    """Expand mass actions, ask what they want to know, build and send files; each step takes up what is undone."""
    with job_run("catalog.advance_bulk_runs") as run:
        # A mass action goes by stored verdicts; none may be older than a changed setting.
        changes.follow(beat=run.beat)
        # What needs no word with Jet goes on also while Jet's keys or address are missing.
        run.add(bulk.expand(beat=run.beat, chunks=advancing.CHUNKS))
        bulk.settle_left()
        with open_client() as client:
            account = configuration.active_account()
            run.add(advancing.advance(client=client, account=account, beat=run.beat))
