"""The store's emulator misbehaving where something is sent, as the outbox's kit asks for it."""

from dataclasses import dataclass

from jetbridge.store.magento.sandbox.app import MagentoSandbox


@dataclass(frozen=True)
class StoreFaults:
    """Faults at what is sent, by its path."""

    store: MagentoSandbox
    path: str
    # Another call than the one at which it goes down, where answers get lost.
    lost: str = ""
    # What is read at once after a lost answer, which then finds nothing out, and how often it was read before.
    read: str = ""
    reads: int = 1
    # Whether an answer is looked for at once: then one of what was done is none that stays lost.
    is_looked_for: bool = False

    def go_down(self) -> None:
        """Take no keys any more."""
        self.store.do("faults", {"kind": "status", "status": 401, "path": self.path, "method": "POST"})

    def lose_answers(self) -> None:
        """Never answer; what nobody looks for at once is done."""
        kind = "drop_before" if self.is_looked_for else "drop_after"
        self.store.do("faults", {"kind": kind, "path": self.lost or self.path, "method": "POST"})
        if self.read:
            found = {"path": self.read, "method": "GET"}
            self.store.do("faults", {**found, "kind": "slow", "seconds": 0, "times": self.reads})
            self.store.do("faults", {**found, "kind": "status", "status": 400})

    def heal(self) -> None:
        """Behave from now on."""
        self.store.do("clear_faults", {})


def applied(store: MagentoSandbox, path: str) -> int:
    """Count what was done at a path."""
    calls = store.do("calls", {"path": path})["calls"]
    return sum(bool(call["applied"]) and call["method"] == "POST" for call in calls)
