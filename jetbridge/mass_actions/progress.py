"""How far a mass action is, in figures and words for its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.utils import timezone

from jetbridge.core.texts import counted
from jetbridge.mass_actions.models import MassAction
from jetbridge.panel.display import Tone, span

State = MassAction.State
TONES: dict[str, Tone] = {
    State.DRAFT: "grey",
    State.RUNNING: "blue",
    State.PAUSED: "amber",
    State.CANCELLED: "dark",
    State.DONE: "green",
    State.FAILED: "red",
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
    # What ended so, the groups apart: products, and groups beside them.
    done: int
    failed: int
    skipped: int
    groups: Mapping[str, int]

    @classmethod
    def of(
        cls, run: MassAction, groups: Mapping[str, int] | None = None, *, is_held_up: bool = False
    ) -> Self:
        """
        Reckon from the run's counts, of which `groups` are groups by state; what failed is never shown green.

        :param is_held_up: something keeps it from going on, so that nothing is promised of the time left
        """
        groups = groups or {}
        settled = run.done + run.failed + run.skipped
        total = max(run.chosen, settled)
        over = run.finished_at is not None
        percent = 100 if over else min(99, settled * 100 // total if total else 0)
        return cls(
            percent=percent,
            settled=settled,
            total=total,
            waiting=max(total - settled - groups.get("waiting", 0), 0),
            text=_text(run, settled, total, groups, is_paced=not is_held_up),
            tone=tone_of(run),
            word=run.sentence,
            done=run.done - groups.get("done", 0),
            failed=run.failed - groups.get("failed", 0),
            skipped=run.skipped - groups.get("skipped", 0),
            groups=groups,
        )


def is_cancelled(run: MassAction) -> bool:
    """Return whether a run was cancelled and nothing of it is under way any more."""
    return run.state == State.CANCELLED and run.finished_at is not None


def tone_of(run: MassAction) -> Tone:
    """Return the color of a run's state: green only where something was achieved and nothing failed."""
    if run.is_ending:
        return "amber"
    if run.state == State.DONE:
        if run.failed:
            return "amber" if run.done else "red"
        return "green" if run.done else "grey"
    return TONES[run.state]


def _text(run: MassAction, settled: int, total: int, groups: Mapping[str, int], *, is_paced: bool) -> str:
    of_groups = sum(groups.values())
    settled_groups = of_groups - groups.get("waiting", 0)
    text = f"{settled - settled_groups:,} of {total - of_groups:,}"
    if of_groups:
        text += f", and {settled_groups:,} of {counted(of_groups, 'group')}"
    # Groups are made up of their products: alone they say nothing of how long these take.
    is_paced = is_paced and (not of_groups or settled > settled_groups)
    left = _left(run, total - settled) if is_paced else None
    return f"{text}, about {span(max(left, 1))} left" if left is not None else text


def _left(run: MassAction, rest: int) -> float | None:
    """
    Return the seconds left at the pace since the start or the last pause; nothing where no pace is known.

    Only what was done or failed counts: what is left out takes no time. Between two outcomes it counts down; once
    they stay away for longer than promised, nothing is promised any more, rather than ever more.
    """
    if run.state != State.RUNNING or run.paced_at is None or run.settled_at is None:
        return None
    carried_out = run.done + run.failed - (run.paced_from or 0)
    spent = run.settled_at - run.paced_at
    if carried_out <= 0 or spent < SOONEST:
        return None
    promised = spent.total_seconds() / carried_out * rest
    left = promised - (timezone.now() - run.settled_at).total_seconds()
    return left if left > 0 else None
