"""The sweep: what a dead worker or a lost nudge left behind is started again; late jobs are reported."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from jetbridge.core.job_titles import title_of
from jetbridge.core.reports import Report
from jetbridge.core.texts import counted
from jetbridge.inbox import notifications, readings
from jetbridge.inbox.models import Notification
from jetbridge.jobs import queue, runs, stalls, status
from jetbridge.jobs.registry import JOBS

LATE, STALLED = "job.late", "job.stalled"
# The sweep runs while it looks, so it is never late in its own eyes.
SELF = "desk.sweep"


def sweep(*, now: datetime, unsent: Iterable[Callable[[], list[str]]]) -> Report:
    """Mark runs whose worker died, then nudge each job that has something pending."""
    report = Report()
    for name in runs.mark_stale_runs_died(now):
        _notify(name)
        report.done += 1
    alert_late_jobs(status.late_jobs())
    alert_stalled_runs(now)
    for name in _distinct(unsent, report):
        queue.nudge(name)
        report.done += 1
    return report


def alert_late_jobs(late: set[str]) -> None:
    """Put a line into the inbox for each job that became late; one that still is has its line already."""
    notifications.over(LATE, but=late, said=lambda name: f"{title_of(name)} was late")
    known = set(Notification.objects.filter(readings.nobody_read(), kind=LATE).values_list("key", flat=True))
    for name in sorted(late - known - {SELF}):
        job = JOBS[name]
        notifications.notify(
            LATE,
            key=name,
            title=f"{job.title} is late",
            text=f"{job.delays} Nobody has taken it up since its time came.",
            severity="warning",
            mail=True,
        )


def alert_stalled_runs(now: datetime) -> None:
    """Put a line into the inbox for each run that makes no progress; one that has a line that nobody read waits."""
    stalled = list(stalls.stalled(now))
    names = [lease.name for lease in stalled]
    notifications.over(STALLED, but=names, said=lambda name: f"{title_of(name)} made no progress")
    open_lines = Notification.objects.filter(readings.nobody_read(), kind=STALLED)
    known = set(open_lines.values_list("key", flat=True))
    for lease in (each for each in stalled if each.name not in known):
        minutes = stalls.silence(lease, now) // timedelta(minutes=1)
        notifications.notify(
            STALLED,
            key=lease.name,
            title=f"{title_of(lease.name)} makes no progress",
            text=f"Its run has achieved nothing for {counted(minutes, 'minute')}; after ten, another takes over.",
            severity="error",
            mail=True,
        )


def _distinct(unsent: Iterable[Callable[[], list[str]]], report: Report) -> list[str]:
    names: dict[str, None] = {}
    for ask in unsent:
        try:
            names.update(dict.fromkeys(ask()))
        except Exception as error:  # one feature's trouble must not leave the others' work lying
            report.fail(ask.__module__, repr(error))
    return list(names)


def _notify(name: str) -> None:
    notifications.notify(
        "job.died",
        key=name,
        title=f"{title_of(name)}: the worker died in the middle of a run",
        text="Nothing is lost: the next run takes up what was left undone.",
        severity="warning",
    )
