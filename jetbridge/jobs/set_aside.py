"""Jobs that held the interpreter of their worker: after the second time they are set aside until a person says so."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jetbridge.core import history
from jetbridge.core.job_titles import title_of
from jetbridge.core.models import JobRun
from jetbridge.jobs import leases, queue
from jetbridge.jobs.models import JobLease

# The second time within this long sets a job aside.
REMEMBERED = timedelta(hours=24)
STRIKES = 2


class JobSetAside(Exception):
    """The job held its worker twice, and nobody has said yet that it shall be tried again."""

    def __str__(self) -> str:
        return f"{title_of(self.args[0])} is set aside: it held the interpreter of its worker twice."


@dataclass(frozen=True)
class Strike:
    """A job that held the interpreter, its run, and whether it is set aside now."""

    job: str
    run: JobRun
    is_aside: bool


def is_aside(name: str) -> bool:
    """Return whether a job is set aside."""
    return JobLease.objects.filter(name=name, set_aside_at__isnull=False).exists()


def jobs_aside() -> dict[str, datetime]:
    """Return the jobs that are set aside, and since when."""
    rows = JobLease.objects.filter(set_aside_at__isnull=False).values_list("name", "set_aside_at")
    return {name: at for name, at in rows if at is not None}


@transaction.atomic
def note(runs: Mapping[int, str], culprits: Collection[int], *, seconds: float) -> list[Strike]:
    """
    Put on record which runs ended with a worker that was replaced, and count it against those that held it.

    All of them are free at once and asked for again; one that is set aside waits for a person.
    """
    now, strikes = timezone.now(), []
    names = ", ".join(title_of(runs[run]) for run in sorted(culprits))
    for run in JobRun.objects.filter(pk__in=list(runs), outcome=JobRun.Outcome.RUNNING):
        message = f"The worker was replaced, since {names} held its interpreter; the next run takes over."
        if run.pk in culprits:
            strike = Strike(run.job, run, _strike(run.job, now))
            strikes.append(strike)
            message = (
                f"It held the interpreter of its worker for {seconds:.0f} seconds; the worker was replaced."
            )
            message += " It was the second time: the job is set aside." if strike.is_aside else ""
        ended = JobRun.objects.filter(pk=run.pk, outcome=JobRun.Outcome.RUNNING)
        ended.update(outcome=JobRun.Outcome.DIED, finished_at=now, message=message)
        leases.release(run.job, run.holder)
        queue.nudge(run.job)
    return strikes


def _strike(job: str, now: datetime) -> bool:
    rows = JobLease.objects.filter(name=job)
    rows.filter(struck_at__lt=now - REMEMBERED).update(strikes=0)
    rows.update(strikes=F("strikes") + 1, struck_at=now)
    aside = rows.filter(strikes__gte=STRIKES).update(set_aside_at=now) == 1
    if aside:
        history.record(
            "set aside", rows.get(), message=f"{title_of(job)} held its worker twice and is set aside."
        )
    return aside


@transaction.atomic
def try_again(job: str) -> bool:
    """Let a job that is set aside run once more; return whether it was. Held again, it is set aside again."""
    rows = JobLease.objects.filter(name=job, set_aside_at__isnull=False)
    freed = rows.update(set_aside_at=None, strikes=STRIKES - 1, struck_at=timezone.now()) == 1
    if freed:
        lease = JobLease.objects.get(name=job)
        history.record("tried again", lease, message=f"{title_of(job)} is tried again.")
        queue.nudge(job)
    return freed
