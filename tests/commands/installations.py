"""Real installations for tests: `manage.py up` and other commands as processes, each in a home of its own."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from jetbridge.core.run_file import RunFile
from jetbridge.home import PROJECT_ROOT
from tests.children import managed
from tests.waiting import PATIENCE, wait_for

# Migrations and five processes.
START = 600.0
# What the test run sets for itself and an installation of a merchant does not have.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """One home with its commands."""

    def __init__(self, home: Path, **env: str) -> None:
        self.home = home
        self.port, self.sandbox_port = free_port(), free_port()
        self.log = home.with_suffix(".log")
        self.up_process: subprocess.Popen[bytes] | None = None
        inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.env = {
            **inherited,
            "JETBRIDGE_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "jetbridge.settings",
            **env,
        }

    def manage(self, *arguments: str, seconds: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT_ROOT, env=self.env, capture_output=True, text=True, timeout=seconds, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def managed(self, *arguments: str, seconds: float = PATIENCE) -> subprocess.CompletedProcess[str]:
        """Run one command of several to its end: a story's own, whose start is not what is looked at."""
        return managed(self.env, *arguments, seconds=seconds)

    def up_arguments(self, *more: str) -> list[str]:
        """Return the words of `up` with this installation's ports."""
        return ["up", "--port", str(self.port), "--sandbox-port", str(self.sandbox_port), *more]

    def start(self, *more: str) -> "Installation":
        """Start `up` and wait until it says that it runs."""
        with self.log.open("wb") as log:
            self.up_process = subprocess.Popen(
                [sys.executable, "manage.py", *self.up_arguments("--no-demo", *more)],
                cwd=PROJECT_ROOT, env=self.env, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        wait_for(
            lambda: "Ctrl-C stops" in self.said() or self.up_process.poll() is not None, "up runs", START
        )
        assert self.up_process.poll() is None, self.said()
        return self

    def said(self) -> str:
        """Return all that `up` printed so far."""
        return self.log.read_text(errors="replace")

    def run(self) -> dict[str, Any]:
        """Return run.json's content."""
        return RunFile(self.home).read()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Stop `up` by a signal and return its exit code."""
        assert self.up_process is not None
        self.up_process.send_signal(how)
        return self.up_process.wait(PATIENCE)

    def processes(self) -> list[psutil.Process]:
        """Return every process that carries this home in its environment, whoever its parent is."""
        return [process for process in psutil.process_iter() if _home_of(process) == str(self.home)]

    def clear_away(self) -> None:
        """Leave nothing behind, whatever the test did; nobody waits for a last request to be answered in order."""
        if self.up_process is not None:
            self.up_process.kill()
            self.up_process.wait(PATIENCE)
        while left := self.processes():
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(left, timeout=1)


def _home_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("JETBRIDGE_HOME", "") if process.pid != os.getpid() else ""
    except psutil.Error:
        return ""
