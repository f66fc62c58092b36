"""The sweep: what a dead worker or a lost nudge left behind is started again within a minute."""

from collections.abc import Callable, Iterable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

from jetbridge.core import jobs, notices, queue
from jetbridge.core.reports import Report
from jetbridge.schedule import JOBS

FEATURES = ("catalog", "orders", "returns")


def sweep(*, now: datetime, unsent: Iterable[Callable[[], list[str]]]) -> Report:
    """Mark runs whose worker died, then nudge each job that has something wanted and unsent."""
    report = Report()
    for name in jobs.mark_stale_runs_died(now):
        _tell(name)
        report.done += 1
    for name in _distinct(unsent):
        queue.nudge(name)
        report.done += 1
    return report


def unsent_questions() -> list[Callable[[], list[str]]]:
    """Return each feature's answer to: which of your jobs have something to send now?"""
    modules = [import_module(f"{app}.selectors") for app in FEATURES if find_spec(f"{app}.selectors")]
    return [module.unsent_jobs for module in modules if hasattr(module, "unsent_jobs")]


def _distinct(unsent: Iterable[Callable[[], list[str]]]) -> list[str]:
    return list(dict.fromkeys(name for ask in unsent for name in ask()))


def _tell(name: str) -> None:
    job = JOBS.get(name)
    notices.notify(
        "job.died",
        key=name,
        title=f"{job.title if job else name}: the worker died in the middle of a run",
        text="Nothing is lost: the next run takes up what was left undone.",
        severity="warning",
    )
