"""Many calls to Jet side by side, each with our own outcome: a value, or our own exception."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Generic, Self, TypeVar

from jetapi.http import concurrency
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

    attempt = partial(_attempt, function)
    for each in concurrency.send_many(attempt, items, connections=connections, stop=stop):
        yield Outcome(each.item, started=False) if each.value is None else each.value


class Errands(Generic[T, R]):
    """Calls that are sent in threads while their caller does something else, and asked after later; a context."""

    def __init__(self, function: Callable[[T], R], *, connections: int) -> None:
        self._calls: concurrency.Errands[T, Outcome[T, R]] = concurrency.Errands(
            partial(_attempt, function), connections=connections
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Finish the calls that are under way and begin no other."""
        self._calls.__exit__(*error)

    def send(self, items: Iterable[T]) -> None:
        """Begin a call for every item and come back at once."""
        self._calls.send(items)

    def outcomes(self) -> Iterator[Outcome[T, R]]:
        """Wait for the outcomes of what was sent so far, in the items' order."""
        return (each.value for each in self._calls.outcomes() if each.value is not None)


def _attempt(function: Callable[[T], R], item: T) -> Outcome[T, R]:
    try:
        with our_errors():
            return Outcome(item, function(item))
    except JetFailure as failure:
        return Outcome(item, error=failure)
