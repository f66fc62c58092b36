"""A limit of calls a minute for each account."""

from collections import deque
from datetime import datetime, timedelta

from .kit.wire import Refused, errors

WINDOW = timedelta(minutes=1)


class RateLimit:
    """Counts over a sliding minute of the sandbox's clock; 0 means no limit, which is what is known of Jet."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._calls: dict[str, deque[datetime]] = {}

    def count(self, account: str, now: datetime) -> None:
        """
        Count one call.

        :raises Refused: 429, with the seconds until the next call is welcome
        """
        if not self._most:
            return
        calls = self._calls.setdefault(account, deque())
        while calls and not now - WINDOW < calls[0] <= now:
            calls.popleft()
        if len(calls) >= self._most:
            wait = max(1, int((calls[0] + WINDOW - now).total_seconds() + 1))
            raise Refused(errors(429, "Too Many Requests").with_headers(("Retry-After", str(wait))))
        calls.append(now)
