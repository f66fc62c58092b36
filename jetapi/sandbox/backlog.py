"""Carries out what came due, in slices that let other calls in between."""

import logging
import time
from threading import Event, Lock, Thread

from .world import World

log = logging.getLogger(__name__)
PAUSE = 0.001  # between two slices, so that whoever waits for the store gets it


class Backlog:
    """What Jet still has to do by now: most of the time little, after a bulk file a lot."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._thread: Thread | None = None
        self._lock = Lock()
        self._is_closed = Event()

    def keep_up(self) -> None:
        """Do a slice of what is due, as before every call; if that was not all, a thread does the rest."""
        if self._is_working() or not self._is_due():
            return
        if self._slice():
            self._go_on_alone()

    def finish(self) -> None:
        """Do all that is due, for a caller who waits for it; others are served in between."""
        while self._is_due() and self._slice():
            time.sleep(PAUSE)

    def close(self) -> None:
        """Stop after the slice at hand; what is left is done after the next start."""
        self._is_closed.set()
        if self._thread:
            self._thread.join(10)

    def _is_due(self) -> bool:
        return self._world.schedule.has_due(self._world.now())

    def _slice(self) -> bool:
        """Return whether more is due."""
        world = self._world
        with world.store.transaction():
            world.begin_slice()
            return world.schedule.tick(world, world.now())

    def _is_working(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _go_on_alone(self) -> None:
        with self._lock:
            if not self._is_working() and not self._is_closed.is_set():
                self._thread = Thread(target=self._work, name="sandbox-backlog", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        try:
            while not self._is_closed.is_set() and self._slice():
                time.sleep(PAUSE)
        except Exception:
            log.exception("The sandbox failed at what came due")
