"""Waits in tests that watch other processes."""

import time
from collections.abc import Callable
from typing import Any

# Between looks at what takes long, which are work for those who are waited for: they are asked ever less often.
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 0.05, 0.5, 1.15
# A limit for what hangs, not for what is slow: a machine may have ten times as much to do.
PATIENCE = 240.0


def wait_for(reached: Callable[[], Any], what: str = "it came about", seconds: float = PATIENCE) -> Any:
    """Return the first true answer; fail when there is none in time."""
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE
    while True:
        answer = reached()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not within {seconds:g} s"
        time.sleep(pause)
        pause = min(pause * GROWTH, LONGEST_PAUSE)
