"""Celery's door to core: mail and digests."""

from celery import shared_task
from django.utils import timezone

from jetbridge.inbox import alerts, digests, mail, support_messages
from jetbridge.jobs.runs import JobAlreadyRunning, job_run


@shared_task(name="core.send_mail", throws=(JobAlreadyRunning,))
def send_mail() -> None:
    """Mail the notifications and the messages to support that wait."""
    with job_run("core.send_mail") as run:
        run.add(support_messages.send_waiting(now=timezone.now()))
        run.add(mail.send_waiting(now=timezone.now()))
        run.add(alerts.send_waiting(now=timezone.now()))


@shared_task(name="core.send_digests", throws=(JobAlreadyRunning,))
def send_digests() -> None:
    """Mail everybody whose hour has come the daily digest. Safe to run twice: a day is claimed before it is sent."""
    with job_run("core.send_digests") as run:
        run.add(digests.send_due(now=timezone.now(), beat=run.beat))
