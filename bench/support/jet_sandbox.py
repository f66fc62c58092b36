"""Jet's sandbox in a process of its own, with the superstore's orders and what their import needs in the panel."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(os.environ.get("JETBRIDGE_SAMPLES") or ROOT.parent / "shared" / "data")
ORDERS = SAMPLES / "superstore" / "jet_orders_from_superstore.ndjson.gz"
# Orders handed to the sandbox in one call.
CHUNK = 500


@contextmanager
def serving(latency: float) -> Iterator[str]:
    """Run a sandbox that waits so many seconds before each answer; give its address."""
    command = [sys.executable, "-m", "jetapi.sandbox", "--port", "0", "--latency-ms", str(latency * 1000)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process.stdout.readline().split()[3].removesuffix("/api")
    finally:
        process.terminate()
        process.wait()


def keys(url: str) -> dict[str, str]:
    """Return keys and ids of the sandbox's test account."""
    accounts = requests.get(f"{url}/_sandbox/info", timeout=10).json()["accounts"]
    return next(row for row in accounts if row["mode"] == "test")


def superstore_orders(count: int | None = None) -> list[dict[str, Any]]:
    """Return the first of the real-shaped orders; ends the benchmark with 2 where they are absent."""
    if not ORDERS.exists():
        print(f"The orders are not at {ORDERS}; set JETBRIDGE_SAMPLES.")
        sys.exit(2)
    with gzip.open(ORDERS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, count)]


def make_ready(url: str, documents: list[dict[str, Any]]) -> None:
    """Let these orders become ready at Jet now."""
    for start in range(0, len(documents), CHUNK):
        body = {"mode": "test", "documents": documents[start : start + CHUNK], "rebase": True}
        requests.post(f"{url}/_sandbox/orders", json=body, timeout=300).raise_for_status()


def journal(url: str, path: str) -> list[dict[str, Any]]:
    """Return the calls to a path whose work the sandbox did."""
    answer = requests.get(f"{url}/_sandbox/calls", params={"path": path}, timeout=300).json()
    return [call for call in answer["calls"] if call["applied"]]
