"""run.json and the lock beside it: one `up` per home, and its addresses for every other command."""

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from jetbridge.home import is_run, write_whole


class AlreadyUp(Exception):
    """Another `up` runs on this home; the message says where."""


class RunFile:
    """What the running `up` of a home reports to the rest of the installation."""

    def __init__(self, home: Path) -> None:
        self._path = home / "run.json"
        self._lock_path = home / "up.lock"
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """
        Claim the home for this process; the kernel gives it back when the process ends, however it ends.

        :raises AlreadyUp: another process holds it
        """
        lock = self._lock_path.open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise self.already_up() from None
        self._lock = lock

    def already_up(self) -> AlreadyUp:
        """Return the refusal that says where the other one runs."""
        run = self.read()
        where = f" at {run['panel']} (process {run['pid']})" if "panel" in run and "pid" in run else ""
        return AlreadyUp(f"JetBridge is already running from {self._path.parent}{where}.")

    def read(self) -> dict[str, Any]:
        """Return what the file says; nothing when there is none, or what is in it is none of ours."""
        try:
            content = json.loads(self._path.read_text())
        except (OSError, ValueError, RecursionError):
            return {}
        return dict(content) if is_run(content) else {}

    def write(self, *, panel: str, sandbox: str, store: str = "", processes: Mapping[str, Any]) -> None:
        """Say where panel, sandbox and store emulator are, and which processes belong to this run."""
        content = {"panel": panel, "sandbox": sandbox, "store": store, "pid": os.getpid(), **processes}
        write_whole(self._path, json.dumps(content, indent=1) + "\n")

    def remove(self) -> None:
        """Take the file away: nothing runs here any more."""
        self._path.unlink(missing_ok=True)
