"""Ends a drain before its work is done: on refused keys, and on a Jet that does not answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model

from jetapi.concurrency import CONNECTIONS, Outcome, send_many
from jetapi.errors import JetAuthError, JetError, JetUnavailable

Row = TypeVar("Row", bound=Model)
R = TypeVar("R")


@dataclass
class Halt:
    """Why nothing more is begun, once there is a reason; what is under way then is still stored."""

    refusal: JetAuthError | None = None
    reason: str = ""

    def __bool__(self) -> bool:
        """Tell whether the drain is to end."""
        return self.refusal is not None or bool(self.reason)

    def notice(self, error: JetError | None) -> None:
        """Halt on errors that every further call would meet as well."""
        if isinstance(error, JetAuthError):
            self.refusal = error
        elif isinstance(error, JetUnavailable):
            self.reason = str(error)

    def raise_refusal(self) -> None:
        """
        Say after the drain that it was the keys.

        :raises JetAuthError: Jet does not accept them
        """
        if self.refusal is not None:
            raise self.refusal

    def outcomes(
        self, function: Callable[[Row], R], claimed: Sequence[Row], give_back: Callable[[list[Row]], Any]
    ) -> Iterator[Outcome[Row, R]]:
        """Send claimed rows and yield the outcomes of what was begun; after a halt the rest is given back."""
        begun: set[Any] = set()
        sent = send_many(function, claimed, connections=CONNECTIONS, stop=lambda: bool(self))
        for outcome in sent:
            if outcome.started:
                begun.add(outcome.item.pk)
                self.notice(outcome.error)
                yield outcome
        left = [row for row in claimed if row.pk not in begun]
        if left:
            give_back(left)
