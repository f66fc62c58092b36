"""The parts of a running installation and the command line of each."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
# Quiet: without Celery's banner, and without its warning to root, whose messages come from nobody else here.
CELERY = (sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "-q", "-A", "jetbridge")


@dataclass(frozen=True)
class Part:
    """One child process: its name, its command line, and the address that answers once it is up."""

    name: str
    argv: tuple[str, ...]
    url: str = ""


def web(port: int) -> Part:
    """Return the web server: threads for slow pages, two processes so that one big import blocks nobody."""
    argv = (
        sys.executable,
        "-m",
        "gunicorn",
        "jetbridge.wsgi",
        *("--bind", f"{HOST}:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--timeout", "120", "--graceful-timeout", "8", "--no-control-socket", "--log-level", "warning"),
        # Longer than a proxy keeps a connection: closed here while a request is on its way, it would be a 502 there.
        *("--keep-alive", "75"),
    )
    return Part("web", argv, f"http://{HOST}:{port}/healthz")


def worker(home: Path) -> Part:
    """Return the worker, which ends with this process; the schedule is inside, threads cost less than processes."""
    argv = (
        *CELERY,
        "worker",
        *("-P", "threads", "-c", "4", "-B", "--schedule", str(home / "beat")),
        *("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"),
        *("--up", str(os.getpid()), "--pulse", str(pulse_of(home))),
    )
    return Part("worker", argv)


def pulse_of(home: Path) -> Path:
    """Return where the worker of a home shows its pulse."""
    return home / "pulse"


def lone_worker(pulse: Path, options: Mapping[str, Any]) -> Part:
    """Return a worker without a schedule, which ends with this process."""
    argv = (
        *CELERY,
        "worker",
        *("-P", options["pool"], "-c", str(options["concurrency"]), "--loglevel", options["loglevel"]),
        *("--up", str(os.getpid()), "--pulse", str(pulse)),
        *(("--without-gossip", "--without-mingle") if options["pool"] == "threads" else ()),
    )
    return Part("worker", argv)


def sandbox(port: int, home: Path, taxonomy: Path | None = None) -> Part:
    """Return Jet's sandbox, with its state kept in the home."""
    argv = [sys.executable, "-m", "jetapi.sandbox", "--host", HOST, "--port", str(port)]
    argv += ["--state", str(home / "sandbox.sqlite3")]
    if taxonomy is not None:
        argv += ["--taxonomy", str(taxonomy)]
    return Part("sandbox", tuple(argv), f"http://{HOST}:{port}/_sandbox/info")


def store(port: int, home: Path, seed: Path) -> Part:
    """Return the emulator of a Magento store with the companion module; its state is kept, the seed fills it once."""
    argv = [sys.executable, "-m", "jetbridge.store.magento.sandbox", "--host", HOST, "--port", str(port)]
    argv += ["--state", str(home / "store.sqlite3"), "--seed", str(seed), "--module"]
    return Part("store", tuple(argv), f"http://{HOST}:{port}/_sandbox/info")


def command(name: str, *arguments: str) -> Part:
    """Return one of our own commands, run once as a child."""
    return Part(name, (sys.executable, "manage.py", name, *arguments))
