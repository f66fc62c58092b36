"""Waits in tests that watch other processes."""

import time
from collections.abc import Callable
from typing import Any

# A limit for what hangs, not for what is slow: a machine may have ten times as much to do.
PATIENCE = 240.0


def wait_for(reached: Callable[[], Any], what: str = "it came about", seconds: float = PATIENCE) -> Any:
    """Return the first true answer; fail when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        answer = reached()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        time.sleep(0.05)
