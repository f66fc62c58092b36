"""When a failed attempt is made again, and after how long."""

import random
from dataclasses import dataclass

from jetapi.errors import JetConnectionError, JetError, JetResponseError, JetThrottled, JetUnavailable
from jetapi.http.calls import Call, Kind


@dataclass(frozen=True, slots=True)
class Retries:
    """Attempts per call in all, and the waits between them in seconds (doubling, with jitter)."""

    attempts: int = 4
    first_wait: float = 0.25
    first_wait_throttled: float = 1.0
    longest_wait: float = 30.0

    def wait(self, call: Call, error: JetError, *, attempt: int, remaining: float) -> float | None:
        """Return the seconds to wait before the next attempt, or None when there shall be none."""
        if attempt >= self.attempts or not may_repeat(call, error):
            return None
        wait = self._asked_for(error)
        if wait is None:
            wait = self._backoff(error, attempt)
        return wait if wait < remaining else None

    def _backoff(self, error: JetError, attempt: int) -> float:
        first = self.first_wait_throttled if isinstance(error, JetThrottled) else self.first_wait
        wait = min(first * 2.0 ** (attempt - 1), self.longest_wait)
        return wait * (0.5 + random.random() / 2)  # noqa: S311 - jitter, not a secret

    @staticmethod
    def _asked_for(error: JetError) -> float | None:
        return error.retry_after if isinstance(error, JetResponseError) else None


def may_repeat(call: Call, error: JetError) -> bool:
    """
    Return whether another attempt is safe and of use.

    A call that must happen once is repeated only where Jet certainly did nothing: it was throttled, or
    no connection came about. All else about it is settled by reading Jet's state.
    """
    if isinstance(error, JetUnavailable) or not error.retryable:
        return False
    if call.kind is not Kind.ONCE or isinstance(error, JetThrottled):
        return True
    return isinstance(error, JetConnectionError) and not error.sent_maybe
