"""How a job is defined: one decorator makes the Celery task, runs it under its lease and puts it on record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from celery import shared_task

from jetbridge.jobs.registry import NEVER, Job, register
from jetbridge.jobs.runs import JobAlreadyRunning, JobRecorder, job_run
from jetbridge.jobs.set_aside import JobSetAside


def job(
    name: str,
    *,
    title: str,
    purpose: str,
    delays: str,
    minutes: int | None = None,
    at_hour: int | None = None,
    idle: str = "Nothing was waiting.",
) -> Callable[[Callable[[JobRecorder], None]], Any]:
    """
    Make a job of what its run does; the task of its name takes up the lease, the record and the outcome.

    :param minutes: how often the schedule starts it
    :param at_hour: or at which hour of each day (UTC); without either it starts only when it is asked for
    """
    every = timedelta(minutes=minutes) if minutes else NEVER if at_hour is None else timedelta(days=1)

    def decorate(work: Callable[[JobRecorder], None]) -> Any:
        register(Job(name, title, purpose, delays, every, at_hour, idle))

        def task() -> None:
            with job_run(name) as run:
                work(run)

        task.__doc__, task.__module__, task.__name__ = work.__doc__, work.__module__, work.__name__
        return shared_task(name=name, throws=(JobAlreadyRunning, JobSetAside))(task)

    return decorate
