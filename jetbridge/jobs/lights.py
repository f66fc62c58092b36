"""Lights of worker and schedule: when each showed last that it lives, and what stands still without it."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from jetbridge.jobs import heartbeats
from jetbridge.jobs.heartbeats import Part
from jetbridge.panel import display, facts, header
from jetbridge.panel.header import Light, Trouble

WORKER_SEEN, SCHEDULE_SEEN = "worker_seen", "schedule_seen"

facts.add(WORKER_SEEN, lambda account: heartbeats.last(Part.WORKER))
facts.add(SCHEDULE_SEEN, lambda account: heartbeats.last(Part.SCHEDULE))


@header.add
def in_header(request: HttpRequest) -> header.Addition:
    """Return the worker's light, and what is wrong with worker or schedule."""
    worker = _light(Part.WORKER, facts.fact(request, WORKER_SEEN))
    schedule = _light(Part.SCHEDULE, facts.fact(request, SCHEDULE_SEEN))
    return header.Addition([worker], _troubles(worker, schedule))


def part_light(part: Part) -> Light:
    """Tell when a worker, or the schedule, last showed that it lives; a row a process, so this is cheap."""
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
