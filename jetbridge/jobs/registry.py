"""Every job by its name: when it starts, what it is for, what its lateness delays. A job registers itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from jetbridge.core.job_titles import TITLES

# How late a run may start unremarked.
GRACE, GRACE_OF_DAILY = timedelta(minutes=2), timedelta(hours=2)
# The interval of a job that starts only when it is asked for.
NEVER = timedelta.max


@dataclass(frozen=True)
class Job:
    """One job. The name is also the Celery task's."""

    name: str
    title: str
    purpose: str
    delays: str
    every: timedelta = NEVER
    at_hour: int | None = None
    # What a run says that found nothing to do and has no better reason of its own.
    idle: str = "Nothing was waiting."

    @property
    def is_scheduled(self) -> bool:
        """Return whether the schedule starts it; any other starts by nudge alone."""
        return self.every != NEVER

    @property
    def grace(self) -> timedelta:
        """How late a run may start unremarked."""
        return GRACE if self.at_hour is None else GRACE_OF_DAILY


# Say of a job what rooms above know to be left of its work.
_asked: list[Callable[[str], str]] = []


def what_is_left(ask: Callable[[str], str]) -> None:
    """Have a room above asked what is left of a job's work before a run says that nothing is."""
    _asked.append(ask)


def idle_words(name: str) -> str:
    """Return what a run says that found nothing to do: what is left all the same, else that nothing is."""
    job = JOBS.get(name)
    if job is None:
        return ""
    return " ".join(text for ask in _asked if (text := ask(name))) or job.idle


# Filled by the `tasks` module of each room, which every process loads when it starts (jobs.apps).
JOBS: dict[str, Job] = {}


def register(job: Job) -> None:
    """
    Put a job into the registry.

    :raises ValueError: another job has this name
    """
    if JOBS.setdefault(job.name, job) != job:
        raise ValueError(f"Two jobs are called {job.name}.")
    TITLES[job.name] = job.title


def by_title() -> list[Job]:
    """Return all jobs in the order in which a person looks for one."""
    return sorted(JOBS.values(), key=lambda job: job.title)


def scheduled() -> dict[str, Job]:
    """Return the jobs that the schedule starts, by name."""
    return {name: job for name, job in JOBS.items() if job.is_scheduled}
