"""Everything one call may touch: memory, clock, diary, accounts, file policy. Rules take it and nothing else."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from .accounts import Account, Accounts
from .kit.journal import Journal
from .kit.memory import Clock
from .options import Options
from .schedule import Schedule
from .store import Store
from .taxonomy import Taxonomy

SECRETS = ("pass", "id_token")
SLICE_SECONDS = 0.006  # how long a piece of a long work keeps others waiting


class World:
    """One Jet, with two merchants in it."""

    def __init__(
        self, *, options: Options, store: Store, steps: "dict[str, Step]", taxonomy: Taxonomy
    ) -> None:
        self.options = options
        self.store = store
        self.taxonomy = taxonomy
        self.generation = 0  # how many resets; a call that slept through one does nothing afterwards
        self.readers: dict[str, Any] = {}  # of files that are being read; made anew where one is missing
        self.begin_slice()
        self.clock = Clock(store)
        self.journal = Journal(store, spellings=spellings, secrets=SECRETS, is_secret=_is_secret)
        self.schedule: Schedule[World] = Schedule(store, steps, options.delays)
        with store.transaction():
            self.accounts = Accounts(store)
        self.reload()

    def reload(self) -> None:
        """Read again what is also held in memory, as after work that was taken back."""
        self.policy: dict[str, Any] = self.store.meta("files", {"vague_errors": False, "refuse": []})
        self.refused = frozenset(self.policy["refuse"])
        self.nodes_changed()
        self.schedule.look_again()
        self._steps_done = {mode: set(self.store.meta(f"setup {mode}", [])) for mode in ("test", "live")}

    def now(self) -> datetime:
        return self.clock.now()

    def begin_slice(self) -> None:
        """Begin a piece of work after which others shall have their turn."""
        self._slice_ends = time.perf_counter() + SLICE_SECONDS

    def slice_is_over(self) -> bool:
        return time.perf_counter() >= self._slice_ends

    def later(self, name: str, account: str, key: str, *, when: datetime | None = None) -> None:
        self.schedule.later(self, name, account, key, when=when or self.now())

    def seen(self, prefix: str, account: str, key: str | None = None) -> None:
        self.schedule.seen(self, prefix, account, key)

    def set_policy(self, **changes: object) -> None:
        """Set how files fail: `vague_errors`, `refuse` (a list of SKUs)."""
        self.policy = {**self.policy, **changes}
        self.store.set_meta("files", self.policy)
        self.refused = frozenset(self.policy["refuse"])

    def check_off(self, account: str, step: str) -> None:
        """Check off a step of the merchant's set-up checklist."""
        done = self._steps_done[account]
        if step not in done:
            self.store.set_meta(f"setup {account}", sorted({*done, step}))
            done.add(step)

    def is_checked_off(self, account: str, step: str) -> bool:
        return step in self._steps_done[account]

    def nodes(self, account: Account) -> list[str]:
        """List the merchant's fulfillment nodes, the one it came with first."""
        found = self._nodes.get(account.mode)
        if found is None:
            found = self._nodes[account.mode] = self.store.ids("node", account.mode)
        return [account.fulfillment_node_id, *found]

    def nodes_changed(self) -> None:
        self._nodes: dict[str, list[str]] = {}

    def reset(self, *, keep_accounts: bool = True) -> None:
        """Begin again: no data, real time, no faults; with `keep_accounts` also the same ids and tokens."""
        kept = [(mode, self.store.docs("node", mode)) for mode in ("test", "live") if keep_accounts]
        self.store.wipe()
        self.readers.clear()
        self.generation += 1
        for mode, nodes in kept:
            for node in nodes:
                self.store.put("node", mode, node["fulfillment_node_id"], node)
        for key in ("files", "setup test", "setup live"):
            self.store.run("DELETE FROM meta WHERE key=?", key)
        if not keep_accounts:
            self.accounts.renew()
        self.clock.reset()
        self.schedule.reset(self.options.delays)
        self.reload()


def spellings(path: str) -> tuple[str, ...]:
    """Give the ways in which an expression may name a path: as sent and decoded, with /api and without."""
    return (path, unquote(path), f"/api{path}")


def _is_secret(text: str) -> bool:
    return "sig=" in text or "pass=" in text


def new_id() -> str:
    """Make an id in Jet's form: 32 lower-case hex digits."""
    return uuid.uuid4().hex


def new_digits(count: int) -> str:
    """Make a reference id: decimal digits, never beginning with a zero."""
    return str(uuid.uuid4().int % (9 * 10 ** (count - 1)) + 10 ** (count - 1))


# What Jet does of its own accord with one thing of an account, as of a moment.
Step = Callable[[World, str, str, datetime], None]
