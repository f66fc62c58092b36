"""One child process: started in a session of its own, heard line by line, stopped with all its offspring."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from jetbridge.desk.supervision.parts import Part

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a library loaded between fork and exec may deadlock.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

Hear = Callable[[str, str], None]


class Child:
    """
    A running part. Start it from the main thread only.

    The signal that the kernel sends when a parent dies is bound to the thread that forked.
    """

    def __init__(self, part: Part, *, folder: Path, env: dict[str, str], hear: Hear) -> None:
        self.part = part
        self.last_lines: deque[str] = deque(maxlen=5)
        self._hear = hear
        self._process = subprocess.Popen(  # noqa: S603 - our own command lines, no shell
            part.argv,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with(os.getpid()),
            text=True,
            errors="replace",
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """Ask the part to end its work in order."""
        if self.exit_code is None:
            self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Wait for the part to end; return whether it did."""
        try:
            self._process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            return False
        return True

    def clear_away(self) -> None:
        """
        Kill whatever is left of the part and of processes that it started, and hear it out.

        Call it once: later its process id may belong to a stranger.
        """
        with suppress(ProcessLookupError, PermissionError):  # nothing is left
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._listener.join(2)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self.last_lines.append(line.rstrip())
                self._hear(self.part.name, line.rstrip())


def _die_with(parent: int) -> Callable[[], None] | None:
    """Return what makes a child get SIGTERM when its supervisor is gone, however it went (Linux only)."""
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def after_fork() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before we asked to be notified
            os._exit(1)

    return after_fork
