"""How far a mass action is, in figures and words for its page."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.utils import timezone

from jetbridge.mass_actions.models import BulkRun
from jetbridge.panel.display import Tone, span

State = BulkRun.State
TONES: dict[str, Tone] = {
    State.DRAFT: "grey",
    State.RUNNING: "blue",
    State.PAUSED: "amber",
    State.CANCELLED: "dark",
    State.DONE: "green",
}
# Before this long the pace says nothing.
SOONEST = timedelta(seconds=4)


@dataclass(frozen=True)
class Progress:
    """Figures of a run at this moment."""

    percent: int
    settled: int
    total: int
    waiting: int
    text: str
    tone: Tone
    word: str

    @classmethod
    def of(cls, run: BulkRun) -> Self:
        """Reckon from the run's counts; what failed is never shown green."""
        settled = run.done + run.failed + run.skipped
        total = max(run.chosen, settled)
        over = run.finished_at is not None
        percent = 100 if over else min(99, settled * 100 // total if total else 0)
        return cls(
            percent=percent,
            settled=settled,
            total=total,
            waiting=max(total - settled, 0),
            text=_text(run, settled, total),
            tone=tone_of(run),
            word=word_of(run),
        )


def is_ending(run: BulkRun) -> bool:
    """Tell whether a cancelled run still waits for what was begun before."""
    return run.state == State.CANCELLED and run.finished_at is None


def is_cancelled(run: BulkRun) -> bool:
    """Tell whether a run was cancelled and nothing of it is under way any more."""
    return run.state == State.CANCELLED and run.finished_at is not None


def tone_of(run: BulkRun) -> Tone:
    """Return the color of a run's state: green only where something was achieved and nothing failed."""
    if is_ending(run):
        return "amber"
    if run.state == State.DONE:
        if run.failed:
            return "amber" if run.done else "red"
        return "green" if run.done else "grey"
    return TONES[run.state]


def word_of(run: BulkRun) -> str:
    if is_ending(run):
        return "Being cancelled"
    if run.state == State.DONE:
        if run.failed:
            return "Partly done" if run.done else "Failed"
        return "Done" if run.done else "Nothing done"
    return str(run.get_state_display())


def _text(run: BulkRun, settled: int, total: int) -> str:
    text = f"{settled:,} of {total:,}"
    if run.state != State.RUNNING or run.started_at is None or not settled:
        return text
    spent = timezone.now() - run.started_at
    if spent < SOONEST:
        return text
    left = spent.total_seconds() / settled * (total - settled)
    return f"{text}, about {span(max(left, 1))} left"
