"""Python processes beside a test, on the test's database; the test must be `django_db(transaction=True)`."""

import atexit
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from django.conf import settings

from jetbridge.home import PROJECT_ROOT

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


def start_child(code: str, *arguments: str, stderr: int | None = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start Django and then this code, with its output in pipes."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.child_settings",
        "JETBRIDGE_TEST_DATABASE": str(settings.DATABASES["default"]["NAME"]),
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-c", f"import django; django.setup()\n{code}", *arguments],
        cwd=PROJECT_ROOT,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def outcome(child: subprocess.Popen[str], seconds: float = 90) -> str:
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
def _parent(prepared: str, database: str) -> subprocess.Popen[str]:
    parent = start_child(prepared + PARENT, stderr=None)
    atexit.register(parent.communicate)
    return parent
