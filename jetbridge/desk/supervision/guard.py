"""Replaces workers whose interpreter is held, and puts on record which job did it."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from django.db import DatabaseError, InterfaceError, connections

from jetbridge.core.job_titles import title_of
from jetbridge.inbox import notifications
from jetbridge.jobs import set_aside
from jetbridge.jobs.watchdog import HELD, Held, Watchdog

SET_ASIDE = "job.set_aside"
# Pulses are looked at this often; a database that is away is tried again as often.
LOOK = 1.0


class Guard:
    """Looks at the pulses in a folder of its own. `tick` is called a few times a second."""

    def __init__(self, folder: Path, *, say: Callable[[str], None], held: float = HELD) -> None:
        # What an earlier run left there speaks of processes that are gone, whoever has their numbers now.
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        self.folder = folder
        self._say = say
        self._watchdog = Watchdog(folder, held=held)
        self._untold: list[Held] = []
        self._looked_at = 0.0

    def tick(self) -> None:
        """End each process that is held; its supervisor, or its pool, starts another."""
        if time.monotonic() - self._looked_at < LOOK:
            return
        self._looked_at = time.monotonic()
        for held in self._watchdog.look():
            names = ", ".join(sorted({title_of(held.runs[run]) for run in held.culprits})) or "something"
            self._say(f"{names} holds the interpreter of process {held.pid}, which is ended and replaced.")
            self._watchdog.end(held)
            self._untold.append(held)
        self._report()

    def _report(self) -> None:
        """Put on record what was found, now or once the database is there."""
        while self._untold:
            try:
                record(self._untold[0])
            except (DatabaseError, InterfaceError) as error:
                self._say(f"That a worker was replaced is not on record yet: {error}")
                return
            finally:
                connections.close_all()
            self._untold.pop(0)


def record(held: Held) -> None:
    """Free what ran in the worker, count it against what held it, and say so under the bell."""
    for strike in set_aside.note(held.runs, held.culprits, seconds=held.seconds):
        title = title_of(strike.job)
        if strike.is_aside:
            notifications.notify(
                SET_ASIDE,
                key=strike.job,
                title=f"{title} is set aside",
                text="It held its worker twice, so that nothing else ran. Try again stands on Cron Status.",
                severity="error",
                mail=True,
            )
        else:
            notifications.notify(
                "job.died",
                key=strike.job,
                title=f"{title} held its worker",
                text="Nothing else ran meanwhile; the worker was replaced. A second time sets the job aside.",
                about=strike.run,
                severity="warning",
            )
