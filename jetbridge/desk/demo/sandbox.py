"""The sandbox's control, spoken to over HTTP: what only Jet's side can do (review, place orders, open returns)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from jetbridge.core import configuration
from jetbridge.core.jet.client import sandbox_url

TIMEOUT = 20
# For what a job asks each minute beside its work, in seconds.
SHORT = 3
# Seconds by which two clocks that are one seem apart.
ON_THE_WAY = 3


class SandboxAway(Exception):
    """There is no sandbox to speak to, or it refused; the message says which."""


class SandboxControl:
    """One sandbox by its address."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def account(self, mode: str) -> dict[str, str]:
        """
        Return keys and ids of the account of a mode.

        :raises SandboxAway: it does not answer
        """
        accounts: list[dict[str, str]] = self._call("GET", "info")["accounts"]
        return next(row for row in accounts if row["mode"] == mode)

    def clock_offset(self) -> timedelta:
        """
        Return how far its clock stands from ours, to the second; what only the way there took is nothing.

        :raises SandboxAway: it does not answer, or with no time
        """
        return self._offset(self._call("GET", "info", patience=SHORT))

    def move_clock(self, *, to: datetime | None = None, seconds: int = 0) -> timedelta:
        """
        Set its clock, or move it on by seconds; return how far it stands from ours afterwards.

        :raises SandboxAway: it does not answer or refuses
        """
        document: dict[str, Any] = {"now": to.isoformat()} if to else {"advance_seconds": seconds}
        return self._offset(self.ask("clock", **document))

    def _offset(self, answer: dict[str, Any]) -> timedelta:
        try:
            offset = datetime.fromisoformat(str(answer.get("now"))) - datetime.now(UTC)
        except (TypeError, ValueError):
            raise SandboxAway(f"The sandbox at {self.url} says no time.") from None
        seconds = (offset + timedelta(seconds=0.5)) // timedelta(seconds=1)
        return timedelta(seconds=0 if abs(seconds) <= ON_THE_WAY else seconds)

    def ask(self, what: str, **document: Any) -> dict[str, Any]:
        """
        Let the sandbox do something.

        :raises SandboxAway: it does not answer or refuses
        """
        return self._call("POST", what, document)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let files be processed without waiting, until the block ends."""
        before = self._call("GET", "info").get("transitions", "clock")
        self.ask("clock", transitions="at_once")
        try:
            yield
        finally:
            self.ask("clock", transitions=before)

    @contextmanager
    def earlier(self, by: timedelta) -> Iterator[None]:
        """Let the block happen so long ago: the clock goes back, and on again."""
        self.ask("clock", advance_seconds=-by.total_seconds())
        try:
            yield
        finally:
            self.ask("clock", advance_seconds=by.total_seconds())

    def _call(
        self, method: str, what: str, document: dict[str, Any] | None = None, *, patience: int = TIMEOUT
    ) -> dict[str, Any]:
        try:
            answer = requests.request(method, f"{self.url}/_sandbox/{what}", json=document, timeout=patience)
        except requests.RequestException as error:
            raise SandboxAway(f"The sandbox at {self.url} does not answer.") from error
        if not answer.ok:
            raise SandboxAway(f"The sandbox refused {what}: {answer.text[:300]}")
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise SandboxAway(f"What answers at {self.url} is no sandbox.")
        return found


def of_this_run() -> SandboxControl:
    """
    Return the sandbox that this installation speaks to.

    :raises SandboxAway: none runs, or the panel speaks to another Jet
    """
    url, configured = sandbox_url(), configuration.current().api_url
    if not url:
        raise SandboxAway("No sandbox of this installation is running; `make run` starts one.")
    if configured and not configured.startswith(url):
        raise SandboxAway(
            f"The panel speaks to {configured}, not to its sandbox; nothing of the demo is sent there."
        )
    return SandboxControl(url)
