"""
Lets a lower room say what changed without knowing who follows: the rooms above subscribe when the apps are ready.

Subscribers run in the announcer's transaction, in the order of INSTALLED_APPS, so that change and consequence are
stored together or not at all.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

Change = TypeVar("Change")
Reply = TypeVar("Reply")


class Topic(Generic[Change, Reply]):
    """One sort of change, with those who follow it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._subscribers: list[Callable[[Change], Reply]] = []

    @property
    def subscribers(self) -> tuple[str, ...]:
        """The subscribers' names in the order in which they are called."""
        return tuple(f"{each.__module__}.{each.__qualname__}" for each in self._subscribers)

    def subscribe(self, subscriber: Callable[[Change], Reply]) -> None:
        """Call this for every announcement, behind those that subscribed before; twice is once."""
        if subscriber not in self._subscribers:
            self._subscribers.append(subscriber)

    def announce(self, change: Change) -> list[Reply]:
        """
        Have every subscriber follow a change in the running transaction; return what each of them says.

        :raises RuntimeError: no transaction runs, so change and consequence could come apart, or nobody follows
        """
        if not connection.in_atomic_block:
            raise RuntimeError(f"A change of {self.name} is announced in the transaction that makes it.")
        return self.ask(change)

    def ask(self, change: Change) -> list[Reply]:
        """
        Return what every subscriber says of a change that is only thought of.

        :raises RuntimeError: nobody subscribed, so this process lost the rooms above
        """
        if not self._subscribers:
            raise RuntimeError(
                f"Nobody follows changes of {self.name}: the apps of this process are not ready."
            )
        return [subscriber(change) for subscriber in self._subscribers]
