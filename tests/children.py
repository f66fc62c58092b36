"""Python processes beside a test, on the test's database; the test must be `django_db(transaction=True)`."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings

from jetbridge.home import PROJECT_ROOT


def spread(sample: int) -> list[Any]:
    """Let a child die at every so manieth point, as CI does, and at each, as `make test-kill` does."""
    whole = pytest.param(1, id="whole", marks=[pytest.mark.kill, pytest.mark.timeout(3600)])
    return [pytest.param(sample, id="sampled"), whole]


def start_child(code: str, *arguments: str) -> subprocess.Popen[str]:
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
        stderr=subprocess.PIPE,
        text=True,
    )


def outcome(child: subprocess.Popen[str], seconds: float = 90) -> str:
    """Return what a child printed, once it ended well."""
    output, error = child.communicate(timeout=seconds)
    assert child.returncode == 0, error
    return output.strip()
