"""What becomes of a row on its way: what building it may say instead of a payload, and how a send ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from jetbridge.core.send_failures import Rejected
from jetbridge.outbox.models import Answer, Delivery


class Row(Protocol):
    """A claimed row as its box loaded it: a model's instance, or values that were read of it."""

    @property
    def pk(self) -> Any:
        """Its key."""

    @property
    def number(self) -> int:
        """The number of the request that is sent now."""

    @property
    def answer(self) -> str:
        """The last answer; `unknown` where an earlier send may have been done."""

    @property
    def attempts(self) -> int:
        """Tries in a row without an answer."""

    @property
    def errors(self) -> Any:
        """What was said against it last."""

    @property
    def failures(self) -> int:
        """Identical rejections in a row."""


# A model is one by its name as well: whether its columns are those of the protocol is known too late for mypy.
R = TypeVar("R", bound=Row | Delivery)


class Later(Exception):
    """Nothing can be sent of it yet; try again at `at`, or after the box's first pause."""

    def __init__(self, reason: str, *, at: datetime | None = None) -> None:
        super().__init__(reason)
        self.at = at


class Held(Exception):
    """A person has to approve it first; it is settled as held, so that nothing waits for it."""


class Unneeded(Exception):
    """There is nothing to send any more; the reason stands in the report."""


# What building a row may give in place of a payload; None says, without a word, that no call is needed.
NotPayload = Rejected | Later | Held | Unneeded


@dataclass(frozen=True, slots=True)
class Undecided:
    """What `send` returns when the other side took it and decides later: ask again at `ask_at`."""

    ask_at: datetime
    value: Any = None


class AsStored(list[Any]):
    """Values of a column that are as the database takes them: JSON that came as text need not be read."""


@dataclass(slots=True)
class Settlement(Generic[R]):
    """How one row is settled. Without an answer there was nothing to send, and the last answer stands."""

    row: R
    answer: Answer | None
    payload: Any = None
    # What `send` or `look_up` returned, or the value of what it raised.
    value: Any = None
    errors: Sequence[str] = ()
    # When the call began; None where the refusal is ours and nothing was sent.
    sent_at: datetime | None = None
    # When to ask again about what is not decided.
    ask_at: datetime | None = None


def without_call(row: R, built: Any) -> Settlement[R] | None:
    """Return how a row is settled of which building says that nothing is sent; None where it gave a payload."""
    if isinstance(built, Rejected):
        return Settlement(row, Answer.REJECTED, value=built.value, errors=built.errors)
    if isinstance(built, Held):
        return Settlement(row, Answer.HELD, value=built, errors=[str(built)])
    if built is None or isinstance(built, Unneeded):
        return Settlement(row, None, value=built)
    return None


@dataclass(slots=True)
class Settled(Generic[R]):
    """The settlements that were this worker's to make, by what was answered."""

    accepted: list[Settlement[R]] = field(default_factory=list)
    rejected: list[Settlement[R]] = field(default_factory=list)
    held: list[Settlement[R]] = field(default_factory=list)
    undecided: list[Settlement[R]] = field(default_factory=list)
    unneeded: list[Settlement[R]] = field(default_factory=list)

    @classmethod
    def of(cls, settlements: Sequence[Settlement[R]]) -> "Settled[R]":
        """Sort settlements by their answers."""
        settled = cls()
        lists = {
            Answer.ACCEPTED: settled.accepted,
            Answer.REJECTED: settled.rejected,
            Answer.HELD: settled.held,
            Answer.SENT: settled.undecided,
            None: settled.unneeded,
        }
        for settlement in settlements:
            lists[settlement.answer].append(settlement)
        return settled
