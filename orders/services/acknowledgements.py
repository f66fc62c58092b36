"""Tells Jet which orders will ship and which will not: wanted first, sent by a task, settled by Jet's word."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from jetapi import JetClient
from jetapi.concurrency import Outcome
from jetapi.errors import JetError, JetNotFound, JetRejected
from jetapi.types.order_messages import AcknowledgementStatus, ItemAcknowledgementStatus
from jetapi.types.orders import Order as JetOrder
from jetbridge.core import history
from jetbridge.core.jet.halts import Halt
from jetbridge.core.models import Event, JetAccount
from jetbridge.core.reports import Report
from jetbridge.jobs import queue
from orders import payloads, selectors
from orders.models import FailedOrder, Order, OrderItem
from orders.services import cancel_guard, failing, holds, order_updates, stock
from orders.services.cancel_guard import Consent

ACKNOWLEDGE, REJECT = "orders.send_acknowledgements", "orders.send_rejections"
# Which answers are sent: all, or acknowledgements alone.
ANY, ACCEPTS = Q(), Q(acknowledge_as=str(AcknowledgementStatus.ACCEPTED))
# Longer than a call with all its repetitions takes; a dead worker's orders are taken up after it.
CLAIM = timedelta(seconds=120)
# Orders answered per claim: few enough that a dead worker delays few, many enough for all connections.
CHUNK = 200
# Acceptances stored in one transaction: a worker that dies before it leaves no more than these to be looked up.
STORED_AT_ONCE = 25


class NotPossible(Exception):
    """The order is not in a state in which this can be asked; the text says why."""


@dataclass(frozen=True)
class Refusal:
    """Jet refused the answer for good; order is what Jet holds instead, None where it knows no such order."""

    error: JetError
    order: JetOrder | None


def accept(order: Order, items: Iterable[OrderItem], *, now: datetime) -> None:
    """Mark an order and its items, whose rows the caller saves, to be acknowledged as a whole."""
    for item in items:
        item.acknowledgement_status = str(ItemAcknowledgementStatus.FULFILLABLE)
    _wish(order, AcknowledgementStatus.ACCEPTED, now)


def _wish(order: Order, status: str, now: datetime) -> None:
    order.acknowledge_as = str(status)
    order.acknowledge_wanted_at = now
    order.acknowledge_sent_at = None
    order.acknowledge_attempts = 0
    order.acknowledge_answer = Order.Answer.NONE
    order.acknowledge_error = ""
    order.claimed_by, order.claimed_until = "", None


@transaction.atomic
def want_acknowledgement(*, order: Order) -> None:
    """
    Ask for an order to be acknowledged.

    :raises NotPossible: it is not ready, or an answer is already on its way
    """
    now = timezone.now()
    _take_for_answer(order, statuses=[Order.Status.READY])
    accept(order, [], now=now)
    order.items.update(acknowledgement_status=str(ItemAcknowledgementStatus.FULFILLABLE))
    order.save()
    history.record("acknowledge wanted", order)
    queue.nudge(ACKNOWLEDGE)


def want_waiting(*, account: JetAccount) -> int:
    """Ask for the acknowledgement of ready orders that were left to a person, once the switch is on; say how many."""
    found = 0
    with queue.nudged_once():
        for order in selectors.left_to_a_person(account).order_by("acknowledge_by")[:CHUNK]:
            try:
                want_acknowledgement(order=order)
            except NotPossible:  # somebody answered it in this very moment
                continue
            found += 1
    return found


def want_rejection(
    *, order: Order, consent: Consent, status: str = AcknowledgementStatus.REJECTED_ITEM_LEVEL_ERROR
) -> None:
    """
    Ask for a ready or held order to be rejected, as a person wants it.

    :raises NotPossible: it is acknowledged already, or an answer is on its way
    :raises NotGuarded: no reason, or the limit of cancellations needs another word
    """
    cancel_guard.check(account=order.account, orders=[order.pk], consent=consent)
    reject_by_rule(order=order, reason=consent.reason, status=status)


@transaction.atomic
def reject_by_rule(
    *, order: Order, reason: str, status: str = AcknowledgementStatus.REJECTED_ITEM_LEVEL_ERROR
) -> None:
    """
    Ask for a ready or held order to be rejected, unguarded; each line carries its own word.

    :raises NotPossible: it is acknowledged already, or an answer is on its way
    """
    now = timezone.now()
    _take_for_answer(order, statuses=list(Order.UNANSWERED))
    failure = FailedOrder.objects.filter(order=order).first()
    items = list(order.items.all())
    words = holds.item_statuses(items, failure.causes if failure else [])
    for item in items:
        item.acknowledgement_status = words[item.pk]
        item.save(update_fields=["acknowledgement_status"])
    _wish(order, status, now)
    order.save()
    history.record("reject wanted", order, message=reason)
    queue.nudge(REJECT)


def _take_for_answer(order: Order, *, statuses: list[str]) -> None:
    """Take the row for writing, checking on the way that it still waits for its first answer."""
    free = Order.objects.filter(pk=order.pk, status__in=statuses, acknowledge_wanted_at=None)
    if not free.update(updated_at=timezone.now()):
        order.refresh_from_db()
        if order.acknowledge_wanted_at:
            raise NotPossible(f"Order {order} is already being answered: {order.acknowledge_as}.")
        raise NotPossible(f"Order {order} is {order.get_status_display().lower()}.")
    order.refresh_from_db()


def acknowledge_orders(
    *, client: JetClient, account: JetAccount, beat: Callable[[], None] = lambda: None, only: Q = ANY
) -> Report:
    """
    Send pending answers, nearest deadline first; all of them, or only those that match.

    Safe to run twice: a claim keeps two workers apart, and what an earlier run may have sent is first looked up
    at Jet.

    :raises JetAuthError: Jet does not accept the keys; nothing more was sent, and what was not is free again
    """
    report, halt, started = Report(), Halt(), timezone.now()
    while not halt and (claimed := _claim(account, started, only)):
        taken: list[Order] = []
        try:
            for outcome in halt.outcomes(lambda order: _tell(client, order), claimed, _give_back):
                if _is_acceptance(outcome):
                    taken.append(outcome.item)
                else:
                    settle(outcome, report)
                if len(taken) >= STORED_AT_ONCE:
                    report.done += _store_acceptances(taken)
                    taken = []
                beat()
        finally:
            report.done += _store_acceptances(taken)
    halt.raise_refusal()
    return report


def _claim(account: JetAccount, started: datetime, only: Q = ANY) -> list[Order]:
    """Take the next orders; what failed in this run stays wanted and waits for the next one."""
    now = timezone.now()
    untried = Q(acknowledge_sent_at=None) | Q(acknowledge_sent_at__lt=started)
    free = Q(claimed_until=None) | Q(claimed_until__lt=started)
    wanted = Order.objects.filter(free, untried, only, account=account, acknowledge_wanted_at__isnull=False)
    token = uuid.uuid4().hex
    chosen = list(wanted.order_by("acknowledge_by", "pk").values_list("pk", flat=True)[:CHUNK])
    wanted.filter(pk__in=chosen).update(
        claimed_by=token,
        claimed_until=now + CLAIM,
        acknowledge_sent_at=now,
        acknowledge_attempts=F("acknowledge_attempts") + 1,
    )
    mine = Order.objects.filter(claimed_by=token, acknowledge_wanted_at__isnull=False)
    return list(mine.prefetch_related("items").order_by("acknowledge_by", "pk"))


def _give_back(orders: Sequence[Order]) -> None:
    """Free orders of which no call was begun, due for the next drain."""
    for order in orders:
        _mine(order).update(
            acknowledge_attempts=F("acknowledge_attempts") - 1,
            acknowledge_sent_at=order.acknowledge_sent_at if order.acknowledge_attempts > 1 else None,
            claimed_by="",
            claimed_until=None,
        )


def _tell(client: JetClient, order: Order) -> Refusal | None:
    """Send one answer, once. Runs in a thread: no database here."""
    try:
        client.orders.acknowledge_settled(
            order.jet_id,
            items=payloads.acknowledgement_items(order.items.all()),
            status=AcknowledgementStatus(order.acknowledge_as),
            alt_order_id=order.number or "",
            in_doubt=order.acknowledge_attempts > 1,
        )
    except JetNotFound as error:
        return Refusal(error, None)
    except JetRejected as error:
        return Refusal(error, client.orders.get(order.jet_id))
    return None


def _is_acceptance(outcome: Outcome[Order, Refusal | None]) -> bool:
    is_taken = outcome.error is None and outcome.value is None
    return is_taken and outcome.item.acknowledge_as == AcknowledgementStatus.ACCEPTED


def settle(outcome: Outcome[Order, Refusal | None], report: Report) -> None:
    """Store one answer of Jet's that is not a plain acceptance."""
    order = outcome.item
    if outcome.error is not None:
        _keep_wanted(order, outcome.error)
        report.fail(str(order), f"Not acknowledged yet: {outcome.error}")
        return
    if outcome.value is not None:
        _store_refusal(order, outcome.value)
        report.fail(str(order), f"Jet refused the answer: {outcome.value.error}")
        return
    _store_rejection(order)
    report.done += 1


def _keep_wanted(order: Order, error: JetError) -> None:
    answer = Order.Answer.UNKNOWN if error.sent_maybe else Order.Answer.NONE
    order.acknowledge_error = str(error)
    _mine(order).update(
        claimed_until=None,
        claimed_by="",
        acknowledge_answer=answer,
        acknowledge_error=order.acknowledge_error,
    )


@transaction.atomic
def _store_refusal(order: Order, refusal: Refusal) -> None:
    """Take Jet's state for the truth: somebody else answered, or Jet took the order away."""
    done = _mine(order).update(
        acknowledge_wanted_at=None,
        acknowledge_answer=Order.Answer.REFUSED,
        acknowledge_error=str(refusal.error),
        claimed_by="",
        claimed_until=None,
    )
    if not done:
        return
    history.record("acknowledge refused", order, message=str(refusal.error))
    order.refresh_from_db()
    if refusal.order is not None:
        order_updates.refresh(order=order, document=refusal.order)


@transaction.atomic
def _store_acceptances(orders: Sequence[Order]) -> int:
    """Store that Jet took these; return of how many it was still this worker's to say."""
    if not orders:
        return 0
    now = timezone.now()
    mine = Order.objects.filter(
        pk__in=[order.pk for order in orders],
        claimed_by=orders[0].claimed_by,
        acknowledge_wanted_at__isnull=False,
    )
    settled = set(mine.select_for_update().values_list("pk", flat=True))
    Order.objects.filter(pk__in=settled).update(
        **_answered(now),
        status=Order.Status.ACKNOWLEDGED,
        jet_status="acknowledged",
        due_at=F("ship_by"),  # what deadlines.due_at says of an acknowledged order
    )
    Event.objects.bulk_create(
        history.build("acknowledged", order, message="Jet took the acknowledgement.")
        for order in orders
        if order.pk in settled
    )
    return len(settled)


@transaction.atomic
def _store_rejection(order: Order) -> None:
    now = timezone.now()
    taken = _mine(order).update(
        **_answered(now),
        status=Order.Status.REJECTED,
        jet_status="complete",
        completed_at=now,
        given_up_at=now,
        due_at=None,
    )
    if taken:
        stock.release_all(order=order, document=f"{stock.document_of(order)} rejected")
        failing.resolve(order=order, state=FailedOrder.State.REJECTED, now=now)
        history.record("rejected", order, message=f"Jet took the rejection: {order.acknowledge_as}.")


def _mine(order: Order) -> order_updates.Orders:
    """Return the order's row while this worker's claim stands on it: a guard against a second settlement."""
    return Order.objects.filter(pk=order.pk, claimed_by=order.claimed_by, acknowledge_wanted_at__isnull=False)


def _answered(now: datetime) -> dict[str, object]:
    return {
        "acknowledge_wanted_at": None,
        "acknowledge_answer": Order.Answer.ACCEPTED,
        "acknowledge_error": "",
        "acknowledged_at": now,
        "claimed_by": "",
        "claimed_until": None,
    }
