"""Imports ready orders from Jet in rounds: fetch side by side, store one by one, acknowledge, tag."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Self

from django.utils import timezone

from jetbridge.core import configuration
from jetbridge.core.jet.calls import Errands, send_many
from jetbridge.core.jet.client import Client
from jetbridge.core.jet.errors import JetNotKnown, JetRefused
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from orders.jet import orders as at_jet
from orders.models import Order
from orders.services import acknowledgements, new_orders, order_updates

# Orders of one round: enough for all connections, few enough that the first are acknowledged within seconds.
ROUND = 200
# Orders marked in one go.
AT_ONCE = 200
# Few, beside the connections that fetch and acknowledge: marks are in no hurry.
CONNECTIONS = 8
Heartbeat = Callable[[], None]


def import_orders(
    *, client: Client, account: JetAccount, heartbeat: Heartbeat = lambda: None
) -> Iterator[Report]:
    """
    Import and acknowledge in rounds, and yield each round's report; the lists are read until they hold nothing new.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    if configuration.current().auto_acknowledge:
        yield acknowledgements.queue_waiting(account=account)
    yield acknowledgements.acknowledge_orders(client=client, account=account, heartbeat=heartbeat)
    seen: set[str] = set()
    with Marks(client, account, heartbeat) as marks:
        while ids := new_ids(client=client, account=account, seen=seen):
            seen.update(ids)
            # Fetching runs ahead in its threads while a round is stored and answered.
            fetched = send_many(partial(at_jet.get, client), ids)
            while outcomes := list(islice(fetched, ROUND)):
                yield new_orders.store_orders(account=account, outcomes=outcomes, heartbeat=heartbeat)
                answered = acknowledgements.acknowledge_orders(
                    client=client, account=account, heartbeat=heartbeat
                )
                answered.done = 0  # each of them is counted as imported already
                yield answered
                marks.go_on()
            marks.settle()  # the next list leaves out what is marked
        marks.go_on()
        marks.settle()
    yield order_updates.refresh_cancel_requests(client=client, account=account, heartbeat=heartbeat)


def new_ids(*, client: Client, account: JetAccount, seen: set[str]) -> list[str]:
    """Return the ids of ready and coming orders that are not stored yet, oldest first."""
    listed, coming = at_jet.ready_ids(client), at_jet.coming_ids(client)
    known = set(_known(account, listed).exclude(status=Order.Status.CREATED).values_list("jet_id", flat=True))
    known |= set(_known(account, coming).values_list("jet_id", flat=True))
    return [jet_id for jet_id in dict.fromkeys(listed + coming) if jet_id not in known and jet_id not in seen]


def _known(account: JetAccount, ids: Sequence[str]) -> order_updates.Orders:
    return Order.objects.filter(account=account, jet_id__in=ids)


def import_ready_orders(
    *, client: Client, account: JetAccount, ids: Sequence[str], heartbeat: Heartbeat = lambda: None
) -> Report:
    """
    Fetch these orders and store them.

    :raises JetKeysRefused: Jet does not accept the keys
    """
    return new_orders.store_orders(
        account=account, outcomes=send_many(partial(at_jet.get, client), ids), heartbeat=heartbeat
    )


class Marks:
    """Marks orders while the next ones are stored. What fails is marked by a later turn; only the lists need it."""

    def __init__(self, client: Client, account: JetAccount, heartbeat: Callable[[], None]) -> None:
        self._account, self._heartbeat = account, heartbeat
        self._calls: Errands[tuple[int, str], None] = Errands(
            lambda row: at_jet.mark(client, row[1]), connections=CONNECTIONS
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
            self._heartbeat()
            # An order that Jet no longer knows stands in no list either.
            if outcome.ok or isinstance(outcome.error, JetNotKnown | JetRefused):
                done.append(outcome.item[0])
        if done:
            Order.objects.filter(pk__in=done).update(tagged_at=timezone.now())
