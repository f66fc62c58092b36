"""What mass actions are about: each app registers its pages, and what a shell is asked before a guarded action."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.management.base import CommandParser

from jetbridge.mass_actions.models import MassAction
from jetbridge.mass_actions.views import RunPages


class Guard(Protocol):
    """What stands before one action of a scope that is begun anew from a shell."""

    action: str
    options: Sequence[str]
    # Said where one of its options stands beside anything else.
    misplaced: str

    def add_arguments(self, parser: CommandParser) -> None:
        """Add its options."""

    def give(self, run: MassAction, given: Mapping[str, Any]) -> None:
        """
        Put into a draft what the options say.

        :raises CommandError: something is missing without which the run must not start
        """

    def refuse(self, given: Mapping[str, Any]) -> None:
        """
        Look at the options before anything is drafted.

        :raises CommandError: something is missing in any case
        """


@dataclass(frozen=True)
class Scope:
    """One kind of objects: the pages with their actions and services, and the guard of one of these."""

    pages: RunPages
    guard: Guard | None = None

    def guard_of(self, action: str) -> Guard | None:
        """Return what stands before an action, if anything does."""
        return self.guard if self.guard is not None and self.guard.action == action else None


# By the scope's code, as runs carry it.
SCOPES: dict[str, Scope] = {}


def register(scope: Scope) -> None:
    """Let mass actions be about one more kind of objects."""
    SCOPES[str(scope.pages.scope)] = scope


def guards() -> list[Guard]:
    """Return every guard that there is."""
    return [scope.guard for scope in SCOPES.values() if scope.guard is not None]


def undoable() -> set[str]:
    """Return the codes of the actions that can be taken back."""
    found = (scope.pages.actions.items() for scope in SCOPES.values())
    return {code for actions in found for code, action in actions if action.undo}
