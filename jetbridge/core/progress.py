"""Whether a run gets on: marks of what it achieved and waits that it declared, heard by whoever keeps its record."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.utils import timezone


class Progress:
    """What a run showed last of itself. Any of its threads may give a mark."""

    def __init__(self) -> None:
        self.at = timezone.now()
        self.until: datetime | None = None

    def mark(self) -> None:
        """Something was achieved: an item, a page, some bytes."""
        self.at = timezone.now()

    def silence(self, now: datetime) -> timedelta:
        """Return for how long nothing was achieved; a declared wait counts from its end."""
        return now - max(self.at, min(self.until or self.at, now))


_current: ContextVar[Progress | None] = ContextVar("jetbridge_progress", default=None)
_is_alive_only: ContextVar[bool] = ContextVar("jetbridge_alive_only", default=False)


def current() -> Progress | None:
    """Return what the run of this thread shows; a thread of its own is given it by whoever starts it."""
    return _current.get()


def mark() -> None:
    """Something was achieved, for the run of this thread, where there is one."""
    if (progress := _current.get()) is not None:
        progress.mark()


@contextmanager
def shown_by(progress: Progress) -> Iterator[None]:
    """Let marks and waits inside the block be this run's."""
    token = _current.set(progress)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def waiting(seconds: float) -> Iterator[None]:
    """Declare that for so long nothing is to be expected: somebody else is at work."""
    progress = _current.get()
    if progress is None:
        yield
        return
    before, progress.until = progress.until, timezone.now() + timedelta(seconds=seconds)
    try:
        yield
    finally:
        progress.until = before
        progress.mark()


@contextmanager
def alive_only() -> Iterator[None]:
    """Let a heartbeat inside the block say that the run lives, and not that it gets on."""
    token = _is_alive_only.set(True)
    try:
        yield
    finally:
        _is_alive_only.reset(token)


def is_alive_only() -> bool:
    """Return whether a heartbeat now shows no progress."""
    return _is_alive_only.get()
