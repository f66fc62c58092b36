"""
The pulse of a process that runs jobs: a file that it touches every two seconds, for whoever watches from outside.

While something holds the interpreter, as a computation in C may, no other thread runs and the file grows old. In it
stands which thread runs which job, so that the one that did it is found.
"""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EVERY = 2.0


class _Pulse:
    """What this process shows; nothing before `begin`, so that pages and commands leave no files."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self._running: dict[int, tuple[str, int]] = {}
        self._lock = threading.Lock()

    def begin(self, folder: Path) -> None:
        """Show it in this folder from now on, under the process's own number."""
        self._running, self._lock = {}, threading.Lock()
        self.path = folder / str(os.getpid())
        self._write()
        threading.Thread(target=self._renew, daemon=True, name="pulse").start()

    def change(self, thread: int, job: tuple[str, int] | None) -> None:
        """Note what a thread runs, before it does."""
        with self._lock:
            if job is None:
                self._running.pop(thread, None)
            else:
                self._running[thread] = job
            self._write()

    def _write(self) -> None:
        assert self.path is not None
        draft = self.path.with_name(f".{self.path.name}")
        with suppress(OSError):  # a full disk must not keep a job from running
            draft.write_text(json.dumps([[thread, *job] for thread, job in self._running.items()]))
            draft.replace(self.path)

    def _renew(self) -> None:
        assert self.path is not None
        while self.path.parent.is_dir():
            with suppress(OSError):
                os.utime(self.path)
            time.sleep(EVERY)


_pulse = _Pulse()
begin = _pulse.begin


@contextmanager
def running(job: str, run: int) -> Iterator[None]:
    """Let who watches know that this thread runs a job."""
    if _pulse.path is None:
        yield
        return
    thread = threading.get_native_id()
    _pulse.change(thread, (job, run))
    try:
        yield
    finally:
        _pulse.change(thread, None)
