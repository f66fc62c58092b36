"""An emulator of a store in a process of its own, and sides that speak to it, each with a home of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from support.ports import free_port
from support.sizes import furnish

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "bench" / "support"


@contextmanager
def emulator(*options: str, start_seconds: int) -> Iterator[str]:
    """Run the emulator with its state in memory; give its address once it answers, or after so many seconds."""
    port = free_port()
    command = [
        sys.executable, "-m", "jetbridge.store.magento.sandbox", "--port", str(port), "--state", ":memory:", *options,
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(start_seconds * 5):
            try:
                requests.get(f"{url}/_sandbox/info", timeout=5).raise_for_status()
                break
            except requests.RequestException:
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


def run_side(script: str, *arguments: str) -> dict[str, float]:
    """Run a script of `support` to its end; return what its last line says."""
    with tempfile.TemporaryDirectory(prefix="jetbridge-bench-") as home:
        furnish(home)
        env = {**os.environ, "JETBRIDGE_HOME": home, "DATABASE_URL": "", "REDIS_URL": ""}
        command = [sys.executable, str(SUPPORT / script), *arguments]
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found
