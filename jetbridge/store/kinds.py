"""The kinds of documents that go to the store, and the one register of them; `deliveries` says how one is added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from jetbridge.core.send_failures import Rejected
from jetbridge.outbox.results import NotPayload, Settled, Undecided
from jetbridge.store.models import StoreDocument
from jetbridge.store.ports import SendingStore

# What `Blocked` carries, by which it is known from a plain no.
REMEDY = "remedy"


@dataclass(frozen=True, slots=True)
class Made:
    """What the store has now: its key of the order and of the document, the number that people see, what is kept."""

    order: int
    id: int
    number: str = ""
    way: str = ""
    progress: Mapping[str, Any] = field(default_factory=dict)
    # What the kind's `apply` needs to know.
    value: Any = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of several is done; `progress` is kept before the next one begins."""

    progress: Mapping[str, Any]


class Blocked(Rejected):
    """It cannot go into the store as things are there; the remedy is what a person does before it is tried again."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}", value=REMEDY)


class DocumentKind:
    """
    One kind of document. `send` and `look_up` run in a thread without the database; all else in a transaction or
    before the calls.
    """

    name: StoreDocument.Kind

    def build(
        self, rows: Sequence[StoreDocument], store: SendingStore
    ) -> Mapping[int, Any | NotPayload | None]:
        """
        Return by each row's key what is sent of it, or why nothing is: `Blocked`, `Later`, `Unneeded`.

        Outside of any transaction: what can be asked of the store for all rows at once is asked here. Where the store
        does not answer, leave it to `send`.
        """
        raise NotImplementedError

    def send(self, store: SendingStore, row: StoreDocument, payload: Any) -> Made | Undecided:
        """
        Make it, and return what the store has now; or `next_step`, to be called again once the step is stored.

        Calls go through `failures.store_failures`.

        :raises SendFailure: not done, or perhaps not
        """
        raise NotImplementedError

    def look_up(self, store: SendingStore, row: StoreDocument, payload: Any) -> Made | Undecided | None:
        """
        Return what the store has of an earlier try, completed where that was cut off; None: it does not have it.

        :raises SendFailure: it cannot be found out
        """
        raise NotImplementedError

    def lost(self, row: StoreDocument, payload: Any) -> Mapping[str, Any]:
        """Return columns to keep with an answer that was lost."""
        return {}

    def apply(self, settled: Settled[StoreDocument], now: datetime) -> None:
        """Do what follows, in the transaction that stores the answers; rows hold what is stored by now."""


K = TypeVar("K", bound=type[DocumentKind])
_kinds: dict[str, DocumentKind] = {}


def register(kind: K) -> K:
    """Make a kind known to the job; a decorator of the class."""
    known = _kinds.setdefault(kind.name, kind())
    if type(known).__qualname__ != kind.__qualname__:
        raise ValueError(f"Two kinds are named {kind.name}: {known!r} and {kind!r}.")
    return kind


def named(name: str) -> DocumentKind | None:
    """Return the kind of this name."""
    return _kinds.get(name)


def next_step(progress: Mapping[str, Any], *, at: datetime) -> Undecided:
    """Return what `send` answers when a step is done and the next one may begin once it is stored."""
    return Undecided(at, Step(progress))
