"""A token store in a file, for programs that share an account without a database (POSIX only)."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from jetapi.tokens import LEASE_WAIT_SECONDS, Token

PRIVATE = 0o600
POLL_SECONDS = 0.05


class FileTokenStore:
    """Keeps one account's token in a file that only its owner may read; a lock file beside it is the lease."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def get(self) -> Token | None:
        """Return what is kept; a file that cannot be understood counts as none."""
        try:
            kept = json.loads(self._path.read_text())
            return Token(str(kept["value"]), datetime.fromisoformat(kept["expires_at"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def put(self, token: Token | None) -> None:
        """Keep this token instead; readers see the old one or the new one, never half of it."""
        if token is None:
            self._path.unlink(missing_ok=True)
            return
        text = json.dumps({"value": token.value, "expires_at": token.expires_at.isoformat()})
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "w") as file:
            file.write(text)
        fresh.replace(self._path)

    @contextmanager
    def lease(self) -> Iterator[None]:
        """
        Hold the only right to renew; the system gives it back when its holder dies.

        :raises TimeoutError: another has been renewing for a minute
        """
        lock = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, PRIVATE)
        try:
            _take(lock)
            yield
        finally:
            os.close(lock)


def _take(lock: int) -> None:
    give_up = time.monotonic() + LEASE_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise TimeoutError("another process is still renewing the Jet token") from None
            time.sleep(POLL_SECONDS)
