"""Mail to the merchant's own address: one message for all that waits, marked after it went out."""

from datetime import datetime

from django.db.models import QuerySet

from jetbridge.core import configuration
from jetbridge.core.reports import Report
from jetbridge.inbox import mail, mail_texts
from jetbridge.inbox.models import Notification

# One message stays readable, and one run short.
MOST_LINES = 100


def waiting() -> QuerySet[Notification]:
    """Return the lines that are to be mailed and were not yet."""
    return Notification.objects.filter(mail_due_at__isnull=False, mailed_at=None)


def send_waiting(*, now: datetime) -> Report:
    """
    Mail what waits to the configured address. Marked only after it went out: a worker that dies in
    between sends it twice, which harms less than never.
    """
    report = Report()
    lines = list(waiting().order_by("mail_due_at")[:MOST_LINES])
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
        mail.send(mail.Message(address, *mail_texts.of([(line, line.mailed_count) for line in lines])))
    except mail.NotSent as error:  # the lines go on waiting
        report.fail(address, str(error))
        return report
    _mark(lines, now=now)
    report.done = len(lines)
    return report


def _mark(lines: list[Notification], *, now: datetime | None) -> None:
    if now is None:
        Notification.objects.filter(pk__in=[line.pk for line in lines]).update(mail_due_at=None)
        return
    for line in lines:  # the next mail has what came meanwhile
        Notification.objects.filter(pk=line.pk).update(mailed_count=line.count)
        Notification.objects.filter(pk=line.pk, count=line.count).update(mailed_at=now)
