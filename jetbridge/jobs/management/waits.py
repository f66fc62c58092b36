"""Waits for what another worker took up before the command: Jet's answer to one thing, or the end of a job's run."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from django.core.management.base import CommandError

from jetbridge.core.models import JobRun
from jetbridge.jobs.runs import JobAlreadyRunning, JobRecorder, job_run
from jetbridge.jobs.set_aside import JobSetAside

PATIENCE = 30.0
PAUSE = 0.25
# A run in which everybody's work is done takes longer than one answer.
RUNS_PATIENCE = 120.0


def until(is_over: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Ask again and again until it is over or the patience ends."""
    give_up = time.monotonic() + patience
    while not is_over() and time.monotonic() < give_up:
        time.sleep(PAUSE)


@contextmanager
def commanded(job: str, patience: float = RUNS_PATIENCE) -> Iterator[JobRecorder]:
    """
    Run a job for a command, after a worker's run of it that is under way.

    :raises CommandError: that run does not end within the patience, or the job is set aside
    """
    give_up = time.monotonic() + patience
    with ExitStack() as stack:
        yield _entered(stack, job, give_up)


def _entered(stack: ExitStack, job: str, give_up: float) -> JobRecorder:
    while True:
        try:
            return stack.enter_context(job_run(job, trigger=JobRun.Trigger.COMMAND))
        except JobSetAside as aside:
            raise CommandError(f"{aside} `run_job {job} --try-again` lets it run once more.") from aside
        except JobAlreadyRunning as running:
            if time.monotonic() >= give_up:
                raise CommandError(f"{running} Try again when it is done.") from running
        time.sleep(PAUSE)
