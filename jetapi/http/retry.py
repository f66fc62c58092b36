"""When a failed attempt is made again, and after how long."""

import random
from dataclasses import dataclass

from jetapi.http.calls import Call, Kind
from jetapi.http.errors import CallError, HeldBack, NoAnswer, ResponseError, Throttled


@dataclass(frozen=True, slots=True)
class Retries:
    """Attempts per call in all, and the waits between them in seconds (doubling, with jitter)."""

    attempts: int = 4
    first_wait: float = 0.25
    first_wait_throttled: float = 1.0
    longest_wait: float = 30.0

    def wait(self, call: Call, error: CallError, *, attempt: int, remaining: float) -> float | None:
        """Return the seconds to wait before the next attempt, or None when there shall be none."""
        if attempt >= self.attempts or not may_repeat(call, error):
            return None
        wait = self._asked_for(error)
        if wait is None:
            wait = self._backoff(error, attempt)
        return wait if wait < remaining else None

    def _backoff(self, error: CallError, attempt: int) -> float:
        first = self.first_wait_throttled if isinstance(error, Throttled) else self.first_wait
        wait = min(first * 2.0 ** (attempt - 1), self.longest_wait)
        return wait * (0.5 + random.random() / 2)  # noqa: S311 - jitter, not a secret

    @staticmethod
    def _asked_for(error: CallError) -> float | None:
        return error.retry_after if isinstance(error, ResponseError) else None


def may_repeat(call: Call, error: CallError) -> bool:
    """
    Return whether another attempt is safe and of use.

    A call that must happen once is repeated only where certainly nothing was done: it was throttled, or
    no connection came about. All else about it is settled by reading the other side's state.
    """
    if isinstance(error, HeldBack) or not error.retryable:
        return False
    if call.kind is not Kind.ONCE or isinstance(error, Throttled):
        return True
    return isinstance(error, NoAnswer) and not error.sent_maybe
