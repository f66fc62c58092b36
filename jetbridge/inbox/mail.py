"""Mail for what the inbox says: one message for all that waits, sent once and marked after it went out."""

from datetime import datetime

from django.core.mail import EmailMessage
from django.db.models import QuerySet

from jetbridge.core import configuration
from jetbridge.core.reports import Report
from jetbridge.inbox import alerts, mail_texts, support_messages
from jetbridge.inbox.models import Notification

# One message stays readable, and one run short.
MOST_LINES = 100


def unsent_jobs() -> list[str]:
    """Return the name of the mail job when a notification or a message to support is to be mailed."""
    waits = _waiting().exists() or alerts.waiting().exists() or support_messages.unsent().exists()
    return ["core.send_mail"] if waits else []


def send_waiting(*, now: datetime) -> Report:
    """
    Mail what waits to the configured address. Marked only after it went out: a worker that dies in
    between sends it twice, which harms less than never.
    """
    report = Report()
    lines = list(_waiting().order_by("mail_wanted_at")[:MOST_LINES])
    if not lines:
        report.note = "No notification waits to be mailed."
        return report
    address = configuration.current().notification_email
    if not address:
        _mark(lines, now=None)
        report.skipped = len(lines)
        report.note = "No e-mail address is set in Configuration; the inbox in the panel keeps the lines."
        return report
    try:
        EmailMessage(subject=mail_texts.subject(lines), body=mail_texts.body(lines), to=[address]).send()
    except OSError as error:  # a mail server that does not answer or refuses; the lines go on waiting
        report.fail(address, f"the mail server did not take it: {error}")
        return report
    _mark(lines, now=now)
    report.done = len(lines)
    return report


def _waiting() -> QuerySet[Notification]:
    return Notification.objects.filter(mail_wanted_at__isnull=False, mailed_at=None)


def _mark(lines: list[Notification], *, now: datetime | None) -> None:
    rows = Notification.objects.filter(pk__in=[line.pk for line in lines])
    rows.update(mailed_at=now) if now else rows.update(mail_wanted_at=None)
