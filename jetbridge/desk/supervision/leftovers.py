"""What a killed `up` left running: found by its own record, and by nothing else ended."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jetbridge.core.run_file import RunFile

PROC = Path("/proc")
_BOOT = PROC / "sys/kernel/random/boot_id"
# How long a leftover may take to end in order.
PATIENCE = 10.0
_LOOK = 0.1


@dataclass(frozen=True)
class Process:
    """A running process as the system knows it: an id may be given again, id and start together may not."""

    pid: int
    session: int
    started: int


def boot() -> str:
    """Return which start of this machine it is; nothing where the system does not say."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def started(pid: int) -> int:
    """Return when a process was started, in the system's own count; 0 for one that does not run."""
    process = _process(pid)
    return process.started if process else 0


def claim(run: RunFile) -> None:
    """
    Claim a home for this process.

    :raises AlreadyUp: another `up` holds it; also one whose lock file somebody deleted
    """
    run.claim()
    record = run.read()
    pid, since = record.get("pid", 0), record.get("up_started", 0)
    if since and _is_this_boot(record) and pid != os.getpid() and started(pid) == since:
        raise run.already_up()


def find(record: Mapping[str, Any], home: Path) -> list[Process]:
    """
    Return what still runs of the parts in a record: id, start and home agree.

    Each part leads a session of its own; what it started belongs to it, also when the part itself is gone.
    """
    if not _is_this_boot(record):
        return []
    since = record.get("started", {})
    leaders = {pid: since[name] for name, pid in record.get("pids", {}).items() if since.get(name)}
    return [process for process in _running() if _is_of(process, leaders) and _home(process.pid) == str(home)]


def end(found: list[Process]) -> None:
    """Ask leftovers to end, and kill those that do not."""
    for number, patience in ((signal.SIGTERM, PATIENCE), (signal.SIGKILL, PATIENCE)):
        for process in found:
            _send(process, number)
        deadline = time.monotonic() + patience
        while (found := [one for one in found if _process(one.pid) == one]) and time.monotonic() < deadline:
            time.sleep(_LOOK)


def _send(process: Process, number: signal.Signals) -> None:
    """Send a signal to this very process: what holds it open keeps its id from being given again."""
    with suppress(OSError):
        handle = os.pidfd_open(process.pid)
        try:
            if _process(process.pid) == process:
                signal.pidfd_send_signal(handle, number)
        finally:
            os.close(handle)


def _is_this_boot(record: Mapping[str, Any]) -> bool:
    return bool(record.get("boot")) and record["boot"] == boot()


def _is_of(process: Process, leaders: Mapping[int, int]) -> bool:
    since = leaders.get(process.session)
    if since is None:
        return False
    return process.started == since if process.pid == process.session else process.started >= since


def _running() -> Iterator[Process]:
    for name in os.listdir(PROC) if PROC.is_dir() else []:
        if name.isdecimal() and int(name) != os.getpid():
            process = _process(int(name))
            if process is not None:
                yield process


def _process(pid: int) -> Process | None:
    try:
        # The name in brackets may hold anything; what counts stands behind it.
        fields = (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        is_over = fields[0] in "ZX"
        return None if is_over else Process(pid, session=int(fields[3]), started=int(fields[19]))
    except (OSError, ValueError, IndexError):
        return None


def _home(pid: int) -> str:
    try:
        environment = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    found = [line for line in environment if line.startswith(b"JETBRIDGE_HOME=")]
    return os.fsdecode(found[-1].partition(b"=")[2]) if found else ""
