"""What makes Celery's worker and beat show that they live, and a worker end when the beat inside it died."""

import logging
import os
import signal
import socket
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from billiard import current_process
from celery import bootsteps
from celery.signals import worker_process_init
from celery.worker import state
from django.db import connection
from django.utils import timezone
from django_celery_beat.schedulers import DatabaseScheduler

from jetbridge.jobs import heartbeats, pulse

logger = logging.getLogger(__name__)

# How soon a dead schedule, or a dead `up`, is noticed.
LOOK = 2.0
# How long a worker without its `up` lets a run finish.
IN_ORDER = 40.0


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Renews the worker's heartbeat while it takes messages; without its broker it is as good as gone."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._ended = threading.Event()

    def start(self, consumer: Any) -> None:
        """Begin when the consumer does; it does so anew after each loss of the broker."""
        self._ended = threading.Event()
        arguments = (consumer.hostname, self._ended)
        threading.Thread(target=_show_until, args=arguments, daemon=True, name="heartbeat").start()

    def stop(self, consumer: Any) -> None:
        """End with the consumer."""
        self._ended.set()


def _show_until(name: str, ended: threading.Event) -> None:
    while not ended.is_set():
        heartbeats.show(heartbeats.Part.WORKER, name)
        # Children are forked from this process: they must not inherit an open connection.
        connection.close()
        ended.wait(heartbeats.EVERY.total_seconds())


class BeatWatch(bootsteps.StartStopStep):
    """
    Ends a worker whose embedded beat died, so that its supervisor starts both again.

    Celery leaves such a worker running, and nothing is ever scheduled again.
    """

    requires = ("celery.worker.components:Beat",)

    def __init__(self, worker: Any, beat: bool = False, **options: Any) -> None:
        super().__init__(worker, beat=beat, **options)
        self.enabled = beat
        self._ended = threading.Event()

    def start(self, worker: Any) -> None:
        """Begin when the worker does."""
        threading.Thread(
            target=_end_without, args=(worker.beat, self._ended), daemon=True, name="beat watch"
        ).start()

    def stop(self, worker: Any) -> None:
        """A worker that stops takes its beat along; that is no death."""
        self._ended.set()

    terminate = stop


def _end_without(beat: Any, ended: threading.Event) -> None:
    while not ended.wait(LOOK):
        if not beat.is_alive():
            logger.error("The schedule inside this worker died; the worker ends to be started again with it.")
            # Looked at between two messages: what runs is let finish.
            state.should_stop = 1
            return


class Pulse(bootsteps.StartStopStep):
    """Shows a pulse in this process and in each process of its pool, where somebody watches from outside."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Any, pulse: str = "", **options: Any) -> None:
        super().__init__(worker, pulse=pulse, **options)
        self.enabled, self._folder = bool(pulse), Path(pulse)

    def create(self, worker: Any) -> None:
        """Begin before the pool: its processes are forked from this one and begin one of their own."""
        pulse.begin(self._folder)
        worker_process_init.connect(self._in_child, weak=False)

    def _in_child(self, **_: Any) -> None:
        pulse.begin(self._folder)


class UpWatch(bootsteps.StartStopStep):
    """Ends a worker that `up` started once `up` is gone, also in the middle of a run that does not end."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, up: int = 0, **options: Any) -> None:
        super().__init__(worker, up=up, **options)
        self.enabled, self._up = bool(up), up

    def start(self, worker: Any) -> None:
        """Begin when the worker does, and go on while it stops: a run under way may keep it from ending."""
        threading.Thread(target=_end_after, args=(self._up,), daemon=True, name="up watch").start()


def _end_after(up: int) -> None:
    while os.getppid() == up:
        time.sleep(LOOK)
    logger.error("The process that started this worker is gone; the worker ends.")
    state.should_stop = 1
    time.sleep(IN_ORDER)
    logger.error("A run is still under way; it is ended with its worker, and its work is taken up again.")
    if os.getpgrp() == os.getpid():  # the schedule and whatever else this worker started
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _orphaned() -> bool:
    """Return whether this is a schedule inside a worker, and that worker is gone."""
    process = current_process()
    return bool(process.name == "Beat" and os.getppid() != process._parent_pid)


class Scheduler(DatabaseScheduler):
    """Beat's schedule from the database, which shows a heartbeat while it ticks."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._shown_at = timezone.now() - timedelta(days=1)
        super().__init__(*arguments, **options)

    def tick(self, *arguments: Any, **options: Any) -> Any:
        """Start what is due, as the parent does."""
        if _orphaned():
            logger.error("The worker of this schedule is gone; the schedule ends.")
            raise SystemExit(1)
        now = timezone.now()
        if now - self._shown_at >= heartbeats.EVERY:
            self._shown_at = now
            heartbeats.show(heartbeats.Part.SCHEDULE, socket.gethostname())
        return super().tick(*arguments, **options)
