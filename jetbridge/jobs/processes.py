"""What the system says of processes: whether one lives or is stopped, and what its threads have used."""

import os
from pathlib import Path

PROC = Path("/proc")


def lives(pid: int) -> bool:
    """Return whether a process runs, and not only its number is left."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(PROC / str(pid) / "stat") not in ("Z", "X")


def is_stopped(pid: int) -> bool:
    """Return whether somebody holds the whole process, as a debugger does."""
    return _state(PROC / str(pid) / "stat") in ("T", "t")


def _fields(stat: Path) -> list[str]:
    try:
        # The name in brackets may hold anything; what counts stands behind it.
        return stat.read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _state(stat: Path) -> str:
    return (_fields(stat) or [""])[0]


def used(pid: int) -> dict[int, int]:
    """Return how much of the processor each thread has used; nothing where the system does not say."""
    found = {}
    try:
        threads = os.listdir(PROC / str(pid) / "task")
    except OSError:
        return {}
    for name in threads:
        fields = _fields(PROC / str(pid) / "task" / name / "stat")
        if len(fields) > 12:
            found[int(name)] = int(fields[11]) + int(fields[12])
    return found
