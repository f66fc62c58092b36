"""Celery's door to bulk files."""

from catalog.listings.services import file_uploads, upload_files
from jetbridge.core import configuration
from jetbridge.core.jet.client import open_client
from jetbridge.core.models import JobRun
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


@job(
    "catalog.poll_files",
    minutes=10,
    title="Poll upload files",
    purpose="Follows uploaded files to their end and records rejections.",
    delays="Rejections are seen late.",
    idle="No file is under way at Jet.",
)
def poll_files(run: JobRecorder) -> None:
    """Build, send and follow files, each step taking up what is undone; nudges itself while a file is open."""
    # A person who asks now is answered now.
    asked = run.run.trigger in (JobRun.Trigger.MANUAL, JobRun.Trigger.COMMAND)
    with open_client() as client:
        account = configuration.active_account()
        upload_files.build_files(account=account, heartbeat=run.heartbeat)
        run.add(
            file_uploads.advance_files(client=client, account=account, at_once=asked, heartbeat=run.heartbeat)
        )
