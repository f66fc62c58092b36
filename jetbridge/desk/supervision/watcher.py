"""Watches the parts: restarts one that died, slower each time, and stops them all in order."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from jetbridge.desk.supervision.child import Child
from jetbridge.desk.supervision.parts import Part

STOP_SECONDS = 10.0
# A part that ran this long had started well: its next crash counts as the first again.
STEADY_SECONDS = 60.0
PAUSES = (1.0, 2.0, 4.0, 8.0)

Launch = Callable[[Part], Child]
Say = Callable[[str], None]


class Fate(Enum):
    """What became of a part."""

    RUNNING = "running"
    WAITING = "waiting"
    GIVEN_UP = "given up"
    ENDED = "ended"


@dataclass
class Watched:
    """One part with its present process and its record."""

    part: Part
    once: bool = False
    child: Child | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    crashes: int = 0
    fate: Fate = Fate.WAITING
    exit_code: int | None = field(default=None)


class Watcher:
    """Keeps parts running. `tick` is called from the main thread, a few times a second."""

    def __init__(self, *, launch: Launch, say: Say, pauses: tuple[float, ...] = PAUSES) -> None:
        self._launch = launch
        self._say = say
        self._pauses = pauses
        self.watched: dict[str, Watched] = {}

    def add(self, part: Part, *, once: bool = False) -> Watched:
        """Start a part and watch it from now on; one that is meant to run once is not restarted."""
        entry = self.watched[part.name] = Watched(part, once=once)
        self._start(entry)
        return entry

    def pids(self) -> dict[str, int]:
        """Return the process ids of the parts that run."""
        return {
            name: entry.child.pid
            for name, entry in self.watched.items()
            if entry.child is not None and entry.fate is Fate.RUNNING
        }

    def tick(self) -> bool:
        """Look after each part once; return whether a process came or went."""
        changed = False
        now = time.monotonic()
        for entry in self.watched.values():
            if entry.fate is Fate.RUNNING and entry.child and entry.child.exit_code is not None:
                self._bury(entry, now)
                changed = True
            elif entry.fate is Fate.WAITING and now >= entry.restart_at:
                self._start(entry)
                changed = True
        return changed

    def all_given_up(self) -> bool:
        """Return whether nothing is left that runs or will."""
        lasting = [entry for entry in self.watched.values() if not entry.once]
        return all(entry.fate is Fate.GIVEN_UP for entry in lasting)

    def stop(self, seconds: float = STOP_SECONDS) -> list[str]:
        """Ask all parts to stop, kill what is left after so many seconds; return the names of those killed."""
        running = [entry.child for entry in self.watched.values() if entry.child is not None]
        for child in running:
            child.ask_to_stop()
        deadline = time.monotonic() + seconds
        killed = [child.part.name for child in running if not child.wait(deadline - time.monotonic())]
        for child in running:
            child.clear_away()
        return killed

    def _start(self, entry: Watched) -> None:
        entry.child = self._launch(entry.part)
        entry.started_at = time.monotonic()
        entry.fate = Fate.RUNNING

    def _bury(self, entry: Watched, now: float) -> None:
        child = entry.child
        assert child is not None
        entry.exit_code = child.exit_code
        child.clear_away()
        entry.child = None
        if entry.once:
            entry.fate = Fate.ENDED
            return
        entry.crashes = 1 if now - entry.started_at > STEADY_SECONDS else entry.crashes + 1
        how = _manner(entry.exit_code)
        # Only what ends by itself again and again cannot start; whoever was killed may well run next time.
        was_killed = entry.exit_code is not None and entry.exit_code < 0
        if entry.crashes > len(self._pauses) and not was_killed:
            entry.fate = Fate.GIVEN_UP
            self._say(
                f"{entry.part.name} {how} {entry.crashes} times in a row and stays stopped. It said last:"
            )
            for line in child.last_lines or ["(nothing)"]:
                self._say(f"    {line}")
            return
        pause = self._pauses[min(entry.crashes, len(self._pauses)) - 1]
        entry.fate, entry.restart_at = Fate.WAITING, now + pause
        self._say(f"{entry.part.name} {how}; it starts again in {pause:g} s.")


def _manner(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"was killed by signal {-exit_code}"
    return f"ended with exit code {exit_code}"
