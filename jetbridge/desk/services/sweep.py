"""The sweep: what a dead worker or a lost nudge left behind is started again within a minute."""

from collections.abc import Callable, Iterable
from datetime import datetime

from jetbridge.core import jobs, notices, queue
from jetbridge.core.reports import Report
from jetbridge.schedule import JOBS


def sweep(*, now: datetime, unsent: Iterable[Callable[[], list[str]]]) -> Report:
    """Mark runs whose worker died, then nudge each job that has something wanted and unsent."""
    report = Report()
    for name in jobs.mark_stale_runs_died(now):
        _tell(name)
        report.done += 1
    for name in _distinct(unsent, report):
        queue.nudge(name)
        report.done += 1
    return report


def _distinct(unsent: Iterable[Callable[[], list[str]]], report: Report) -> list[str]:
    names: dict[str, None] = {}
    for ask in unsent:
        try:
            names.update(dict.fromkeys(ask()))
        except Exception as error:  # one feature's trouble must not leave the others' work lying
            report.fail(ask.__module__, repr(error))
    return list(names)


def _tell(name: str) -> None:
    job = JOBS.get(name)
    notices.notify(
        "job.died",
        key=name,
        title=f"{job.title if job else name}: the worker died in the middle of a run",
        text="Nothing is lost: the next run takes up what was left undone.",
        severity="warning",
    )
