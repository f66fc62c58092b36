"""Small pieces of HTML for grid cells and pages: chips, SKUs, times, money, links."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from jetbridge.core import configuration, store_days

Tone = Literal["grey", "blue", "green", "amber", "red", "dark"]

NOTHING = SafeString("–")  # noqa: RUF001 - an en dash stands for "no value" all over the panel

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
# Older than this, a date says more than a number of days.
_RELATIVE = timedelta(days=30)
# As many as the search of the error book takes.
LONGEST_WORDS = 200


def chip(label: str, tone: Tone = "grey") -> SafeString:
    """Return a status chip: a word on a color, never the color alone."""
    return format_html('<span class="jb-chip jb-{}">{}</span>', tone, label)


def why(text: object, otherwise: str = "") -> SafeString:
    """
    Return a link to the error book's entry of a code or of words; nothing without words.

    :param otherwise: the code whose entry is shown when no entry knows the words
    """
    if not str(text).strip():
        return SafeString("")
    return format_html(
        '<a class="jb-link jb-faint jb-nowrap" href="{}" aria-label="Why? {}">Why?</a>',
        _entry(text, otherwise),
        str(text)[:80],
    )


def explained(shown: object, text: object, otherwise: str = "") -> SafeString:
    """Return what a row of a list says as the link itself to the error book's entry of a code or of words."""
    if not str(text).strip():
        return format_html("{}", shown)
    words = '<a class="jb-explained" href="{}" title="What this means, and what to do">{}</a>'
    return format_html(words, _entry(text, otherwise), shown)


def _entry(text: object, otherwise: str) -> str:
    query = {"q": str(text)[:LONGEST_WORDS]} | ({"or": otherwise} if otherwise else {})
    return f"{reverse('desk:errors')}?{urlencode(query)}"


def sku_code(sku: str) -> SafeString:
    """Return a SKU in a monospaced face, copied with one click."""
    if not sku:
        return NOTHING
    return format_html(
        '<span class="jb-sku"><code>{0}</code><button type="button" class="jb-copy" data-jb-copy="{0}" '
        'aria-label="Copy {0}" title="Copy"></button></span>',
        sku,
    )


def ago(moment: datetime | None) -> SafeString:
    """Return a moment as its distance from now, with the exact time on hover."""
    if moment is None:
        return NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact(moment), distance(moment)
    )


def exact(moment: datetime) -> str:
    """Return date and time with the zone's name."""
    return f"{date_format(store_days.local(moment), 'N j, Y, H:i:s')} {store_days.local(moment):%Z}"


def distance(moment: datetime) -> str:
    """Return how far a moment is from now: "3 minutes ago", "in 2 hours", or its date when far."""
    gap = timezone.now() - moment
    if abs(gap) > _RELATIVE:
        return date_format(store_days.local(moment), "N j, Y")
    seconds = int(abs(gap.total_seconds()))
    if seconds < 5:
        return "just now"
    return f"{span(seconds)} ago" if gap > timedelta(0) else f"in {span(seconds)}"


def span(seconds: float) -> str:
    """Return a length of time in its largest whole unit: "3 minutes"."""
    whole = int(seconds)
    size, unit = next(((size, unit) for size, unit in _UNITS if whole >= size), (1, "second"))
    count = whole // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def countdown(deadline: datetime | None, *, amber: int = 420, red: int = 180) -> SafeString:
    """
    Return the time left to a deadline at Jet, ticking in the browser: green, amber and red below so many seconds.

    It ticks by our clock; where the sandbox's was moved, towards the moment at which that one will show the deadline.
    """
    if deadline is None:
        return NOTHING
    reached = deadline - configuration.active_account().clock_offset
    seconds = (reached - timezone.now()).total_seconds()
    tone = "red" if seconds < red else "amber" if seconds < amber else "green"
    return format_html(
        '<time class="jb-chip jb-{}" data-jb-countdown data-jb-limits="{},{}" datetime="{}" title="{}">{}</time>',
        tone,
        amber,
        red,
        reached.isoformat(),
        exact(deadline),
        f"{span(seconds)} left" if seconds > 0 else "overdue",
    )


def money(value: Decimal | None) -> SafeString:
    """Return an amount in US dollars, to the cent."""
    if value is None:
        return NOTHING
    sign = "-" if value < 0 else ""
    return format_html('<span class="jb-num">{}${}</span>', sign, f"{abs(value):,.2f}")


def number(value: int | None) -> SafeString:
    """Return a count with separators."""
    return NOTHING if value is None else format_html('<span class="jb-num">{}</span>', f"{value:,}")


def link(url: str, text: object) -> SafeString:
    """Return a link in the panel's own look."""
    return format_html('<a class="jb-link" href="{}">{}</a>', url, text)
