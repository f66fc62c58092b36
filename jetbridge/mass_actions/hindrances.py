"""What keeps a mass action from going on: no worker, Jet that does not answer, a job that waits for a person."""

from typing import Any

from django.utils import timezone

from jetbridge.jobs import due_times, heartbeats
from jetbridge.jobs.registry import JOBS
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from jetbridge.panel import header
from jetbridge.panel.display import Tone


def hindrances(run: MassAction) -> list[tuple[Tone, str]]:
    """Return what holds a run up that is under way; nothing of it is lost."""
    if run.finished_at or run.state in (MassAction.State.PAUSED, MassAction.State.FAILED):
        return []
    silence = heartbeats.not_heard(heartbeats.seen(heartbeats.Part.WORKER), timezone.now())
    jet = header.jet_light(run.account)
    away = [words for words in (silence, jet.words if jet.tone == "red" else "") if words]
    held = _held_up(run)
    goes_on = "does not go on by itself" if held else "goes on by itself"
    return [("amber", f"{words}. What is left waits, and {goes_on}.") for words in [*held, *away]]


def _held_up(run: MassAction) -> list[str]:
    """Say of each job for which a run waits what keeps it from running: its own, and those that send for it."""
    own, held = f"{run.scope}.advance_bulk_runs", due_times.held_up(JOBS)
    kinds = [kind() for kind in boxes.boxes()] if held else []
    return [
        words for name, words in held.items() if name == own or any(_waits(run, box, name) for box in kinds)
    ]


def _waits(run: MassAction, box: Outbox[Any], job: str) -> bool:
    """Return whether anything of a run is to be sent by a job from a box."""
    rows = box.of_job(job) if box.job in ("", job) else None
    if rows is None:
        return False
    if any(field.name == "run" for field in box.model._meta.fields):
        return box.select(rows.filter(run=run, next_try_at__isnull=False)).exists()
    return run.items.filter(state=MassActionItem.State.WAITING, box=box.name).exists()
