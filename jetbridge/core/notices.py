"""The inbox: services tell people what happened; the same open event is one line with a count."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from jetbridge.core.models import Notification


def notify(
    kind: str,
    *,
    key: str,
    title: str,
    text: str = "",
    url: str = "",
    severity: str = "info",
    mail: bool = False,
) -> None:
    """Put a line into the inbox, or add to the unread line of the same kind and key."""
    now = timezone.now()
    fresh = {"title": title[:200], "text": text, "url": url, "severity": severity, "updated_at": now}
    unread = Notification.objects.filter(kind=kind, key=key[:120], read_at=None)
    if unread.update(count=F("count") + 1, **fresh):
        return
    try:
        with transaction.atomic():
            Notification.objects.create(
                kind=kind, key=key[:120], created_at=now, mail_wanted_at=now if mail else None, **fresh
            )
    except IntegrityError:  # another process wrote the same line between our two statements
        unread.update(count=F("count") + 1, **fresh)
