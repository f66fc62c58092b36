"""Many calls to Jet side by side, each with our own outcome: a value, or our own exception."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from jetapi import concurrency
from jetbridge.core.jet.errors import JetFailure, our_errors

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T, R]):
    """What became of one item: a value, or why there is none; or it was not begun because of a stop."""

    item: T
    value: R | None = None
    error: JetFailure | None = None
    started: bool = True

    @property
    def ok(self) -> bool:
        """Whether the call was made and Jet took it."""
        return self.started and self.error is None


def send_many(
    function: Callable[[T], R],
    items: Iterable[T],
    *,
    connections: int = concurrency.CONNECTIONS,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome[T, R]]:
    """
    Call the function for every item in threads and yield the outcomes in the items' order.

    Items are taken only as outcomes are taken from here. `stop` is asked before each item is begun; calls under
    way are finished and their outcomes yielded. A failure of Jet belongs to its item; anything else ends the run.
    """

    def attempt(item: T) -> Outcome[T, R]:
        try:
            with our_errors():
                return Outcome(item, function(item))
        except JetFailure as failure:
            return Outcome(item, error=failure)

    for each in concurrency.send_many(attempt, items, connections=connections, stop=stop):
        yield Outcome(each.item, started=False) if each.value is None else each.value
