"""A circuit that stops hammering a Jet that does not answer, and says when it tries again."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from jetapi.errors import JetConnectionError, JetServerError, JetUnavailable

# With 32 threads a restart of Jet fails 32 calls at once; less than half of them proves nothing yet.
FAILURES_TO_OPEN = 12
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300.0
GATEWAY_FAILURES = frozenset({502, 503, 504})


class Circuit:
    """
    Counts failures in a row; share one among all clients of a host.

    Closed: all calls pass. Open: none does until the pause is over. Then one call tries; its success closes
    the circuit, its failure doubles the pause.
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES_TO_OPEN,
        first_pause: float = FIRST_PAUSE_SECONDS,
        longest_pause: float = LONGEST_PAUSE_SECONDS,
    ) -> None:
        self._limit = failures
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._pause = 0.0
        self._open_until: float | None = None
        self._trying = False

    @property
    def retry_at(self) -> datetime | None:
        """The moment (UTC) of the next try while calls are held back, else None."""
        with self._lock:
            if self._open_until is None:
                return None
            return datetime.now(UTC) + timedelta(seconds=max(0.0, self._open_until - time.monotonic()))

    @contextmanager
    def guard(self) -> Iterator[None]:
        """
        Let one exchange through and learn from how it ends.

        :raises JetUnavailable: the circuit is open; nothing was sent
        """
        self._enter()
        try:
            yield
        except JetConnectionError:
            self._failed()
            raise
        except JetServerError as error:
            if error.status in GATEWAY_FAILURES:
                self._failed()
            else:
                self._answered()
            raise
        except BaseException:
            self._answered()
            raise
        else:
            self._answered()

    def _enter(self) -> None:
        with self._lock:
            if self._open_until is None:
                return
            left = self._open_until - time.monotonic()
            if left <= 0 and not self._trying:
                self._trying = True
                return
            left = max(left, 1.0)
        raise JetUnavailable(
            f"Jet has not answered {self._in_a_row} calls in a row; next try in {left:.0f} s",
            retry_at=datetime.now(UTC) + timedelta(seconds=left),
        )

    def _failed(self) -> None:
        with self._lock:
            self._in_a_row += 1
            if self._trying or (self._open_until is None and self._in_a_row >= self._limit):
                self._pause = min(max(self._first_pause, self._pause * 2), self._longest_pause)
                self._open_until = time.monotonic() + self._pause
                self._trying = False

    def _answered(self) -> None:
        with self._lock:
            self._in_a_row = 0
            self._pause = 0.0
            self._open_until = None
            self._trying = False
