"""How an action reports to its operator: what was achieved in figures, and what was not by name with its reason."""

from django.contrib import messages
from django.http import HttpRequest

from jetbridge.core.reports import Report
from jetbridge.core.texts import counted

# More names than this make a message unreadable; the count stays exact.
NAMED = 5


def show(request: HttpRequest, report: Report, *, done: str, thing: str, nothing: str = "") -> None:
    """
    Show a report above the page: "3 products queued", and each thing that failed or was left out with its reason.

    done is the word after the count, thing the singular of what is counted.
    """
    if report.done:
        messages.success(request, f"{counted(report.done, thing)} {done}.")
    elif not report.failed:
        messages.info(request, report.note or nothing or f"Nothing to do: no {thing} {done}.")
    if report.failed:
        messages.error(request, _named(report, "failed", f"{counted(report.failed, thing)} failed"))
    if report.skipped:
        messages.warning(request, _named(report, "skipped", f"{counted(report.skipped, thing)} left out"))
    if report.note and (report.done or report.failed):
        messages.info(request, report.note)


def _named(report: Report, state: str, head: str) -> str:
    items = [item for item in report.items if item.state == state]
    lines = [f"{item.reference}: {item.reason}" for item in items[:NAMED]]
    more = len(items) - len(lines)
    return f"{head}. " + " · ".join(lines) + (f" · and {more} more" if more > 0 else "")
