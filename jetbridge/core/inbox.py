"""Reading the inbox: a line is read once, by one person."""

from django.db.models import QuerySet
from django.utils import timezone

from jetbridge.core.models import Notification


def mark_read(*, lines: QuerySet[Notification], by: int | None) -> int:
    """Mark the unread ones of these lines as read by a person; return how many were unread."""
    return lines.filter(read_at=None).update(read_at=timezone.now(), read_by_id=by)
