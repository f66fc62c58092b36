"""Jobs that fail again and again are reported: nobody looks at Cron Status all day."""

import logging
from datetime import timedelta

from django.db import Error, transaction

from jetbridge.core.jet.errors import JetFailure, JetKeysRefused
from jetbridge.core.job_titles import title_of
from jetbridge.core.models import JobRun
from jetbridge.inbox import notifications
from jetbridge.jobs.registry import JOBS

logger = logging.getLogger(__name__)

KIND = "job.failed"
FAILED = (JobRun.Outcome.FAILED, JobRun.Outcome.REFUSED)
# What runs more often gets a second try before anybody is notified: most of Jet's troubles are over by then.
SELDOM = timedelta(hours=1)


def alert(run: JobRun, error: BaseException) -> None:
    """Put a failed run into the inbox; what Jet causes in many jobs is one line, what a job causes is its own."""
    if not isinstance(error, Exception) or not is_lasting(run):  # somebody stopped it
        return
    name = title_of(run.job)
    key, title, after = _words(name, error)
    try:
        with transaction.atomic():
            notifications.notify(
                KIND, key=key, title=title, text=f"{name}: {_what(run, error)} {after}", about=run,
                severity="error", mail=True,
            )  # fmt: skip
    except Error as trouble:  # the run is on record; a full disk must not hide why it failed
        logger.warning("Nobody could be notified that %s failed: %s", run.job, trouble)


def _what(run: JobRun, error: Exception) -> str:
    """Return what happened, as it may be mailed: a database's own words quote the row, with name and address."""
    return run.message[:500] if isinstance(error, JetFailure) else f"{type(error).__name__}."


def is_lasting(run: JobRun) -> bool:
    """Return whether somebody should hear of a failed run: not of the first one of a job that runs often."""
    job = JOBS.get(run.job)
    if job and job.every >= SELDOM:
        return True
    before = JobRun.objects.filter(job=run.job, finished_at__isnull=False, started_at__lt=run.started_at)
    return before.order_by("-started_at").values_list("outcome", flat=True).first() in FAILED


def _words(name: str, error: BaseException) -> tuple[str, str, str]:
    """Return what makes events one line, its title, and what to do."""
    if isinstance(error, JetKeysRefused):
        return "keys", "Jobs are failing: Jet refuses the keys", "Validate the account in Configuration."
    if isinstance(error, JetFailure):
        return "jet", "Jobs are failing: Jet is unavailable", "Nothing is lost; they go on when Jet is back."
    return name, f"{name} fails", "Its run has the details; Help and Support has a bundle to send."
