"""What a service achieved: counts and, for each thing that was not done, its reason."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import InterfaceError, OperationalError

logger = logging.getLogger(__name__)
# A full disk or a lost database is no item's fault: the run ends and says so.
NO_ITEMS_FAULT = (OperationalError, InterfaceError)


@dataclass(frozen=True)
class ReportItem:
    """One object with its reason; reference is what a person knows it by (SKU, order number)."""

    reference: str
    reason: str
    state: str = "failed"


def left_as_it_is(reference: str, error: Exception) -> str:
    """Log an error that nobody foresaw, which is one object's own, and return what is said of that object."""
    logger.error("%s was left as it is.", reference, exc_info=error)
    return f"Left as it is because of an error in the panel: {error!r}"


class Outcome(StrEnum):
    """What comparing one thing with the other side brought."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    # The other side has no such thing.
    GONE = "gone"
    UNREAD = "unread"


@dataclass(frozen=True)
class Compared:
    """One thing that was compared: what it is called, where it stands, and in words what was taken over."""

    outcome: Outcome
    name: str = ""
    url: str = ""
    text: str = ""
    # How many things it stands for, and those among them that are named one by one.
    amount: int = 1
    parts: Sequence["Compared"] = ()


# What is compared by its ID there, and how to take over what was read: in one transaction, without a call.
Comparing = Iterator[tuple[str, Callable[[], Compared]]]


@dataclass
class Report:
    """Counts of a batch. A batch survives one bad item: it is counted and named here."""

    done: int = 0
    failed: int = 0
    skipped: int = 0
    items: list[ReportItem] = field(default_factory=list)
    note: str = ""
    # Orders that will not be filled, as somebody asked or a rule says: carried out, and no achievement.
    rejected: int = 0

    def fail(self, reference: str, reason: str) -> None:
        """Count one object that failed, with its reason."""
        self.failed += 1
        self.items.append(ReportItem(reference, reason))

    def skip(self, reference: str, reason: str) -> None:
        """Count one object that was left out on purpose, with its reason."""
        self.skipped += 1
        self.items.append(ReportItem(reference, reason, "skipped"))

    def reject(self, reference: str, reason: str) -> None:
        """Name one order that is turned away; it counts neither as done nor as left out."""
        self.rejected += 1
        self.items.append(ReportItem(reference, reason, "rejected"))

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing that it could report."""
        return not (self.done or self.failed or self.skipped or self.rejected)

    @contextmanager
    def isolating(self, reference: str, *, passing: tuple[type[Exception], ...] = ()) -> Iterator[None]:
        """Count an unforeseen error against this one object, so that the others of a run go on; some errors pass."""
        try:
            yield
        except Exception as error:
            if isinstance(error, (*passing, *NO_ITEMS_FAULT)):
                raise
            self.fail(reference, left_as_it_is(reference, error))

    def add(self, other: "Report") -> "Report":
        """Add another report's counts and items to this one, and return it."""
        self.done += other.done
        self.failed += other.failed
        self.skipped += other.skipped
        self.rejected += other.rejected
        self.items.extend(other.items)
        if other.note not in self.note:
            self.note = f"{self.note} {other.note}".strip()
        return self

    def commonest_failure(self) -> str:
        """Say why something failed: the reason that most of what failed has, with one that it struck."""
        failed = [item for item in self.items if item.state == "failed"]
        if not failed:
            return f"{self.failed} failed without a reason." if self.failed else ""
        reason, count = Counter(item.reason for item in failed).most_common(1)[0]
        example = next(item.reference for item in failed if item.reason == reason)
        if self.failed == 1:
            return f"{example}: {reason}"
        return f"{count} of {self.failed} failed alike, {example} for one: {reason}"
