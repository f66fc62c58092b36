"""Celery's door to desk: the jobs that look after all the others."""

from celery import shared_task
from django.utils import timezone

from catalog.listings import selectors as catalog
from jetbridge.core import configuration
from jetbridge.desk.services.nightly_cleanup import clean_up
from jetbridge.desk.services.sweep import sweep
from jetbridge.inbox import mail
from jetbridge.jobs.runs import JobAlreadyRunning, job_run
from jetbridge.outbox import claims
from orders import selectors as orders
from orders.services import alarming

# Each feature answers: which of your jobs have something to send now?
UNSENT = (catalog.unsent_jobs, orders.unsent_jobs, claims.due_jobs, mail.unsent_jobs)


@shared_task(name="desk.sweep", throws=(JobAlreadyRunning,))
def sweep_unsent() -> None:
    """Nudge what is wanted and unsent; mark dead runs. Safe to run twice: a nudge too many finds nothing to do."""
    with job_run("desk.sweep") as run:
        run.add(sweep(now=timezone.now(), unsent=UNSENT))
        run.add(alarming.raise_alarms(account=configuration.active_account(), now=timezone.now()))


@shared_task(name="desk.retention", throws=(JobAlreadyRunning,))
def clean_up_nightly() -> None:
    """Delete old logs and make buyers anonymous. Safe to run twice: the second finds nothing left to do."""
    with job_run("desk.retention") as run:
        run.add(clean_up(now=timezone.now(), beat=run.beat))
