"""The number on the bell: how many lines the person who looks has not read."""

from django.http import HttpRequest

from jetbridge.core.counts import CountUpTo
from jetbridge.inbox import readings
from jetbridge.panel import facts, header

UNREAD = "unread"

facts.add_personal(UNREAD, lambda person: CountUpTo(readings.unread(person).order_by(), facts.MOST))


@header.add
def in_header(request: HttpRequest) -> header.Addition:
    """Return the number of unread lines, under the name that the bell's template knows."""
    return header.Addition(words={"panel_unread": facts.count_text(facts.fact(request, UNREAD))})
