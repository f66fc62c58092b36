"""Waits for Jet's answer to what another worker may have taken up before the command."""

import time
from collections.abc import Callable

PATIENCE = 30.0
PAUSE = 0.25


def until(is_over: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Ask again and again until it is over or the patience ends."""
    give_up = time.monotonic() + patience
    while not is_over() and time.monotonic() < give_up:
        time.sleep(PAUSE)
