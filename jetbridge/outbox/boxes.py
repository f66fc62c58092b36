"""What a user of the outbox says of itself, and the register of all users: each stands where it is defined."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import QuerySet

from jetbridge.core.models.dated import Dated
from jetbridge.core.models.ranges import among
from jetbridge.outbox.models import Delivery
from jetbridge.outbox.results import NotPayload, R, Settled, Settlement


class Outbox(Generic[R]):
    """
    One kind of delivery: which rows, how they are built and sent, and what follows an answer.

    Made without arguments it can be asked what is due; for a drain it is made with what its calls need.
    """

    # Unique over all boxes; part of an address.
    name: str
    model: ClassVar[type[Delivery]]
    # The job that drains it; queueing nudges it.
    job: str = ""
    # Who may follow a row on its way.
    permission: ClassVar[str]
    # What a person reads is on its way, and where to.
    title: ClassVar[str] = "It"
    other_side: ClassVar[str] = "Jet"
    # What one of them is called where they are counted, and several.
    things: ClassVar[tuple[str, str]] = ("delivery", "deliveries")
    # Deadlines first where there are any; what is due longest without.
    order_by: ClassVar[Sequence[Any]] = ("next_try_at", "pk")
    # Rows claimed at once: enough for all connections, few enough that a dead worker holds little.
    chunk: int = 50
    # A dead worker's rows are free after the lease. It is renewed each second, and no call begins that it may not
    # outlast: a call takes `longest_send` at most, looking up included.
    lease: ClassVar[timedelta] = timedelta(seconds=120)
    longest_send: ClassVar[timedelta] = timedelta(seconds=60)
    # Answers stored in one transaction, and seconds that one may wait for others.
    batch: int = 1
    patience: ClassVar[float] = 1.0
    # Done twice it would do harm: in doubt it is looked up. What overwrites is sent again.
    once_only: ClassVar[bool] = True
    # Identical rejections in a row after which it is no longer tried; 0 is never.
    block_after: ClassVar[int] = 0
    # Whether it goes while the database is known to be older than Jet: looked up first, each time.
    goes_when_older: ClassVar[bool] = False
    # Whether who claims rows may send them: a copy of the database from before is an older one then.
    sends_claimed: ClassVar[bool] = True
    # Pauses after a lost answer, doubling.
    first_pause: ClassVar[timedelta] = timedelta(seconds=20)
    longest_pause: ClassVar[timedelta] = timedelta(minutes=15)

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow all rows of the model to those of this box."""
        return rows

    def of_job(self, job: str) -> "QuerySet[Any] | None":
        """Return the rows that a job sends, in whichever state; None where it sends none of this box."""
        return self.select(self.model._default_manager.all()) if job == self.job else None

    def left_to_a_person(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow refused rows, of which nothing newer is to be sent, to those about which nobody did anything."""
        return self.select(rows)

    def dated(self, rows: Collection[R]) -> "QuerySet[Any] | None":
        """Return what has changed by an answer to these rows, where anything says when it last did."""
        if not issubclass(self.model, Dated):
            return None
        return self.model._default_manager.filter(among("pk", [row.pk for row in rows]))

    def load(self, rows: "QuerySet[Any]") -> list[R]:
        """Read claimed rows, all of them and in their order, with what building them needs."""
        return list(rows)

    def build(self, rows: Sequence[R]) -> Mapping[Any, Any | NotPayload | None]:
        """Return by each row's key what is sent of it, or why nothing is. Here the database may be asked."""
        raise NotImplementedError

    def send(self, row: R, payload: Any) -> Any:
        """
        Send one payload and return what `apply` needs of the answer. Runs in a thread: no database here.

        :raises SendFailure: not done, or perhaps not
        """
        raise NotImplementedError

    def is_outdated(self, row: R) -> bool:
        """Return whether what we know of the other side is too old to send by: then it is looked up first."""
        return False

    def look_up(self, row: R, payload: Any) -> Any | None:
        """
        Return what sending would have, where the other side has it after all; else None. Runs in a thread.

        :raises SendFailure: somebody else was first, or it cannot be found out
        """
        raise NotImplementedError

    def columns(self, settlements: Sequence[Settlement[R]]) -> Mapping[str, Sequence[Any]]:
        """
        Return columns of its own, a value for each of these settlements of one answer, written along with it.

        Values pass through their fields, unless they come `AsStored`.
        """
        return {}

    def lost(self, row: R, payload: Any) -> Mapping[str, Any]:
        """Return columns of its own to keep with an answer that was lost: what the other side may have now."""
        return {}

    def apply(self, settled: Settled[R], now: datetime) -> None:
        """Do what follows the answers, in their transaction: history, figures, items of mass actions."""

    def reference(self, row: R) -> str:
        """Return what a person knows the row by."""
        return str(row)

    def reason(self, settlement: Settlement[R]) -> str:
        """Return in one line why a row was rejected, and by whom."""
        who = self.other_side if settlement.sent_at is not None else "Not sent"
        return f"{who}: {'; '.join(settlement.errors)}"

    def pause(self, attempts: int) -> timedelta:
        """Return how long to wait after so many tries in a row."""
        doublings = min(max(attempts - 1, 0), 16)
        return min(self.first_pause * (1 << doublings), self.longest_pause)


B = TypeVar("B", bound=type[Outbox[Any]])
_boxes: dict[str, type[Outbox[Any]]] = {}


def register(box: B) -> B:
    """Make a box known to the sweep, the page and the tests; a decorator of the class."""
    known = _boxes.setdefault(box.name, box)
    if (known.__module__, known.__qualname__) != (box.__module__, box.__qualname__):
        raise ValueError(f"Two boxes are named {box.name}: {known!r} and {box!r}.")
    if box.longest_send >= box.lease:
        raise ValueError(f"No call of {box.name} could begin: its lease does not outlast its longest send.")
    return box


def boxes() -> list[type[Outbox[Any]]]:
    """Return what registered so far: all users of the outbox, once every app is ready."""
    return list(_boxes.values())


def named(name: str) -> type[Outbox[Any]] | None:
    """Return the box of this name."""
    return _boxes.get(name)
