"""What one page view asks several times and need not read again: header, menu and body show the same moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_memory: ContextVar[dict[str, Any] | None] = ContextVar("jetbridge_page_memory", default=None)


def once(key: str, read: Callable[[], T]) -> T:
    """Return what was read under this key in the present page view, else read it; jobs read anew each time."""
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    known: T = memory[key]
    return known


@contextmanager
def remembering() -> Iterator[None]:
    """Remember until the block ends: for page views that change nothing."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)
