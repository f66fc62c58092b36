"""Celery's door to bulk files."""

from celery import shared_task

from catalog.listings.services import file_uploads, upload_files
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import JobRun
from jetbridge.jobs.runs import JobAlreadyRunning, job_run
from jetbridge.jobs.triggers import current_invocation


@shared_task(name="catalog.poll_files", throws=(JobAlreadyRunning,))
def poll_files() -> None:
    """Build, send and follow files, each step taking up what is undone; nudges itself while a file is open."""
    # A person who asks now wants to know now.
    asked = current_invocation().trigger in (JobRun.Trigger.MANUAL, JobRun.Trigger.COMMAND)
    with job_run("catalog.poll_files") as run, open_client() as client:
        account = configuration.active_account()
        upload_files.build_files(account=account, beat=run.beat)
        run.add(file_uploads.advance_files(client=client, account=account, at_once=asked, beat=run.beat))
