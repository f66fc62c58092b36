"""Marks stored orders at Jet, so that its capped lists can leave them out; beside other work: none waits for it."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from django.utils import timezone

from jetapi import JetClient
from jetapi.concurrency import Errands
from jetapi.errors import JetNotFound, JetRejected
from jetbridge.core.models import JetAccount
from orders.models import Order

# The mark that Jet keeps on an order once it is stored here; lists can leave marked orders out.
TAG = "jetbridge"
# Orders marked in one go.
AT_ONCE = 200
# Few, beside the connections that fetch and acknowledge: marks are in no hurry.
CONNECTIONS = 8


class Tagging:
    """Marks orders while the next ones are stored. What fails is marked by a later turn; only the lists need it."""

    def __init__(self, client: JetClient, account: JetAccount, beat: Callable[[], None]) -> None:
        self._account, self._beat = account, beat
        self._calls: Errands[tuple[int, str], None] = Errands(
            lambda row: client.orders.tag(row[1], TAG), connections=CONNECTIONS
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._calls.__exit__(kind, error, trace)

    def go_on(self) -> None:
        """Note what Jet has marked so far and send the next marks."""
        self.settle()
        untagged = Order.objects.filter(account=self._account, tagged_at=None)
        pending = untagged.exclude(status=Order.Status.CREATED).order_by("pk").values_list("pk", "jet_id")
        self._calls.send(pending[:AT_ONCE])

    def settle(self) -> None:
        """Wait for the marks that were sent and note them."""
        done = []
        for outcome in self._calls.outcomes():
            self._beat()
            # An order that Jet no longer knows stands in no list either.
            if outcome.ok or isinstance(outcome.error, JetNotFound | JetRejected):
                done.append(outcome.item[0])
        if done:
            Order.objects.filter(pk__in=done).update(tagged_at=timezone.now())
