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
        return requests.get(f"{self.url}/_sandbox/info", timeout=60).json()

    def account(self, mode: str) -> dict[str, str]:
        """Return keys and ids of the account of a mode."""
        return next(row for row in self.info()["accounts"] if row["mode"] == mode)


def move_jet(account: JetAccount, address: str) -> None:
    """Let the panel speak to a Jet elsewhere, as an owner does: a new address, and the secret entered again."""
    Configuration.objects.update(api_url=address)
    account.keep_secret(account.api_secret, address=address)
    account.save()


@dataclass(frozen=True)
class PathFaults:
    """The sandbox misbehaving where something is sent, as the outbox's kit asks for it."""

    box: Sandbox
    # What is sent, and by which method; and whatever is read to find out whether it was done.
    path: str
    method: str
    read: str

    def go_down(self) -> None:
        """Take no keys any more."""
        self.box.add_fault("status", status=401, path=self.path)

    def lose_answers(self) -> None:
        """Do what is asked and never answer, nor tell what was done."""
        self.box.add_fault("drop_after", path=self.path, method=self.method)
        self.box.add_fault("status", status=500, path=self.read, method="GET")

    def heal(self) -> None:
        """Behave from now on."""
        self.box.clear_faults()
