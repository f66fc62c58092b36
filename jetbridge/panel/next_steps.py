"""What comes next for somebody who sets the panel up: a room above says it, the end pages of rooms below show it."""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest


class NextStep(NamedTuple):
    """One button: its words and its address, which is posted to or opened."""

    words: str
    url: str
    posts: bool = False


Find = Callable[[HttpRequest], NextStep | None]
_FIND: list[Find] = []


def register(find: Find) -> None:
    """Let this say what comes next."""
    _FIND.append(find)


def next_step(request: HttpRequest) -> NextStep | None:
    """Return what comes next, or nothing once all is set up."""
    return next((found for find in _FIND if (found := find(request)) is not None), None)
