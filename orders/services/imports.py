"""Imports ready orders from Jet in rounds: fetch side by side, store one by one, acknowledge, tag."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from django.db import DataError
from django.utils import timezone

from jetapi import JetClient
from jetapi.concurrency import Outcome, send_many
from jetapi.errors import JetAuthError, JetError, JetUnreadable
from jetapi.types.orders import Order as JetOrder
from jetapi.types.orders import OrderStatus
from jetbridge.core import configuration
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import NO_ITEMS_FAULT, Report, left_as_it_is
from jetbridge.inbox import notifications
from jetbridge.jobs import queue
from orders.jet import messages
from orders.jet.messages import ReadOrder, UnreadableOrder
from orders.models import Order
from orders.services import acknowledgements, failing, new_orders, order_updates
from orders.services.new_orders import Stored
from orders.services.tagging import TAG, Tagging

logger = logging.getLogger(__name__)

# Orders of one round: enough for all connections, few enough that the first are acknowledged within seconds.
ROUND = 200
FAR_AWAY = datetime.max.replace(tzinfo=UTC)
Beat = Callable[[], None]


def import_orders(*, client: JetClient, account: JetAccount, beat: Beat = lambda: None) -> Iterator[Report]:
    """
    Import and acknowledge in rounds, and yield each round's report; the lists are read until they hold nothing new.

    :raises JetAuthError: Jet does not accept the keys
    """
    if configuration.current().auto_acknowledge:
        yield acknowledgements.want_waiting(account=account)
    yield acknowledgements.acknowledge_orders(client=client, account=account, heartbeat=beat)
    seen: set[str] = set()
    with Tagging(client, account, beat) as tagging:
        while ids := new_ids(client=client, account=account, seen=seen):
            seen.update(ids)
            # Fetching runs ahead in its threads while a round is stored and answered.
            fetched = send_many(client.orders.get, ids)
            while outcomes := list(islice(fetched, ROUND)):
                yield store_orders(account=account, outcomes=outcomes, beat=beat)
                answered = acknowledgements.acknowledge_orders(client=client, account=account, heartbeat=beat)
                answered.done = 0  # each of them is counted as imported already
                yield answered
                tagging.go_on()
            tagging.settle()  # the next list leaves out what is marked
        tagging.go_on()
        tagging.settle()
    yield order_updates.refresh_cancel_requests(client=client, account=account, beat=beat)


def new_ids(*, client: JetClient, account: JetAccount, seen: set[str]) -> list[str]:
    """
    Return the ids of ready and coming orders that are not stored yet, oldest first.

    A list ends after 1,000: the one of orders without our tag comes first, so that stored ones hide none.
    """
    listed = client.orders.list_tagged(OrderStatus.READY, TAG, carrying=False)
    listed += client.orders.list(OrderStatus.READY)
    coming = client.orders.list(OrderStatus.CREATED)
    known = set(_known(account, listed).exclude(status=Order.Status.CREATED).values_list("jet_id", flat=True))
    known |= set(_known(account, coming).values_list("jet_id", flat=True))
    return [jet_id for jet_id in dict.fromkeys(listed + coming) if jet_id not in known and jet_id not in seen]


def _known(account: JetAccount, ids: Sequence[str]) -> order_updates.Orders:
    return Order.objects.filter(account=account, jet_id__in=ids)


def import_ready_orders(
    *, client: JetClient, account: JetAccount, ids: Sequence[str], beat: Beat = lambda: None
) -> Report:
    """
    Fetch these orders and store them.

    :raises JetAuthError: Jet does not accept the keys
    """
    return store_orders(account=account, outcomes=send_many(client.orders.get, ids), beat=beat)


def store_orders(
    *, account: JetAccount, outcomes: Iterable[Outcome[str, JetOrder]], beat: Beat = lambda: None
) -> Report:
    """
    Store fetched orders, nearest deadline first; one bad order never stops the others.

    :raises JetAuthError: Jet does not accept the keys
    """
    report, now = Report(), timezone.now()
    read: list[ReadOrder] = []
    for outcome in outcomes:
        beat()
        if outcome.value is None:
            _fetch_failed(account, outcome.item, outcome.error, report)
            continue
        try:
            read.append(messages.read_order(outcome.value, now=now))
        except Exception as error:
            _unreadable(account, outcome.item, _reason(outcome.item, error), report)
    imported = 0
    with configuration.read_once(), queue.nudged_once():
        batch = _prepare(account, read)
        for order in sorted(read, key=lambda each: each.columns["acknowledge_by"] or FAR_AWAY):
            imported += _store(account, order, batch, report) is Stored.IMPORTED
            beat()
    _announce(imported)
    return report


def import_one(*, client: JetClient, account: JetAccount, jet_id: str) -> Report:
    """
    Import one order by its id, or take over anew what Jet says of it when it is stored already.

    :raises JetError: Jet does not answer
    """
    order = Order.objects.filter(account=account, jet_id=jet_id).exclude(status=Order.Status.CREATED).first()
    if order is None:
        return import_ready_orders(client=client, account=account, ids=[jet_id])
    report = Report()
    if order_updates.refresh(order=order, document=client.orders.get(jet_id)):
        report.done += 1
    else:
        report.skip(str(order), "Jet holds nothing new of it.")
    return report


def _prepare(account: JetAccount, orders: Sequence[ReadOrder]) -> new_orders.Batch | None:
    """Look up together what orders need; where one of them forbids that, None: each does it by itself."""
    try:
        return new_orders.prepare(account=account, shop=configuration.current(), orders=orders)
    except NO_ITEMS_FAULT:
        raise
    except Exception as error:
        logger.warning("Orders are prepared one by one: %r", error)
        return None


def _store(
    account: JetAccount, order: ReadOrder, batch: new_orders.Batch | None, report: Report
) -> Stored | None:
    label = order.columns["reference_number"] or order.jet_id
    try:
        ready = batch or new_orders.prepare(account=account, shop=configuration.current(), orders=[order])
        stored = new_orders.store(read=order, batch=ready, now=timezone.now())
    except NO_ITEMS_FAULT:
        raise
    except Exception as error:
        _unreadable(account, order.jet_id, _reason(label, error), report)
        return None
    if stored is Stored.HELD:
        report.fail(label, "Held: see Failed / Pending.")
    elif stored is Stored.IMPORTED:
        report.done += 1
    return stored


def _fetch_failed(account: JetAccount, jet_id: str, error: JetError | None, report: Report) -> None:
    """Leave a row of every order that Jet lists and does not give; the next run and the retry fetch it again."""
    if isinstance(error, JetAuthError):
        raise error
    is_final = isinstance(error, JetUnreadable) and not error.retryable
    reason = str(error) if is_final else f"Not fetched; the next run tries again: {error}"
    _unreadable(account, jet_id, reason, report)


def _reason(label: str, error: Exception) -> str:
    """Say why one order could not be stored; what nobody foresaw is logged as well."""
    return str(error) if isinstance(error, (UnreadableOrder, DataError)) else left_as_it_is(label, error)


def _unreadable(account: JetAccount, jet_id: str, reason: str, report: Report) -> None:
    failing.fail_unreadable(account=account, jet_id=jet_id, reason=reason, now=timezone.now())
    report.fail(jet_id, reason)


def _announce(imported: int) -> None:
    if imported:
        notifications.notify_of_many(
            "orders.new",
            titles=("1 new order from Jet", "{count} new orders from Jet"),
            amount=imported,
        )
