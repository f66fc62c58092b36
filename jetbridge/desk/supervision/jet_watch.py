"""What makes a worker notice that Jet is back, and go on at once with what had to wait for it."""

import logging
import threading
from typing import Any

from celery import bootsteps
from django.db import connection
from django.utils import timezone

from jetbridge.core.jet import client as jet
from jetbridge.core.jet.errors import JetFailure
from jetbridge.jobs import queue, runs
from jetbridge.outbox.queue import hasten

logger = logging.getLogger(__name__)

LOOK = 1.0
SWEEP = "desk.sweep"


class JetWatch(bootsteps.StartStopStep):
    """
    Asks a Jet that does not answer for a sign, every few seconds, and starts what waited for it.

    A worker that begins knows of no outage: it starts what is due once, and learns what there is to know by that.
    """

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._ended = threading.Event()

    def start(self, worker: Any) -> None:
        """Begin when the worker does."""
        threading.Thread(target=_watch, args=(self._ended,), daemon=True, name="jet watch").start()

    def stop(self, worker: Any) -> None:
        """End with the worker."""
        self._ended.set()

    terminate = stop


def _watch(ended: threading.Event) -> None:
    seen = -1
    while not ended.wait(LOOK):
        try:
            seen = look(seen)
        except JetFailure:
            pass  # still away, or there is no Jet to ask yet
        except Exception as error:  # a database that is away as well comes back too
            logger.warning("Whether Jet is back could not be found out: %s", error)
        finally:
            # Children are forked from this process: they must not inherit an open connection.
            connection.close()


def look(seen: int) -> int:
    """
    Ask a Jet that is away for a sign; go on where it came back more often than was seen; return how often it did.

    :raises JetFailure: Jet is still away
    """
    if seen >= 0:
        jet.probe()
    returns = jet.returns()
    if returns != seen:
        go_on(has_waited=seen >= 0)
    return returns


def go_on(*, has_waited: bool) -> None:
    """Start what is due, and what failed while Jet was away; its lost answers are not paused any longer."""
    if has_waited:
        logger.warning("Jet answers again; %s deliveries of unknown fate are due now.", hasten())
        for name in runs.failed_lately(timezone.now()):
            queue.nudge(name)
    queue.nudge(SWEEP)
