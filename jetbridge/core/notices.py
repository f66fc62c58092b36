"""The inbox: services tell people what happened; the same open event is one line with a count."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.models import Notification


@dataclass(frozen=True)
class _News:
    """What happened; many is the title of a line that stands for several, with {count} in it."""

    kind: str
    key: str
    title: str
    text: str
    url: str
    severity: str
    mail: bool
    many: str = ""
    amount: int = 1

    def titled(self, count: int) -> str:
        """Return the title of a line that stands for so many."""
        return (self.many.format(count=count) if self.many and count > 1 else self.title)[:200]


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
    """Put a line into the inbox, or add to the unread line of the same kind and key, which is not mailed again."""
    _tell(_News(kind, key, title, text, url, severity, mail))


def notify_of_many(
    kind: str,
    *,
    titles: tuple[str, str],
    amount: int = 1,
    text: str = "",
    url: str = "",
    severity: str = "info",
) -> None:
    """
    Put things of one kind into one line, and mail it, again each time more of them come.

    The titles are that for one, and that for several with {count} in it.
    """
    _tell(_News(kind, "all", titles[0], text, url, severity, mail=True, many=titles[1], amount=amount))


def _tell(news: _News) -> None:
    """Write the line, unless its kind is switched off in Configuration."""
    config = configuration.current()
    if news.kind in config.inbox_off:
        return
    now = timezone.now()
    fresh = {"text": news.text, "url": news.url, "severity": news.severity, "updated_at": now}
    if news.mail and news.kind not in config.mail_off:
        fresh["mail_wanted_at"] = now
    if _add(news, fresh):
        return
    line = {"kind": news.kind, "key": news.key[:120], "title": news.titled(news.amount)}
    try:
        with transaction.atomic():
            Notification.objects.create(**line, **fresh, count=news.amount, created_at=now)
    except IntegrityError:  # another process wrote the same line between our two statements
        _add(news, fresh)


@transaction.atomic
def _add(news: _News, fresh: dict[str, Any]) -> bool:
    """Add to the unread line of an event; tell whether there is one."""
    unread = Notification.objects.filter(kind=news.kind, key=news.key[:120], read_at=None)
    found = unread.select_for_update().first()
    if found is None:
        return False
    count, changes = found.count + news.amount, dict(fresh)
    if not news.many:
        changes.pop("mail_wanted_at", None)  # it was mailed when it began
    elif "mail_wanted_at" in changes:
        changes["mailed_at"] = None
    unread.filter(pk=found.pk).update(**changes, count=count, title=news.titled(count))
    return True
