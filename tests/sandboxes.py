"""A served sandbox with the few questions that tests ask it."""

from dataclasses import dataclass
from typing import Any

import requests

from jetapi.sandbox import Sandbox


@dataclass(frozen=True)
class ServedSandbox:
    """A sandbox object and the address it is served at."""

    box: Sandbox
    url: str

    def info(self) -> dict[str, Any]:
        """Return what the sandbox says of itself."""
        return requests.get(f"{self.url}/_sandbox/info", timeout=10).json()

    def account(self, mode: str) -> dict[str, str]:
        """Return keys and ids of the account of a mode."""
        return next(row for row in self.info()["accounts"] if row["mode"] == mode)
