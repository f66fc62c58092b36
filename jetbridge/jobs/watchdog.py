"""Finds, from outside, processes whose interpreter is held: their pulse stops, and the job that did it is named."""

import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from jetbridge.jobs import processes

# Without a pulse for this long, a process is ended; so it is noticed within a minute.
HELD = 40.0
# Who looks less often than this was stopped itself, as a machine that sleeps is: what it saw says nothing.
SLEPT = 10.0


@dataclass(frozen=True)
class Held:
    """A process whose interpreter is held: what it runs, and which of it did that, as far as it shows."""

    pid: int
    seconds: float
    runs: dict[int, str]
    culprits: frozenset[int]


@dataclass
class _Watched:
    mark: int
    since: float
    # What each thread had used of the processor when the pulse was seen last.
    used: dict[int, int] = field(default_factory=dict)


class Watchdog:
    """Looks at the pulses in a folder; `look` is called every second or so."""

    def __init__(
        self, folder: Path, *, held: float = HELD, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._held, self._clock = folder, held, clock
        self._known: dict[int, _Watched] = {}
        self._looked_at = clock()

    def look(self) -> list[Held]:
        """Return the processes whose interpreter is held by now."""
        now = self._clock()
        slept, self._looked_at = now - self._looked_at > SLEPT, now
        found = []
        for path in self._folder.iterdir() if self._folder.is_dir() else []:
            if not path.name.isdecimal():
                continue
            pid = int(path.name)
            try:
                mark = path.stat().st_mtime_ns
            except OSError:
                continue
            if not processes.lives(pid):
                path.unlink(missing_ok=True)
                self._known.pop(pid, None)
                continue
            known = self._known.get(pid)
            if known is None or known.mark != mark or slept or processes.is_stopped(pid):
                self._known[pid] = _Watched(mark, now, processes.used(pid))
            elif now - known.since > self._held:
                found.append(_held(path, pid, now - known.since, known.used))
        return found

    def end(self, held: Held, kill: Callable[[int, int], None] = os.kill) -> None:
        """End a process that is held, and forget it."""
        self._known.pop(held.pid, None)
        with suppress(ProcessLookupError):
            kill(held.pid, signal.SIGKILL)
        (self._folder / str(held.pid)).unlink(missing_ok=True)


def _held(path: Path, pid: int, seconds: float, before: dict[int, int]) -> Held:
    try:
        rows = [(int(thread), str(job), int(run)) for thread, job, run in json.loads(path.read_text())]
    except (OSError, ValueError, TypeError):
        rows = []
    used = processes.used(pid)
    worked = {thread: used.get(thread, 0) - before.get(thread, 0) for thread, _, _ in rows}
    busiest = max(worked.values(), default=0)
    # What computes is the one that holds; where none does, one of them waits while it holds, and it may be any.
    ticks = os.sysconf("SC_CLK_TCK") * seconds / 4
    culprits = {run for thread, _, run in rows if busiest < ticks or worked[thread] == busiest}
    return Held(pid, seconds, {run: job for _, job, run in rows}, frozenset(culprits))
