"""Mail at once to the people who chose that for a kind: one message a person for all that waits."""

from collections import defaultdict
from datetime import datetime

from django.contrib.auth.models import User as Person
from django.db.models import QuerySet
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.reports import Report
from jetbridge.inbox import mail, mail_texts, preferences
from jetbridge.inbox.models import Mailed, Notification, NotificationMail, NotificationReading

# Mails that one run looks at; the next takes up the rest.
MOST = 500


def queue(line: Notification, *, before: int) -> None:
    """
    Note who gets this line by mail at once: as it begins (before is 0), and when it repeats after they read it.

    A line that says how many came is mailed each time more of them come.
    """
    config = configuration.current()
    people = {
        one.person.pk
        for one in preferences.readers()
        if one.person.email
        and one.mailed(line, config.mail_off) == Mailed.NOW
        and not _has_it_already(one.person, line, config.notification_email)
    }
    if before and not line.title_forms:
        people -= _mailed_before(line, before)
    rows = [NotificationMail(person_id=pk, line=line, queued_at=timezone.now()) for pk in sorted(people)]
    NotificationMail.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person", "line"],
        update_fields=["queued_at", "settled_at"],
    )


def _has_it_already(person: Person, line: Notification, address: str) -> bool:
    """Return whether the line goes to the same mailbox as the merchant's."""
    return line.mail_due_at is not None and person.email.casefold() == address.casefold()


def _mailed_before(line: Notification, before: int) -> set[int]:
    """Return the people who were notified by mail and have not read the line since."""
    mailed = set(NotificationMail.objects.filter(line=line).values_list("person_id", flat=True))
    read = NotificationReading.objects.filter(line=line, count__gte=before)
    return mailed - set(read.values_list("person_id", flat=True))


def waiting() -> QuerySet[NotificationMail]:
    return NotificationMail.objects.filter(settled_at=None)


def send_waiting(*, now: datetime) -> Report:
    """Mail each person what waits; marked only after it went out: twice harms less than never."""
    report, config = Report(), configuration.current()
    readers = {one.person.pk: one for one in preferences.readers() if one.person.email}
    boxes: dict[int, list[NotificationMail]] = defaultdict(list)
    for row in waiting().select_related("line").order_by("queued_at")[:MOST]:
        one = readers.get(row.person_id)
        if one and one.mailed(row.line, config.mail_off) == Mailed.NOW:
            boxes[row.person_id].append(row)
        else:
            _settle([row], now)  # they changed their mind, or an owner did
            report.skipped += 1
    for pk, rows in boxes.items():
        _send(readers[pk].person, rows, now, report)
    return report


def _send(person: Person, rows: list[NotificationMail], now: datetime, report: Report) -> None:
    try:
        mail.send(mail.Message(person.email, *mail_texts.of([(row.line, row.mailed_count) for row in rows])))
    except mail.NotSent as error:  # the lines go on waiting
        report.fail(person.email, str(error))
        return
    _settle(rows, now)
    for row in rows:
        NotificationMail.objects.filter(pk=row.pk).update(mailed_count=row.line.count)
    report.done += len(rows)


def _settle(rows: list[NotificationMail], now: datetime) -> None:
    for row in rows:  # one by one: what was queued again meanwhile goes on waiting
        NotificationMail.objects.filter(pk=row.pk, queued_at=row.queued_at).update(settled_at=now)
