"""Celery's door to the inbox: mail and digests."""

from django.utils import timezone

from jetbridge.core import generations
from jetbridge.inbox import alerts, digests, mail, merchant_mail, support_messages
from jetbridge.jobs.definitions import job
from jetbridge.jobs.runs import JobRecorder


@job(
    "core.send_mail",
    minutes=5,
    title="Send mail",
    purpose="Mails notifications to the configured address, and at once to those who chose that.",
    delays="Mails go out late; the inbox has them.",
)
def send_mail(run: JobRecorder) -> None:
    """Mail the notifications and the messages to support that wait."""
    if generations.state().is_older:
        run.report.note = generations.HELD
        return
    for send in mail.SENDERS:
        run.add(send(now=timezone.now()))
    run.add(support_messages.send_waiting(now=timezone.now()))
    run.add(merchant_mail.send_waiting(now=timezone.now()))
    run.add(alerts.send_waiting(now=timezone.now()))


@job(
    "core.send_digests",
    minutes=15,
    title="Send digests",
    purpose="Mails each person once a day what happened, at the hour that person chose.",
    delays="Digests go out late; the inbox has it all.",
    idle="Nobody's digest was due.",
)
def send_digests(run: JobRecorder) -> None:
    """Mail everybody whose hour has come the daily digest. Safe to run twice: a day is claimed before it is sent."""
    if generations.state().is_older:
        run.report.note = generations.HELD
        return
    run.add(digests.send_due(now=timezone.now(), heartbeat=run.heartbeat))
