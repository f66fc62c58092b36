"""Starts a worker under a supervisor that replaces it when it dies, or when a job holds its interpreter."""

import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import connections

from jetbridge.core.management.base import PanelCommand
from jetbridge.desk.supervision import parts
from jetbridge.desk.supervision.child import Child
from jetbridge.desk.supervision.guard import Guard
from jetbridge.desk.supervision.watcher import Watcher
from jetbridge.home import PROJECT_ROOT
from jetbridge.jobs.watchdog import HELD

TICK = 0.2
# As long as a run may take to end in order, once this is asked to stop.
STOP_SECONDS = 50.0


class Command(PanelCommand):
    """Run one worker of Celery's as a child, until somebody stops this."""

    help = "Start a worker and keep it: it is started again when it dies, and replaced when a job holds it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("-P", "--pool", choices=["threads", "prefork"], default="threads")
        parser.add_argument("-c", "--concurrency", type=int, default=4, help="jobs at once (default 4)")
        parser.add_argument("-l", "--loglevel", default="INFO")
        parser.add_argument(
            "--held",
            type=float,
            default=HELD,
            metavar="SECONDS",
            help=f"how long nothing in a process may run until it is replaced (default {HELD:.0f})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop_asked)
        connections.close_all()
        with tempfile.TemporaryDirectory(prefix="jetbridge-worker-") as folder:
            guard = Guard(Path(folder) / "pulse", say=self._say, held=options["held"])
            watcher = Watcher(launch=self._launch, say=self._say)
            try:
                watcher.add(parts.lone_worker(guard.folder, options))
                while not self.stopping:
                    watcher.tick()
                    guard.tick()
                    if watcher.all_given_up():
                        raise CommandError("The worker gave up; its reasons stand above.")
                    time.sleep(TICK)
            finally:
                watcher.stop(STOP_SECONDS)

    def _launch(self, part: parts.Part) -> Child:
        return Child(part, folder=PROJECT_ROOT, env=dict(os.environ), hear=lambda who, line: self.say(line))

    def _say(self, text: str) -> None:
        self.say(f"supervisor: {text}")

    def _stop_asked(self, number: int, frame: Any) -> None:
        self.stopping = True
