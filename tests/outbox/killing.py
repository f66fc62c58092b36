"""
A process that forks workers and kills each before a line of its own: between any two lines of what sends a delivery.

Started with the database's name. It speaks one JSON object a line: {"worker", "argument", "traced", "at"} in,
{"killed", "lines", "trouble"} out.
"""

import json
import os
import signal
import sys
import threading
import traceback
from importlib import import_module
from types import FrameType
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.child_settings")


class Killer:
    """Counts the lines that run in the traced files, in all threads, and kills the process before the given one."""

    def __init__(self, traced: list[str], at: int) -> None:
        self.traced, self.at, self.lines, self._lock = frozenset(traced), at, 0, threading.Lock()

    def watch(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Follow a call into the traced files only."""
        return self._line if frame.f_code.co_filename in self.traced else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            with self._lock:
                self.lines += 1
                if self.lines == self.at:
                    os.kill(os.getpid(), signal.SIGKILL)
        return self._line


def work(worker: str, argument: str, traced: list[str], at: int) -> int:
    """Let a worker run; return how many lines of the traced files did."""
    module, name = worker.split(":")
    function, killer = getattr(import_module(module), name), Killer(traced, at)
    threading.settrace(killer.watch)
    sys.settrace(killer.watch)
    function(argument)
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    return killer.lines


def main() -> None:
    """Fork a worker for each line that comes in."""
    import django

    django.setup()
    from django.db import connections

    for line in sys.stdin:
        connections.close_all()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                answer = str(work(**json.loads(line)))
            except BaseException:
                answer = traceback.format_exc()
            os.write(writing, answer.encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            answer = pipe.read()
        _, status = os.waitpid(child, 0)
        lines = int(answer) if answer.isdecimal() else 0
        reported = {"killed": os.WIFSIGNALED(status), "lines": lines, "trouble": "" if lines else answer}
        sys.stdout.write(json.dumps(reported) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
