"""Reading the inbox: each person reads for himself; a line that all have read is closed."""

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from jetbridge.inbox import preferences
from jetbridge.inbox.models import (
    Notification,
    NotificationChoice,
    NotificationPreference,
    NotificationReading,
)

# Rows a statement.
CHUNK = 300
_LESS = {
    severity: preferences.SEVERITIES[place + 1 :]
    for place, severity in enumerate(preferences.SEVERITIES[:-1])
}


def is_read(**by: int) -> Q:
    """Make the condition that all of a line was read: by a person, or without one by anybody."""
    whole = NotificationReading.objects.filter(**by, line=OuterRef("pk"), count__gte=OuterRef("count"))
    return Q(Exists(whole))


def is_unread(person: int) -> Q:
    """Make the condition that a person has not read all of a line."""
    return Q(read_at=None) & ~is_read(person=person)


def nobody_read() -> Q:
    """Make the condition that a line is open and no person at all has read all of it."""
    return Q(read_at=None) & ~is_read()


def is_shown(person: int) -> Q:
    """Make the condition that a person chose to see a line."""
    hidden = NotificationChoice.objects.filter(person=person, kind=OuterRef("kind"), inbox=False)
    shown = ~Q(Exists(hidden))
    for severity, above in _LESS.items():
        sees_more = NotificationPreference.objects.filter(person=person, least_severity__in=above)
        shown &= ~(Q(severity=severity) & Q(Exists(sees_more)))
    return shown


def unread(person: int) -> QuerySet[Notification]:
    """Return the lines that a person chose to see and has not read."""
    return Notification.objects.filter(is_unread(person), is_shown(person))


def with_reading(lines: QuerySet[Notification], person: int) -> QuerySet[Notification]:
    """Give each line how much of it the person has read (`seen`) and when (`seen_at`)."""
    mine = NotificationReading.objects.filter(person=person, line=OuterRef("pk"))
    return lines.annotate(
        seen=Coalesce(Subquery(mine.values("count")[:1]), 0, output_field=IntegerField()),
        seen_at=Coalesce(
            Subquery(mine.values("at")[:1]), F("read_at"), output_field=DateTimeField(null=True)
        ),
    )


def mark_read(*, lines: QuerySet[Notification], by: int) -> int:
    """Mark these lines as read by a person; return how many of those were unread."""
    now = timezone.now()
    found = lines.filter(is_unread(by), is_shown(by)).order_by("pk").values_list("pk", "count")
    rows = [NotificationReading(person_id=by, line_id=pk, count=count, at=now) for pk, count in found]
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        with transaction.atomic():
            NotificationReading.objects.bulk_create(
                some,
                update_conflicts=True,
                unique_fields=["person", "line"],
                update_fields=["count", "at"],
            )
            _close([row.line_id for row in some])
    return len(rows)


def _close(lines: list[int]) -> None:
    """Close those of the lines that nobody has to read any more; the next event begins a new one."""
    read = NotificationReading.objects.filter(
        person=OuterRef("pk"), line=OuterRef(OuterRef("pk")), count__gte=OuterRef(OuterRef("count"))
    )
    hidden = NotificationChoice.objects.filter(
        person=OuterRef("pk"), kind=OuterRef(OuterRef("kind")), inbox=False
    )
    people = [person.pk for person in preferences.who_may_read()]
    waits = Person.objects.filter(pk__in=people).filter(~Exists(read), ~Exists(hidden))
    open_lines = Notification.objects.filter(pk__in=lines, read_at=None)
    open_lines.filter(~Exists(waits)).update(read_at=timezone.now())
