"""Everything one call may touch: memory, clock, journal, who may do what, how the store was started."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

from jetapi.sandbox.kit.journal import Journal
from jetapi.sandbox.kit.memory import Clock

from .memory import StoreMemory

VERSION = "2.4.7-p3"
MEMORY = ":memory:"
SEEDS = ("demo", "none")
SECRETS = ("password", "consumer_secret", "token_secret")


@dataclass(frozen=True, slots=True)
class Options:
    """
    What an emulated store is given when it starts.

    `seed` is one of SEEDS or a file of Magento's product export; `row_ms` is added for each product row of a list.
    """

    state: str = MEMORY
    seed: str = "demo"
    module: bool = False  # the companion module is installed
    bearer: bool = False  # integration tokens are taken as Bearer, off since 2.4.4
    limits: bool = False  # pages of 300 and arrays of 20 at most
    msi: bool = True
    latency_ms: float = 0
    row_ms: float = 0
    allowed_hosts: tuple[str, ...] = ()


class Nonces:
    """What signed calls were made unique by: the latest of this process, in their order."""

    MOST = 100_000

    def __init__(self) -> None:
        self._used: dict[str, None] = {}

    def is_new(self, nonce: str) -> bool:
        """Use one up; False: it was used before. Whoever calls holds the store's lock."""
        if nonce in self._used:
            return False
        self._used[nonce] = None
        if len(self._used) > self.MOST:
            del self._used[next(iter(self._used))]
        return True


class World:
    """One store: a website, two store views of which one is the administration's, and its stock."""

    def __init__(self, options: Options, memory: StoreMemory) -> None:
        self.options = options
        self.memory = memory
        memory.has_sources = options.msi
        self.clock = Clock(memory)
        self.journal = Journal(memory, spellings=spellings, secrets=SECRETS)
        self.nonces = Nonces()
        self.generation = 0  # how many resets; a call that slept through one does nothing afterwards
        self.reload()

    def reload(self) -> None:
        """Read again what is also held here, as after work that was taken back."""
        self.denied: frozenset[str] = frozenset(self.memory.meta("denied", []))

    def deny(self, resources: Collection[str]) -> None:
        """Take permissions from the integration; all others it has."""
        self.memory.set_meta("denied", sorted(resources))
        self.reload()

    def now(self) -> datetime:
        return self.clock.now()

    def stamp(self) -> str:
        """Return the time as the store writes it: UTC, to the second, without a zone."""
        return f"{self.now().astimezone(UTC):%Y-%m-%d %H:%M:%S}"

    def reset(self) -> None:
        """Begin again with an empty store and real time."""
        self.memory.wipe()
        self.memory.set_meta("denied", [])
        self.memory.set_meta("lagging", [])
        self.generation += 1
        self.clock.reset()
        self.reload()


def spellings(target: str) -> tuple[str, ...]:
    """Give the ways in which an expression may name what is called: its path as sent and decoded, and all of it."""
    path = target.partition("?")[0]
    return (path, unquote(path), unquote(target)) if path != target else (path, unquote(path))
