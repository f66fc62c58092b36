"""Lights of worker and schedule: when each showed last that it lives, and what stands still without it."""

from datetime import datetime, timedelta

from django.db.models import Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from jetbridge.core import generations
from jetbridge.core.job_titles import title_of
from jetbridge.core.models import Generation
from jetbridge.jobs import heartbeats, stalls
from jetbridge.jobs.heartbeats import Part
from jetbridge.panel import display, facts, header
from jetbridge.panel.header import Light, Trouble

WORKER_SEEN, SCHEDULE_SEEN, STALLED_JOB = "worker_seen", "schedule_seen", "stalled_job"
OLDER_SINCE, GENERATION = "older_since", "generation"

facts.add(WORKER_SEEN, lambda account: heartbeats.last(Part.WORKER))
facts.add(SCHEDULE_SEEN, lambda account: heartbeats.last(Part.SCHEDULE))
facts.add(STALLED_JOB, lambda account: Subquery(stalls.stalled(timezone.now()).values("name")[:1]))

facts.add(OLDER_SINCE, lambda account: Subquery(Generation.objects.filter(pk=1).values("older_since")))
facts.add(GENERATION, lambda account: Subquery(Generation.objects.filter(pk=1).values("number")))


@header.add
def in_header(request: HttpRequest) -> header.Addition:
    """Return the worker's light, and what is wrong with worker or schedule."""
    worker = _light(Part.WORKER, facts.fact(request, WORKER_SEEN))
    schedule = _light(Part.SCHEDULE, facts.fact(request, SCHEDULE_SEEN))
    stalled = _stall_troubles(facts.fact(request, STALLED_JOB))
    return header.Addition([worker], [*_age_troubles(request), *_troubles(worker, schedule), *stalled])


def part_light(part: Part) -> Light:
    """Return when a worker, or the schedule, last showed that it lives; a row a process, so this is cheap."""
    return _light(part, heartbeats.seen(part))


def _light(part: Part, seen: datetime | None) -> Light:
    if seen is None:
        return Light(part.label, "amber", f"No {part} has been seen yet")
    if heartbeats.is_silent(seen, timezone.now()):
        silent = timezone.now() - seen
        return Light(part.label, "red", f"No {part} seen for {display.span(silent.total_seconds())}")
    return Light(part.label, "green", f"{part.label} seen {display.distance(seen)}")


def _troubles(worker: Light, schedule: Light) -> list[Trouble]:
    """A missing worker is named alone: without it, a schedule achieves nothing."""
    if worker.tone != "green":
        text = "Nothing is sent to Jet and no order is fetched. Start one (and the schedule, make beat) with"
        return [Trouble(f"{worker.words}.", text, worker.tone, command="make worker")]
    if schedule.tone != "green":
        text = "Jobs start only when somebody does something: no order is fetched by itself. Start it with"
        return [Trouble(f"{schedule.words}.", text, schedule.tone, command="make beat")]
    return []


def age_light() -> Light:
    """Return whether deliveries go, or are held since the database was put back from a copy."""
    since = generations.state().older_since
    if since is None:
        return Light("Deliveries", "green", "Deliveries go")
    return Light("Deliveries", "red", f"held: the database is older than Jet since {display.exact(since)}")


def _age_troubles(request: HttpRequest) -> list[Trouble]:
    """A page asks no more than its one query; where the file says otherwise, it looks thoroughly."""
    since, number = facts.fact(request, OLDER_SINCE), facts.fact(request, GENERATION)
    if since is None and (generations.seen_number() or 0) > (number or 0):
        since = generations.state().older_since
    if since is None:
        return []
    text = (
        "It was put back from a copy. Until it was compared with Jet only acknowledgements go, and no mail."
    )
    title = f"This database is older than Jet since {display.exact(since)}. Deliveries are held."
    return [Trouble(title, text, url=reverse("desk:compare_with_jet"), link="What to do")]


def stall_light() -> Light:
    """Return whether each run that is under way gets on."""
    lease = stalls.stalled(timezone.now()).first()
    if lease is None:
        return Light("Runs", "green", "Every run gets on")
    silence = display.span(stalls.silence(lease, timezone.now()).total_seconds())
    return Light("Runs", "red", f"{title_of(lease.name)} has made no progress for {silence}")


def _stall_troubles(name: str | None) -> list[Trouble]:
    if not name:
        return []
    minutes = stalls.GIVEN_UP // timedelta(minutes=1)
    text = f"After {minutes} minutes without any, another worker takes over; restart the worker if none does."
    title = f"{title_of(name)} makes no progress."
    return [Trouble(title, text, url=reverse("desk:cron"), link="Cron Status")]
