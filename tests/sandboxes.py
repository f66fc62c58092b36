"""A served sandbox with the few questions that tests ask it."""

from dataclasses import dataclass
from typing import Any

import requests

from jetapi.sandbox import Sandbox
from jetbridge.core.models import Configuration, JetAccount


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


def move_jet(account: JetAccount, address: str) -> None:
    """Let the panel speak to a Jet elsewhere, as an owner does: a new address, and the secret entered again."""
    Configuration.objects.update(api_url=address)
    account.keep_secret(account.api_secret, address=address)
    account.save()
