"""How runs of jobs are shown: outcome, what was achieved, how long it took."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jetbridge.core import display
from jetbridge.core.models import JobRun
from jetbridge.desk.cron import TONES
from jetbridge.desk.howto import marks

register = template.Library()

register.filter("marked", marks.marked)

_WIDTH, _HEIGHT = 60, 16


@register.filter
def outcome_chip(run: JobRun) -> SafeString:
    """Return a run's outcome as a chip; green only when something was achieved."""
    return display.chip(run.get_outcome_display(), TONES[run.outcome])


@register.filter
def achieved(run: JobRun) -> str:
    """Return "n of m" with what was left out, or why there was nothing."""
    total = run.done + run.failed + run.skipped
    if not total:
        return run.message[:120]
    left = [f"{run.failed} failed" if run.failed else "", f"{run.skipped} left out" if run.skipped else ""]
    rest = ", ".join(part for part in left if part)
    return f"{run.done:,} of {total:,}" + (f" ({rest})" if rest else "")


@register.filter
def took(run: JobRun) -> str:
    """Return how long a finished run took."""
    return seconds((run.finished_at - run.started_at).total_seconds()) if run.finished_at else ""


@register.filter
def seconds(value: float) -> str:
    """Return a duration short enough for a column."""
    return f"{value:.1f} s" if value < 60 else display.span(value)


@register.filter
def trend(durations: list[float]) -> SafeString | str:
    """Return the durations as a small line, oldest left."""
    if len(durations) < 3:
        return ""
    top = max(durations) or 1
    step = _WIDTH / (len(durations) - 1)
    points = " ".join(
        f"{index * step:.1f},{_HEIGHT - 1 - value / top * (_HEIGHT - 2):.1f}"
        for index, value in enumerate(durations)
    )
    words = f"The last {len(durations)} runs took up to {seconds(max(durations))}"
    return format_html(
        '<svg class="jb-trend" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">'
        '<title>{2}</title><polyline points="{3}" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>',
        _WIDTH,
        _HEIGHT,
        words,
        points,
    )
