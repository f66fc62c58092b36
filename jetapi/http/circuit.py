"""A circuit that stops hammering whoever does not answer, and says when it tries again."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from jetapi.http.errors import HeldBack, NoAnswer, ServerError

# With 32 threads a restart of the other side fails 32 calls at once; less than half of them proves nothing yet.
FAILURES_TO_OPEN = 12
# A quiet panel makes few calls: these failures with no answer for so many seconds prove as much.
FEW_FAILURES = 4
FEW_FOR_SECONDS = 10.0
# From try to try, so that work goes on soon after its end; one small call in so long burdens nobody.
PAUSE_SECONDS = 10.0
GATEWAY_FAILURES = frozenset({502, 503, 504})


class Circuit:
    """
    Counts failures in a row; share one among all clients of a host.

    Closed: all calls pass. Open: none does until the pause is over. Then one call tries; its success closes
    the circuit, after its failure the next one tries a pause after it began.
    """

    def __init__(self, *, failures: int = FAILURES_TO_OPEN, pause: float = PAUSE_SECONDS) -> None:
        self._limit = failures
        self._pause = pause
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._failing_since = 0.0
        self._open_until: float | None = None
        self._tried_at: float | None = None
        self._closings = 0

    @property
    def closings(self) -> int:
        """How often it was closed again: whoever saw fewer has missed the other side's return."""
        with self._lock:
            return self._closings

    @property
    def retry_at(self) -> datetime | None:
        """The moment (UTC) of the next try while calls are held back, else None."""
        with self._lock:
            if self._open_until is None:
                return None
            return datetime.now(UTC) + timedelta(seconds=max(0.0, self._open_until - time.monotonic()))

    @contextmanager
    def guard(self, name: str = "the other side") -> Iterator[None]:
        """
        Let one exchange through and learn from how it ends.

        :raises HeldBack: the circuit is open; nothing was sent
        """
        self._enter(name)
        try:
            yield
        except NoAnswer:
            self._failed()
            raise
        except ServerError as error:
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

    def _enter(self, name: str) -> None:
        with self._lock:
            if self._open_until is None:
                return
            now = time.monotonic()
            left = self._open_until - now
            if left <= 0 and self._tried_at is None:
                self._tried_at = now
                return
            left = max(left, 1.0)
        raise HeldBack(
            f"{name[:1].upper()}{name[1:]} has not answered {self._in_a_row} calls in a row; "
            f"next try in {left:.0f} s",
            retry_at=datetime.now(UTC) + timedelta(seconds=left),
        )

    def _failed(self) -> None:
        with self._lock:
            now = time.monotonic()
            if not self._in_a_row:
                self._failing_since = now
            self._in_a_row += 1
            if self._tried_at is not None:
                # A try that hung for long must not put the next one off.
                self._open_until = max(self._tried_at + self._pause, now + min(1.0, self._pause))
                self._tried_at = None
            elif self._open_until is None and self._is_enough(now):
                self._open_until = now + self._pause

    def _is_enough(self, now: float) -> bool:
        lasting = now - self._failing_since >= FEW_FOR_SECONDS
        return self._in_a_row >= (min(self._limit, FEW_FAILURES) if lasting else self._limit)

    def _answered(self) -> None:
        with self._lock:
            self._in_a_row = 0
            self._closings += self._open_until is not None
            self._open_until = None
            self._tried_at = None
