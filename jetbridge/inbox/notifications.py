"""
The inbox: services notify people of what happened; the same event is one line with a count.

A line is open until all have read it: then the next event begins a new one.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import IntegrityError, transaction
from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.inbox import alerts, kinds
from jetbridge.inbox.models import Notification
from jetbridge.jobs import queue

MAIL = "core.send_mail"
# What comes within this time of the first of its kind stands in one line.
TOGETHER = timedelta(hours=1)


class HasPage(Protocol):
    """An object that knows the address of its own page."""

    def get_absolute_url(self) -> str: ...


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

    @property
    def title_forms(self) -> list[str]:
        """Titles for one and for many, where the title says how many."""
        return [self.title[:200], self.many[:200]] if self.many else []


def notify(
    kind: str,
    *,
    key: str,
    title: str,
    text: str = "",
    about: HasPage | None = None,
    severity: str = "info",
    mail: bool = False,
) -> None:
    """
    Put a line into the inbox, or add to the unread line of the same kind and key, which is not mailed again.

    The line leads to what it is about, else to its kind's page.
    """
    url = about.get_absolute_url() if about else kinds.address_of(kind, key)
    _publish(_News(kind, key, title, text, url, severity, mail))


def notify_of_many(
    kind: str,
    *,
    titles: tuple[str, str],
    amount: int = 1,
    text: str = "",
    about: HasPage | None = None,
    severity: str = "info",
) -> None:
    """
    Put what comes of one kind within an hour into one line; mail it, again each time more of them come.

    The titles are that for one, and that for several with {count} in it. One alone leads to what it is about,
    several to the kind's page.
    """
    now, page = timezone.now(), kinds.address_of(kind, "all")
    lines = Notification.objects.filter(kind=kind, read_at=None, created_at__gte=now - TOGETHER)
    key = lines.exclude(title_forms=[]).order_by("-pk").values_list("key", flat=True).first()
    is_alone = key is None and amount == 1 and about is not None
    url = about.get_absolute_url() if is_alone and about else page
    key = key or now.isoformat(timespec="milliseconds")
    _publish(_News(kind, key, titles[0], text, url, severity, mail=True, many=titles[1], amount=amount))


def latest(kind: str, *, begins: str, since: datetime) -> str:
    """Return the key, beginning so, of the last line of a kind that was kept up to date since then, or nothing."""
    lines = Notification.objects.filter(kind=kind, key__startswith=begins, updated_at__gte=since)
    return lines.order_by("-updated_at").values_list("key", flat=True).first() or ""


def renew(kind: str, key: str, *, title: str, text: str) -> bool:
    """Bring a line's words up to date, read or not, without counting or mailing it again; False where none is."""
    words = {"title": title[:200], "text": text, "updated_at": timezone.now()}
    return bool(Notification.objects.filter(kind=kind, key=key[:120]).update(**words))


def over(kind: str, *, but: Collection[str], said: Callable[[str], str]) -> None:
    """
    Say of each open line of a kind whose state is over that it was so; nobody is mailed again.

    :param but: keys of the lines whose state goes on
    :param said: gives the title of such a line by its key
    """
    for line in Notification.objects.filter(kind=kind, read_at=None).exclude(key__in=but):
        title = said(line.key)[:200]
        if line.title != title:
            Notification.objects.filter(pk=line.pk).update(title=title, text="", title_forms=[])


def _publish(news: _News) -> None:
    """Write the line, unless its kind is switched off in Configuration, and say who gets it by mail at once."""
    config = configuration.current()
    if news.kind in config.inbox_off:
        return
    now = timezone.now()
    fresh = {"text": news.text, "url": news.url, "severity": news.severity, "updated_at": now}
    if news.mail and news.kind not in config.mail_off:
        fresh["mail_due_at"] = now
    if _add(news, fresh):
        return
    line = Notification(
        kind=news.kind,
        key=news.key[:120],
        count=news.amount,
        title_forms=news.title_forms,
        created_at=now,
        title=news.title[:200],
        **fresh,
    )
    line.title = line.titled(news.amount)
    try:
        with transaction.atomic():
            line.save(force_insert=True)
            alerts.queue(line, before=0)
        _hurry(line)
    except IntegrityError:  # another process wrote the same line between our two statements
        _add(news, fresh)


def _hurry(line: Notification) -> None:
    """What cannot wait for the mail's next run is mailed now."""
    if kinds.is_urgent(line.kind):
        queue.nudge(MAIL)


@transaction.atomic
def _add(news: _News, fresh: dict[str, Any]) -> bool:
    """Add to the open line of an event; return whether there is one."""
    open_lines = Notification.objects.filter(kind=news.kind, key=news.key[:120], read_at=None)
    line = open_lines.select_for_update().first()
    if line is None:
        return False
    before, changes = line.count, {"title": news.title[:200], "title_forms": news.title_forms, **fresh}
    # What was mailed when it began, and nobody has looked at since, is not mailed again.
    is_news = bool(news.many) or line.readings.filter(count__gte=before).exists()
    if "mail_due_at" in changes:
        if is_news:
            changes["mailed_at"] = None
        else:
            changes.pop("mail_due_at")
    for name, value in {**changes, "count": before + news.amount}.items():
        setattr(line, name, value)
    line.title = line.titled(line.count)
    line.save(update_fields=[*changes, "count"])
    if is_news:
        alerts.queue(line, before=before)
        _hurry(line)
    return True
