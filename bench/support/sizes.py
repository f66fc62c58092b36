"""How large a benchmark is: as its aim speaks of, or tiny, so that a test can see in seconds that it still runs."""

import os
import shutil
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

TINY = os.environ.get("JETBRIDGE_BENCH_TINY", "") not in ("", "0")
# A home with a migrated database, of which each installation of a tiny run begins as a copy.
MIGRATED = os.environ.get("JETBRIDGE_BENCH_HOME", "")


def sized(full: T, tiny: T) -> T:
    """Return the size to measure at: the full one, or the tiny one where JETBRIDGE_BENCH_TINY is set."""
    return tiny if TINY else full


def furnish(home: str) -> None:
    """Put what JETBRIDGE_BENCH_HOME holds into an empty home; a full run makes everything itself."""
    if MIGRATED:
        shutil.copytree(Path(MIGRATED), home, dirs_exist_ok=True)
