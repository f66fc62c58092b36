"""
A throw-away installation for a benchmark: importing this module makes home and database and sets Django up.

Import it before anything of the panel. The home is gone when the process ends.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command

from support.sizes import furnish

ROOT = Path(__file__).resolve().parents[2]
NODE = "a" * 32
HOME = tempfile.mkdtemp(prefix="jetbridge-bench-")

atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ.update(
    JETBRIDGE_HOME=HOME,
    DATABASE_URL="",
    REDIS_URL="",
    DJANGO_SETTINGS_MODULE="jetbridge.settings",
    JETBRIDGE_LOG_LEVEL="CRITICAL",
)
sys.path.insert(0, str(ROOT))
furnish(HOME)
django.setup()
call_command("migrate", verbosity=0)


@contextmanager
def slow_jet(latency: float) -> Iterator[str]:
    """Run the far end in a process of its own, so that it takes none of our interpreter's time."""
    command = [sys.executable, str(ROOT / "bench" / "support" / "slow_jet.py"), "0", str(latency)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/api"
    finally:
        process.terminate()
        process.wait()
