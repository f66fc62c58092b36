"""Python processes beside a test, on the test's database; the test must be `django_db(transaction=True)`."""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
from django.conf import settings

from jetbridge.home import PROJECT_ROOT

# What settings are read from.
SETTINGS = ("JETBRIDGE_", "DJANGO_", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SENTRY_DSN")
# Forks a child for each line that comes in and answers with its exit code; what the child prints goes to the errors.
PARENT = """
import os, sys, traceback
from django.db import connections
for call in sys.stdin:
    connections.close_all()
    child = os.fork()
    if child == 0:
        os.dup2(2, 1)
        try:
            exec(call, globals())
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


def spread(sample: int) -> list[Any]:
    """Let a child die at every so manieth point, as CI does, and at each, as `make test-kill` does."""
    whole = pytest.param(1, id="whole", marks=[pytest.mark.kill, pytest.mark.timeout(3600)])
    return [pytest.param(sample, id="sampled"), whole]


# What `manage.py` with these words does, in a child.
MANAGE = """
import runpy, sys
sys.argv[0] = "manage.py"
runpy.run_path("manage.py", run_name="__main__")
"""


class Child:
    """A forked process as its test sees it: what `subprocess` gives, as far as tests ask for it."""

    def __init__(self, pipes: Sequence[int], end: int) -> None:
        self.stdin, self.stdout = os.fdopen(pipes[0], "w"), os.fdopen(pipes[1])
        self.stderr = os.fdopen(pipes[2]) if len(pipes) > 2 else None
        self._end = os.fdopen(end, "rb", buffering=0)
        self.returncode: int | None = None
        said = b""
        while not said.endswith(b" "):
            said += self._end.read(1)
        self.pid = int(said)

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended, negative for a signal."""
        if self.returncode is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a child", timeout or 0)
            self.returncode = int(self._end.readall())
            self._end.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it with no warning."""
        self.send_signal(signal.SIGKILL)

    def clear_away(self) -> None:
        """End it, and leave no pipe open."""
        self.kill()
        self.wait()
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()

    def communicate(self, said: str = "", timeout: float | None = None) -> tuple[str, str]:
        """Give it its last input; return what else it printed, once it ended."""
        with suppress(BrokenPipeError, ValueError):  # it ended before, or its input is closed already
            self.stdin.write(said)
        with suppress(BrokenPipeError):
            self.stdin.close()
        read = {}
        outputs = {
            name: pipe for name in ("stdout", "stderr") if (pipe := getattr(self, name)) and not pipe.closed
        }
        readers = [
            threading.Thread(
                target=lambda name=name, pipe=pipe: read.update({name: pipe.read()}), daemon=True
            )
            for name, pipe in outputs.items()
        ]
        for reader in readers:
            reader.start()
        self.wait(timeout)
        for reader in readers:
            reader.join(timeout)
        for pipe in outputs.values():
            pipe.close()
        return read.get("stdout", ""), read.get("stderr", "")


def start_child(
    code: str,
    *arguments: str,
    stderr: int | None = subprocess.PIPE,
    env: Mapping[str, str] | None = None,
) -> Child:
    """
    Run this code in a process of its own in which Django is set up, with its output in pipes.

    The test's own database is there for it, or what another environment names.
    """
    env = env or {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.child_settings",
        "JETBRIDGE_TEST_DATABASE": str(settings.DATABASES["default"]["NAME"]),
        "PYTHONUNBUFFERED": "1",
    }
    outward = [os.pipe() for _ in range(3 if stderr else 2)]  # output, errors, end
    inward = os.pipe()
    theirs = [inward[0], *(writer for _, writer in outward)]
    if not stderr:
        theirs.insert(2, os.dup(2))
    order = json.dumps([code, arguments, dict(env)]).encode()
    socket.send_fds(_ready(_settings_of(env)), [order], theirs)
    for pipe in theirs:
        os.close(pipe)
    *outputs, (end, _) = outward
    return Child([inward[1], *(reader for reader, _ in outputs)], end)


def _settings_of(env: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the part of an environment by which Django is set up."""
    return tuple(sorted(each for each in env.items() if each[0].startswith(SETTINGS)))


def _others() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}


@cache
def _ready(chosen: tuple[tuple[str, str], ...]) -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forking", str(theirs.fileno())],
        cwd=PROJECT_ROOT,
        env={**_others(), **dict(chosen), "PYTHONUNBUFFERED": "1"},
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
    )
    theirs.close()
    # It ends when nobody can order any more.
    atexit.register(lambda: (ours.close(), process.wait()))
    return ours


def managed(env: Mapping[str, str], *arguments: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """
    Run a command of another home to its end, without the start of Python and Django that each would pay for.

    The settings are those that the home had at the first of them.
    """
    child = start_child(MANAGE, *arguments, env=env)
    try:
        output, error = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        raise
    return subprocess.CompletedProcess(["manage.py", *arguments], child.wait(), output, error)


def outcome(child: Child, seconds: float = 90) -> str:
    """Return what a child printed, once it ended well."""
    output, error = child.communicate(timeout=seconds)
    assert child.returncode == 0, error
    return output.strip()


def end_of(prepared: str, call: str) -> int:
    """
    Run a call in a child of its own, on top of what was prepared; return its exit code, negative for a signal.

    The preparation runs once in a process that forks the children: none pays for Python's and Django's start.
    """
    parent = _parent(prepared, str(settings.DATABASES["default"]["NAME"]))
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(f"{call}\n")
    parent.stdin.flush()
    return int(parent.stdout.readline())


@cache
def _parent(prepared: str, database: str) -> Child:
    parent = start_child(prepared + PARENT, stderr=None)
    atexit.register(parent.communicate)
    return parent
