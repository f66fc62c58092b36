"""Where a Jet account's token is kept: the protocol, and a store in memory."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

LEASE_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and the moment (aware, UTC) from which it must no longer be used."""

    value: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """
    Keeps one account's token for all threads, and where the store is shared, all processes.

    A store belongs to one account at one base URL; when the keys change, call `put(None)`.
    """

    def get(self) -> Token | None:
        """Return what is kept, expired or not."""

    def put(self, token: Token | None) -> None:
        """Keep this token instead; None forgets. Called by the holder of the lease only."""

    def lease(self) -> AbstractContextManager[None]:
        """
        Hold the only right to renew the token; wait while another holds it.

        :raises TimeoutError: the other did not finish in time
        """


class MemoryTokenStore:
    """A token shared by the threads of one process."""

    def __init__(self) -> None:
        self._token: Token | None = None
        self._lock = threading.Lock()

    def get(self) -> Token | None:
        """Return what is kept, expired or not."""
        return self._token

    def put(self, token: Token | None) -> None:
        """Keep this token instead."""
        self._token = token

    @contextmanager
    def lease(self) -> Iterator[None]:
        """
        Hold the only right to renew the token.

        :raises TimeoutError: another thread has been renewing for a minute
        """
        if not self._lock.acquire(timeout=LEASE_WAIT_SECONDS):
            raise TimeoutError("another thread is still renewing the Jet token")
        try:
            yield
        finally:
            self._lock.release()
