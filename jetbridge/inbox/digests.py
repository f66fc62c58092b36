"""
The daily digest: one mail a person and day about what is new, at the hour that each chose.

A day is claimed by a row before its mail is sent. Whoever finds it claimed sends nothing, so no second worker and
no crash makes two; where it is in doubt whether a mail went out, the next day's names what is still unread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from jetbridge.core import configuration, history_seals, store_days
from jetbridge.core.models import Configuration
from jetbridge.core.reports import Report
from jetbridge.inbox import mail, mail_texts, preferences, readings
from jetbridge.inbox.kinds import name_of
from jetbridge.inbox.models import Mailed, Notification, NotificationDigest
from jetbridge.inbox.preferences import Preferences

# How far back a person's first digest looks.
FIRST = timedelta(days=1)
# One mail stays readable; the rest stands in the inbox.
MOST_LINES = 200


@dataclass(frozen=True)
class Item:
    """One line as the digest has it."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Group:
    """The lines of one kind, and how often it happened."""

    name: str
    count: int
    items: list[Item]


def send_due(*, now: datetime, heartbeat: Callable[[], None]) -> Report:
    """Send everybody whose hour has come today's digest, unless there is nothing to report."""
    report, config = Report(), configuration.current()
    due = 0
    for one in preferences.readers():
        day = due_day(one, config, now)
        if not one.person.email or day is None or (claim := _claim(one, day, now)) is None:
            continue
        due += 1
        _send(one, claim, config, report)
        heartbeat()
    if due and not (report.done or report.failed):
        report.note = "Nothing new happened that belongs in a digest."
    return report


def due_day(one: Preferences, config: Configuration, now: datetime) -> date | None:
    """
    Return today in the store's time zone once the person's hour has come, else None.

    An hour that the clock skips counts as come after it; one that comes twice is one of the same day.
    """
    here = store_days.local(now)
    hour = config.digest_hour if one.digest_hour is None else one.digest_hour
    return store_days.day_of(now) if here.hour >= hour else None


def _claim(one: Preferences, day: date, now: datetime) -> NotificationDigest | None:
    """Take the day for a person; None when it was taken before, by whomever."""
    days = NotificationDigest.objects.filter(person=one.person)
    if days.filter(day__gte=day).exists():
        return None
    try:
        with transaction.atomic():
            return NotificationDigest.objects.create(person=one.person, day=day, claimed_at=now)
    except IntegrityError:  # another worker was faster
        return None


def _send(one: Preferences, claim: NotificationDigest, config: Configuration, report: Report) -> None:
    lines = _lines(one, claim, config)
    if not lines:
        _settle(claim)
        return
    try:
        mail.send(_message(one, lines))
    except mail.NotSent as error:
        report.fail(one.person.email, _unsent(claim, len(lines), error))
    else:
        _settle(claim, len(lines))
        report.done += 1


def _unsent(claim: NotificationDigest, lines: int, error: mail.NotSent) -> str:
    """Let the next run try again what surely did not go out; return what to report."""
    if error.is_certain:
        claim.delete()
        return str(error)
    NotificationDigest.objects.filter(pk=claim.pk).update(lines=lines, error=error.answer)
    return f"it may have gone out or not, so it is not sent twice: {error.answer}"


def _settle(claim: NotificationDigest, lines: int = 0) -> None:
    NotificationDigest.objects.filter(pk=claim.pk).update(sent_at=claim.claimed_at, lines=lines)


def _lines(one: Preferences, claim: NotificationDigest, config: Configuration) -> list[Notification]:
    """Return what happened since the last digest that went out, and that the person has not read in the panel."""
    person = one.person.pk
    days = NotificationDigest.objects.filter(person=person).order_by("day")
    settled = days.filter(sent_at__isnull=False).last()
    since = settled.claimed_at if settled else (days.first() or claim).claimed_at - FIRST
    found = Notification.objects.filter(
        ~readings.is_read(person=person), updated_at__gt=since, updated_at__lte=claim.claimed_at
    )
    rows = readings.with_reading(found, person).order_by("-updated_at").iterator()
    return [
        line
        for line in rows
        if line.kind not in config.inbox_off and one.mailed(line, config.mail_off) == Mailed.DIGEST
    ]


def _message(one: Preferences, lines: list[Notification]) -> mail.Message:
    groups = _groups(lines)
    total = sum(group.count for group in groups)
    context = {
        "groups": groups,
        "more": max(len(lines) - MOST_LINES, 0),
        "seal": history_seals.last(),
        "zone": store_days.said(),
        "inbox": mail_texts.link(reverse("admin:core_notification_changelist")),
        "settings": mail_texts.link(reverse("desk:my_notifications")),
    }
    subject = f"JetBridge: {total} notification{'' if total == 1 else 's'} since the last digest"
    text, html = (render_to_string(f"core/digest.{kind}", context) for kind in ("txt", "html"))
    return mail.Message(one.person.email, subject, text, html)


def _groups(lines: list[Notification]) -> list[Group]:
    """Group the lines by kind, in the order of the newest of each."""
    kinds = dict.fromkeys(line.kind for line in lines)
    shown = lines[:MOST_LINES]
    groups = []
    for kind in kinds:
        count = sum(_fresh(line) for line in lines if line.kind == kind)
        items = [
            Item(mail_texts.titled(line, _fresh(line)), line.text, mail_texts.link(line.url))
            for line in shown
            if line.kind == kind
        ]
        groups.append(Group(name_of(kind), count, items))
    return groups


def _fresh(line: Notification) -> int:
    """Return how often a line happened since the person read it; the query gave it what was read."""
    return int(line.count - getattr(line, "seen", 0))
