"""How long a call may take: to connect, between two bytes, and as a whole."""

import time
from dataclasses import dataclass

from jetapi.http.errors import NoAnswer

# A socket timeout of zero means "non-blocking", so the last attempt of a call still gets a moment.
SHORTEST_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, to wait for the next byte, and for the whole call with all its attempts."""

    connect: float = 5
    read: float = 30
    total: float = 60


class Deadline:
    """The moment at which a whole call has had its time."""

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._ends = time.monotonic() + timeouts.total

    @property
    def remaining(self) -> float:
        """Seconds left; negative when over."""
        return self._ends - time.monotonic()

    def attempt(self) -> tuple[float, float]:
        """
        Give the (connect, read) timeouts of the next attempt.

        :raises NoAnswer: the call's whole time is over and nothing was sent
        """
        left = self.remaining
        if left <= 0:
            raise NoAnswer(f"gave up after {self._timeouts.total:g} s in all", timed_out=True)
        left = max(left, SHORTEST_SECONDS)
        return min(self._timeouts.connect, left), min(self._timeouts.read, left)
