"""Sends many calls side by side: a bounded number at once, results in order, a stop between two items."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from jetapi.http.errors import CallError

T = TypeVar("T")
R = TypeVar("R")

CONNECTIONS = 32
# How far a fast item may run ahead of a slow one before it, in multiples of the connections.
RUN_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T, R]):
    """What became of one item: a value, or the CallError; or it was not begun because of a stop."""

    item: T
    value: R | None = None
    error: CallError | None = None
    started: bool = True

    @property
    def ok(self) -> bool:
        """Whether the call was made and taken."""
        return self.started and self.error is None


def send_many(
    function: Callable[[T], R],
    items: Iterable[T],
    *,
    connections: int = CONNECTIONS,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome[T, R]]:
    """
    Call the function for every item in threads and yield the outcomes in the items' order.

    Items are taken from the iterable only as outcomes are taken from here, so both may be endless. `stop` is
    asked before each item is begun; calls under way are finished and their outcomes yielded. A CallError
    belongs to its item; anything else ends the run.
    """
    waiting: deque[Future[Outcome[T, R]]] = deque()
    pool = ThreadPoolExecutor(max_workers=connections, thread_name_prefix="http")

    def run(item: T) -> Outcome[T, R]:
        return Outcome(item, started=False) if stop() else _outcome(function, item)

    try:
        for item in items:
            if stop():
                break
            waiting.append(pool.submit(run, item))
            while waiting and (len(waiting) >= connections * RUN_AHEAD or waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class Errands(Generic[T, R]):
    """Calls that are sent in threads while their caller does something else, and asked after later; a context."""

    def __init__(self, function: Callable[[T], R], *, connections: int) -> None:
        self._function = function
        self._sent: deque[Future[Outcome[T, R]]] = deque()
        self._pool = ThreadPoolExecutor(max_workers=connections, thread_name_prefix="http")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Finish the calls that are under way and begin no other."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def send(self, items: Iterable[T]) -> None:
        """Begin a call for every item and come back at once."""
        self._sent.extend(self._pool.submit(_outcome, self._function, item) for item in items)

    def outcomes(self) -> Iterator[Outcome[T, R]]:
        """Wait for the outcomes of what was sent so far, in the items' order."""
        while self._sent:
            yield self._sent.popleft().result()


def _outcome(function: Callable[[T], R], item: T) -> Outcome[T, R]:
    try:
        return Outcome(item, value=function(item))
    except CallError as error:
        return Outcome(item, error=error)
