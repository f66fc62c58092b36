"""How runs of jobs are shown: outcome, what was achieved, how long it took."""

from collections import Counter

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jetbridge.core.models import JobRun
from jetbridge.desk.error_book.matches import recognize
from jetbridge.desk.howto import marks
from jetbridge.jobs.status import TONES, outcome_words
from jetbridge.panel import display

register = template.Library()

register.filter("marked", marks.marked)

# Pixels of a trend: a bar's share of the width, and the height of the longest.
_STEP, _HEIGHT = 6, 16
# Fewer runs show no trend.
_FEWEST = 3


@register.simple_tag
def why_refused(text: object) -> SafeString:
    """Return a link to the error book for what a form refuses, where the book knows more than the form says."""
    known = recognize(str(text)).startswith("settings.")
    return display.why(text) if known else SafeString("")


@register.filter
def outcome_chip(run: JobRun) -> SafeString:
    """Return a run's outcome as a chip; green only when something was achieved."""
    return display.chip(outcome_words(run), TONES[run.outcome])


@register.filter
def achieved(run: JobRun) -> str:
    """Return "n of m" with what was left out, or why there was nothing; what was only left out is not achieved."""
    total = run.done + run.failed + run.skipped
    if not total:
        return run.message[:200]
    left = [f"{run.failed} failed" if run.failed else "", f"{run.skipped} left out" if run.skipped else ""]
    rest = ", ".join(part for part in left if part)
    return f"{run.done:,} of {total:,}" + (f" ({rest})" if rest else "")


@register.filter
def reason(run: JobRun) -> str:
    """Return why a run did not do what it was to do: what it says itself, else of the first thing that failed."""
    return str(run.message or next((item["reason"] for item in run.items if item["state"] == "failed"), ""))


@register.filter
def took(run: JobRun) -> str:
    """Return how long a finished run took."""
    return seconds((run.finished_at - run.started_at).total_seconds()) if run.finished_at else ""


@register.filter
def seconds(value: float) -> str:
    """Return a duration short enough for a column."""
    return f"{value:.1f} s" if value < 60 else display.span(value)


@register.filter
def trend(runs: list[JobRun]) -> SafeString | str:
    """Return runs as small bars, oldest left: as high as they took long, in the color of their outcome."""
    if len(runs) < _FEWEST:
        return ""
    lengths = [_length(run) for run in runs]
    top = max(lengths) or 1
    bars = format_html_join(
        "",
        '<rect class="jb-{}" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (TONES[run.outcome], place * _STEP, _HEIGHT - height, _STEP - 1, height)
            for place, (run, length) in enumerate(zip(runs, lengths, strict=True))
            for height in [max(2, round(length / top * _HEIGHT))]
        ),
    )
    counts = Counter(outcome_words(run).lower() for run in runs)
    listed = ", ".join(f"{count} {word}" for word, count in counts.most_common())
    words = f"The last {len(runs)} runs: {listed}; the longest took {seconds(max(lengths))}"
    return format_html(
        '<svg class="jb-trend" viewBox="0 0 {0} {1}" width="{0}" height="{1}" role="img" aria-label="{2}">'
        "<title>{2}</title>{3}</svg>",
        len(runs) * _STEP,
        _HEIGHT,
        words,
        bars,
    )


def _length(run: JobRun) -> float:
    return (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0
