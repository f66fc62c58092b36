"""Questions about scheduled jobs: how each stands, whether it is late, and whether its helpers are there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from celery import current_app
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from jetbridge.core import configuration
from jetbridge.core.models import Event, JobRun
from jetbridge.jobs import set_aside, stalls
from jetbridge.jobs.due_times import every, expected, next_start, schedule_rows
from jetbridge.jobs.heartbeats import Part
from jetbridge.jobs.lights import age_light, part_light, stall_light
from jetbridge.jobs.models import JobLease
from jetbridge.jobs.registry import JOBS, Job, by_title, scheduled
from jetbridge.panel import display, timeline
from jetbridge.panel.header import Light, jet_light

# As many runs as a trend needs; each job's are read through its own index.
TREND = 10
# A worker polls its queue many times a second; after this long nobody is there.
PATIENCE = timedelta(seconds=30)
# The schedule looks at its rows this often.
BEAT = timedelta(seconds=5)

TONES: dict[str, display.Tone] = {
    JobRun.Outcome.RUNNING: "blue",
    JobRun.Outcome.ACHIEVED: "green",
    JobRun.Outcome.PARTIAL: "amber",
    JobRun.Outcome.NOTHING: "grey",
    JobRun.Outcome.REFUSED: "red",
    JobRun.Outcome.FAILED: "red",
    JobRun.Outcome.DIED: "dark",
}

RECENT = timedelta(hours=24)
# What no run looked at for so long may be otherwise by now.
UNSEEN = timedelta(hours=1)
# Outcomes of runs that had no work, or have not ended.
IDLE = (JobRun.Outcome.RUNNING, JobRun.Outcome.NOTHING)
# Outcomes that somebody should look at.
TROUBLE = frozenset(JobRun.Outcome) - {JobRun.Outcome.RUNNING, *JobRun.QUIET}


def outcome_words(run: JobRun) -> str:
    """Return a run's outcome in words; that there was nothing to do, only where nothing was left of its work."""
    job = JOBS.get(run.job)
    if run.outcome == JobRun.Outcome.NOTHING and job is not None and run.message == job.idle:
        return "Nothing to do"
    return str(run.get_outcome_display())


@dataclass(frozen=True)
class Asked:
    """A run that a person asked for: after which run, and when."""

    after: int
    at: datetime


@dataclass(frozen=True)
class JobState:
    """One job as the cron page shows it."""

    job: Job
    every: timedelta
    rhythm: str
    schedule: Any
    begun: datetime | None
    paused: bool
    is_late: bool
    runs: list[JobRun]
    asked: Asked | None = None
    # How long its run under way has made no progress, once that is an alarm.
    stalled_for: timedelta | None = None
    # Since when it is set aside, because it held the interpreter of its worker.
    aside_since: datetime | None = None
    # How many of its runs of the last 24 hours did not go well.
    failures: int = 0
    # The newest of these.
    failed: JobRun | None = None
    # The newest run that had work to do or failed; older than `last` where only idle ones came since.
    worked: JobRun | None = None
    # Who paused it, when and why; nothing where no history shows.
    pausing: Event | None = None

    @property
    def last(self) -> JobRun | None:
        """The newest run, whatever started it."""
        return self.runs[0] if self.runs else None

    @property
    def before(self) -> JobRun | None:
        """The run that had work, where the newest one had none."""
        idle = self.last is not None and self.last.outcome in IDLE
        return self.worked if idle and self.worked is not None and self.worked.pk != self.last.pk else None  # type: ignore[union-attr]

    @property
    def is_scheduled(self) -> bool:
        """Return whether the schedule knows the job at all; without its row it never starts by itself."""
        return self.schedule is not None

    @property
    def by_nudge(self) -> bool:
        """Return whether the job has no rhythm: it starts when it is asked for, and there is nothing to pause."""
        return not self.job.is_scheduled

    @property
    def is_troubled(self) -> bool:
        """Return whether the newest run that ended did not do what it was to do."""
        ended = next((run for run in self.runs if run.finished_at), None)
        return ended is not None and ended.outcome in TROUBLE

    @property
    def needs_a_look(self) -> bool:
        """Return whether it stands still, is late, or did not do last time what it was to do."""
        stands = self.paused or self.aside_since or self.stalled_for or self.nobody_came
        gone = not self.is_scheduled and not self.by_nudge
        return bool(self.is_late or stands or gone or self.is_troubled)

    @property
    def next_at(self) -> datetime | None:
        """When the schedule starts it next; unknown while paused, or without a row of the schedule."""
        if self.paused or self.schedule is None or self.begun is None:
            return None
        # Nudges fill the latest runs of a busy job; then the time counts from the schedule row's last change.
        scheduled = next(
            (run.started_at for run in self.runs if run.trigger == JobRun.Trigger.BEAT), self.begun
        )
        remaining: timedelta = self.schedule.remaining_estimate(scheduled)
        return timezone.now() + remaining

    @property
    def next_is_due(self) -> bool:
        """Return whether the next run's time has come, or does within the schedule's own beat."""
        return self.next_at is not None and self.next_at <= timezone.now() + BEAT

    @property
    def ended(self) -> list[JobRun]:
        """The latest runs that ended, oldest first."""
        return [run for run in reversed(self.runs) if run.finished_at]

    @property
    def is_waiting(self) -> bool:
        """Return whether the run that was asked for has not begun yet."""
        if self.asked is None:
            return False
        if self.last is None or self.last.pk > self.asked.after:
            return self.last is None
        # It may have been under way already: then that run is the answer.
        return self.last.finished_at is None or self.last.finished_at < self.asked.at

    @property
    def nobody_came(self) -> bool:
        """Return whether the run that was asked for waits longer than a living worker lets it."""
        return self.is_waiting and self.asked is not None and timezone.now() - self.asked.at > PATIENCE

    @property
    def is_moving(self) -> bool:
        """Return whether the row will change by itself soon, so that the page should follow it."""
        running = self.last is not None and self.last.outcome == JobRun.Outcome.RUNNING
        return running or (self.is_waiting and not self.nobody_came)


def job_states() -> list[JobState]:
    """Return every job with its latest runs, whatever the tables hold."""
    return _states(by_title())


def by_weight(states: Iterable[JobState], first: Sequence[str]) -> tuple[list[JobState], list[JobState]]:
    """Return what a person looks at first: late jobs, those named first, other trouble; and the rest, all fine."""
    front: list[JobState] = []
    rest: list[JobState] = []
    for state in states:
        (front if state.needs_a_look or state.job.name in first else rest).append(state)
    places = {name: place for place, name in enumerate(first)}
    front.sort(key=lambda state: (not state.is_late, places.get(state.job.name, len(first))))
    return front, rest


def job_state(name: str, asked: Asked | None = None) -> JobState:
    """Return one job's state; name must be one of registry.JOBS."""
    (state,) = _states([JOBS[name]])
    return replace(state, asked=asked)


def late_jobs() -> set[str]:
    """
    Return the jobs that should have started by now and have not; paused ones and those set aside are never late.

    One whose row of the schedule is gone never comes, and nobody said that it should not.
    """
    now, rows = timezone.now(), schedule_rows()
    late = {
        name
        for name, task in rows.items()
        if task.enabled
        and task.aside is None
        and next_start(JOBS[name], task, task.seen) + JOBS[name].grace < now
    }
    return late | (scheduled().keys() - rows.keys())


def failures(now: datetime | None = None) -> dict[str, tuple[int, int]]:
    """Return by job how many runs of the last 24 hours did not do what they were to do, and the newest one's key."""
    since = (now or timezone.now()) - RECENT
    rows = JobRun.objects.filter(job__in=list(JOBS), outcome__in=sorted(TROUBLE), started_at__gte=since)
    counted = rows.order_by().values_list("job").annotate(Count("pk"), Max("pk"))
    return {job: (count, newest) for job, count, newest in counted}


def _worked() -> dict[str, JobRun]:
    """Return each job's newest run that had work or failed: a seek in the index for each outcome."""
    names = [outcome for outcome in JobRun.Outcome if outcome not in IDLE]
    newest = {
        f"run_{outcome.value}": Subquery(
            JobRun.objects.filter(job=OuterRef("name"), outcome=outcome)
            .order_by("-started_at")
            .values("pk")[:1]
        )
        for outcome in names
    }
    # Each job that ever ran has a lease.
    keys = {key for row in JobLease.objects.values_list(*newest.values()) for key in row if key}
    found: dict[str, JobRun] = {}
    for run in JobRun.objects.filter(pk__in=keys).defer("items", "traceback").order_by("started_at"):
        found[run.job] = run
    return found


def set_aside_jobs() -> set[str]:
    """Return the scheduled jobs that are set aside."""
    return {name for name, task in schedule_rows().items() if task.aside is not None}


def paused_jobs() -> set[str]:
    return {name for name, task in schedule_rows().items() if not task.enabled}


def rhythm(task: Any) -> str:
    """Return a schedule row's rhythm in words."""
    if task.crontab:
        line = task.crontab
        days = [line.day_of_month, line.month_of_year, line.day_of_week]
        if line.hour.isdecimal() and line.minute.isdecimal() and set(days) == {"*"}:
            return f"each day at {int(line.hour):02d}:{int(line.minute):02d} UTC"
        return (
            f"by the cron line {' '.join([line.minute, line.hour, *days])}"  # set by hand, outside the panel
        )
    minutes = task.interval.schedule.run_every // timedelta(minutes=1)
    return "every minute" if minutes == 1 else f"every {minutes} minutes"


def how_often(name: str) -> str:
    """Say how often a job starts by itself, as the schedule has it now, and what keeps it from that."""
    task = schedule_rows().get(name)
    if task is None:
        return "only when it is asked for"
    stopped = expected(name).stopped
    return f"{rhythm(task)}, but {JOBS[name].title} {stopped}" if stopped else rhythm(task)


def silence(name: str) -> str:
    """Say why what a job looks after may be otherwise by now: it does not run, or no run of it ended for an hour."""
    if stopped := expected(name).stopped:
        return f"{JOBS[name].title} {stopped}"
    since = timezone.now() - max(UNSEEN, 2 * JOBS[name].every)
    if JobRun.objects.filter(job=name, finished_at__gte=since).exists():
        return ""
    return f"no run of {JOBS[name].title} ended for an hour"


def latest_run_id(name: str) -> int:
    """Return the key of a job's newest run, 0 without one."""
    newest = JobRun.objects.filter(job=name).order_by("-started_at").values_list("pk", flat=True).first()
    return newest or 0


def timeline_of(name: str) -> list[timeline.Entry]:
    """Return what people and commands did to a job's schedule, newest first."""
    task = PeriodicTask.objects.filter(name=name).first()
    return timeline.of(task) if task else []


def helpers() -> list[Light]:
    """Return a light each for what jobs need: worker, schedule, broker, database, Jet."""
    account = configuration.active_account()
    return [
        part_light(Part.WORKER),
        part_light(Part.SCHEDULE),
        stall_light(),
        age_light(),
        broker_light(),
        Light("Database", "green", "The database answers"),
        jet_light(account),
    ]


def _states(jobs: Iterable[Job]) -> list[JobState]:
    tasks, late = schedule_rows(), late_jobs()
    paused = _pausings(task.pk for task in tasks.values() if not task.enabled)
    now = timezone.now()
    stalled = {lease.name: stalls.silence(lease, now) for lease in stalls.stalled(now)}
    jobs = list(jobs)
    runs = _latest([job.name for job in jobs])
    states = (_state(job, tasks.get(job.name), job.name in late, paused, runs[job.name]) for job in jobs)
    counts, worked, aside = failures(now), _worked(), set_aside.jobs_aside()
    newest = JobRun.objects.filter(pk__in=[key for _, key in counts.values()]).defer("traceback")
    failed = {run.job: run for run in newest} if counts else {}
    return [
        replace(
            state,
            stalled_for=stalled.get(state.job.name),
            aside_since=aside.get(state.job.name),
            failures=counts.get(state.job.name, (0, 0))[0],
            failed=failed.get(state.job.name),
            worked=worked.get(state.job.name),
        )
        for state in states
    ]


def _latest(names: Collection[str]) -> dict[str, list[JobRun]]:
    """Return each job's newest runs, newest first: a seek in the index for each job, in two queries."""
    found: dict[str, list[JobRun]] = {name: [] for name in names}
    oldest = JobRun.objects.filter(job=OuterRef("name")).order_by("-started_at").values("started_at")
    # Each job that ever ran has a lease.
    since = JobLease.objects.filter(name__in=names).values_list("name", Subquery(oldest[TREND - 1 : TREND]))
    shown = [Q(job=name, started_at__gte=at) if at else Q(job=name) for name, at in since]
    if not shown:
        return found
    rows = JobRun.objects.filter(reduce(or_, shown)).defer("items", "traceback").order_by()
    for run in sorted(rows, key=lambda run: (run.started_at, run.pk), reverse=True):
        found[run.job].append(run)
    return {name: runs[:TREND] for name, runs in found.items()}


def _state(job: Job, task: Any, is_late: bool, paused: Mapping[str, Event], runs: list[JobRun]) -> JobState:
    return JobState(
        job=job,
        every=every(job, task),
        rhythm=rhythm(task) if task else "not scheduled" if job.is_scheduled else "when it is asked for",
        schedule=task.schedule if task else None,
        begun=task.date_changed if task else None,
        paused=task is not None and not task.enabled,
        is_late=is_late,
        runs=runs,
        pausing=paused.get(str(task.pk)) if task else None,
    )


def _pausings(keys: Iterable[int]) -> dict[str, Event]:
    """Return for each paused row of the schedule the event that names who paused it; no query for none."""
    names = [str(key) for key in keys]
    if not names:
        return {}
    kind = PeriodicTask._meta.label_lower
    events = Event.objects.filter(kind=kind, object_id__in=names, action="paused")
    return {event.object_id: event for event in events.select_related("user").order_by("pk")}


def broker_light() -> Light:
    """Return whether the broker takes messages."""
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except Exception as error:  # the broker's client raises what its transport pleases
        return Light("Broker", "red", f"The broker does not answer: {error}")
    return Light("Broker", "green", "The broker answers")
