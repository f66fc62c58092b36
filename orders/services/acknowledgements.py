"""Queues and sends the answers to whole orders, whether they will be filled; in doubt Jet's own order decides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.jet.client import Client, send_failures, tied_to
from jetbridge.core.jet.errors import JetRefused
from jetbridge.core.models import JetAccount, bulk_sql
from jetbridge.core.models.ranges import among
from jetbridge.core.reports import Report
from jetbridge.core.send_failures import Rejected
from jetbridge.jobs.queue import nudged_once
from jetbridge.mass_actions import lifecycle
from jetbridge.mass_actions.models import MassActionItem
from jetbridge.outbox import drains
from jetbridge.outbox.models import Answer
from jetbridge.outbox.queue import queue, queued
from jetbridge.outbox.results import Settled, Settlement
from orders import handovers, outboxes, selectors
from orders.changes import HELD_AT_JET, HeldAtJet
from orders.jet import acknowledgements as answers_at_jet
from orders.jet import orders as at_jet
from orders.jet.acknowledgements import REJECTED, ItemAnswer
from orders.jet.orders import OrderDocument
from orders.models import Acknowledgement, FailedOrder, Order, OrderItem
from orders.services import cancel_guard, holds, stock
from orders.services.cancel_guard import Consent, NotPossible

# Ready orders that were left to a person, asked for in one run.
CHUNK = 200
COLUMNS = tuple(column.attname for column in Acknowledgement._meta.concrete_fields)


def accept(order: Order, items: Iterable[OrderItem], *, is_first: bool = False) -> None:
    """Queue the acknowledgement of an order; the caller saves the items, and says if there never was an answer."""
    for item in items:
        item.acknowledgement_status = str(ItemAnswer.FULFILLABLE)
    if is_first:
        row = Acknowledgement(order=order, status=outboxes.ACCEPTED, **queued())
        bulk_sql.insert(Acknowledgement, COLUMNS, [[getattr(row, name) for name in COLUMNS]])
    else:
        _queue(order, outboxes.ACCEPTED)


def _queue(order: Order, status: str) -> None:
    row, _ = Acknowledgement.objects.update_or_create(order=order, defaults={"status": str(status)})
    queue(outboxes.answers_of(row), [row])
    row.refresh_from_db()
    order.acknowledgement = row


@transaction.atomic
def queue_acknowledgement(*, order: Order) -> None:
    """
    Ask for an order to be acknowledged.

    :raises NotPossible: it is not ready, or an answer is already on its way
    """
    _take_for_answer(order, statuses=[Order.Status.READY])
    order.items.update(acknowledgement_status=str(ItemAnswer.FULFILLABLE))
    _queue(order, outboxes.ACCEPTED)
    history.record("acknowledgement queued", order)


def queue_waiting(*, account: JetAccount) -> Report:
    """Ask for the acknowledgement of ready orders that were left to a person, once the switch is on."""
    report = Report()
    with nudged_once():
        for order in selectors.left_to_a_person(account).order_by("acknowledge_by")[:CHUNK]:
            # NotPossible: somebody answered it in this very moment.
            with report.isolating(str(order)), suppress(NotPossible):
                queue_acknowledgement(order=order)
    return report


def queue_rejection(*, order: Order, consent: Consent, status: str = REJECTED) -> None:
    """
    Ask for a ready or held order to be rejected, as a person decided.

    :raises NotPossible: it is acknowledged already, or an answer is on its way
    :raises NotGuarded: no reason, or the limit of cancellations needs another word
    """
    cancel_guard.check(account=order.account, orders=[order.pk], consent=consent)
    reject_by_rule(order=order, reason=consent.reason, status=status)


@transaction.atomic
def reject_by_rule(*, order: Order, reason: str, status: str = REJECTED) -> None:
    """
    Ask for a ready or held order to be rejected, unguarded; each line carries its own word.

    :raises NotPossible: it is acknowledged already, or an answer is on its way
    """
    _take_for_answer(order, statuses=list(Order.UNANSWERED))
    failure = FailedOrder.objects.filter(order=order).first()
    items = list(order.items.all())
    words = holds.item_statuses(items, failure.causes if failure else [])
    for item in items:
        item.acknowledgement_status = words[item.pk]
        item.save(update_fields=["acknowledgement_status"])
    _queue(order, status)
    history.record("rejection queued", order, message=reason)


def _take_for_answer(order: Order, *, statuses: list[str]) -> None:
    """Take the row for writing, checking on the way that it still waits for its first answer."""
    taken = Order.objects.filter(pk=order.pk, status__in=statuses).update(updated_at=timezone.now())
    order.refresh_from_db()
    if order.is_being_answered:
        raise NotPossible(f"Order {order} is already being answered: {order.acknowledgement.status}.")
    if not taken:
        raise NotPossible(f"Order {order} is {order.get_status_display().lower()}.")


def acknowledge_orders(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> drains.Report:
    """
    Send every answer that is due, acknowledgements before rejections, the nearest deadline first.

    :raises JetKeysRefused: Jet does not accept the keys; nothing more was sent
    """
    report = send_acknowledgements(client=client, account=account, heartbeat=heartbeat)
    if report.halt is None:
        report.add(send_rejections(client=client, account=account, heartbeat=heartbeat))
    return report


def send_acknowledgements(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> drains.Report:
    """
    Send every acknowledgement that is due, the nearest deadline first.

    :raises JetKeysRefused: Jet does not accept the keys; nothing more was sent
    """
    box = AcknowledgementSender(client, account)
    return drains.drain(box, heartbeat=heartbeat, connections=configuration.current().concurrency)


def send_rejections(
    *, client: Client, account: JetAccount, heartbeat: Callable[[], None] = lambda: None
) -> drains.Report:
    """
    Send every rejection that is due, the nearest deadline first.

    :raises JetKeysRefused: Jet does not accept the keys; nothing more was sent
    """
    box = RejectionSender(client, account)
    report = drains.drain(box, heartbeat=heartbeat, connections=configuration.current().concurrency)
    # Orders that are lost are no achievement, however well that was sent.
    report.done, report.rejected = 0, report.done
    return report


class AnswerSender(outboxes.Answers):
    """How an answer is sent; an order that Jet holds as answered alike has ours."""

    def __init__(self, client: Client, account: JetAccount) -> None:
        super().__init__(account)
        self._client = client

    def build(self, rows: Sequence[Acknowledgement]) -> Mapping[Any, Mapping[str, ItemAnswer] | None]:
        """Word each answer; an order that was answered elsewhere needs none, unless ours may have been the answer."""
        return {
            row.pk: answers_at_jet.item_answers(row.order.items.all())
            if row.order.status in Order.UNANSWERED or row.answer == Answer.UNKNOWN
            else None
            for row in rows
        }

    def send(self, row: Acknowledgement, payload: Mapping[str, ItemAnswer]) -> bool:
        """Answer once; what Jet refuses, it is asked about."""
        jet_id = row.order.jet_id
        with send_failures(), tied_to(row.request_id):
            try:
                number = row.order.number or ""
                answers_at_jet.answer(self._client, jet_id, row.status, payload, own_id=number)
            except JetRefused as error:
                held = at_jet.get(self._client, jet_id)
                raise Rejected(*(error.messages or [str(error)]), value=held) from error
        return True

    def look_up(self, row: Acknowledgement, payload: Mapping[str, ItemAnswer]) -> bool | None:
        """Return whether an earlier try of ours stands at Jet; what somebody else answered is no more to be sent."""
        with send_failures(), tied_to(row.request_id):
            held = at_jet.get(self._client, row.order.jet_id)
        if held.is_answered(row.status):
            return True
        if held.status != "ready":
            raise Rejected(f"The order is {held.status} by now.", value=held)
        return None

    def apply(self, settled: Settled[Acknowledgement], now: datetime) -> None:
        """Write down what Jet took; where it refused, its order says how things stand."""
        if settled.accepted:
            self.record(settled.accepted, now)
        for settlement in settled.rejected:
            self.settle_items(
                [settlement.row], MassActionItem.State.FAILED, f"Jet: {' '.join(settlement.errors)}"
            )
            _record_refusal(settlement)

    def settle_items(self, rows: Iterable[Acknowledgement], state: MassActionItem.State, reason: str) -> None:
        """Give the items of mass actions that wait for these their outcome."""
        lifecycle.settle_awaited(self, rows, state, reason)

    def record(self, accepted: Sequence[Settlement[Acknowledgement]], now: datetime) -> None:
        """Do what follows from Jet's yes."""
        raise NotImplementedError


class AcknowledgementSender(AnswerSender, outboxes.Acknowledgements):
    """Acknowledgements: once Jet has one, the order is to be shipped."""

    def record(self, accepted: Sequence[Settlement[Acknowledgement]], now: datetime) -> None:
        """Turn the orders to acknowledged, but for those that went on meanwhile."""
        outcome = f"Sent to Jet: {outboxes.ACCEPTED}."
        self.settle_items([settlement.row for settlement in accepted], MassActionItem.State.DONE, outcome)
        rows = {settlement.row.pk: settlement.row.order for settlement in accepted}
        waiting = Order.objects.filter(among("pk", list(rows)), status__in=Order.UNANSWERED)
        keys = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
        Order.objects.filter(pk__in=keys).update(
            status=Order.Status.ACKNOWLEDGED,
            jet_status="acknowledged",
            acknowledged_at=self.at_jet(now),
            due_at=F("ship_by"),  # what Order.next_deadline says of an acknowledged order
        )
        handovers.hand_over_orders(rows[key] for key in keys)
        history.record_all(
            history.build("acknowledged", rows[key], message="Jet took the acknowledgement.") for key in keys
        )


class RejectionSender(AnswerSender, outboxes.Rejections):
    """Rejections: once Jet has one, the order is over and its stock is free."""

    def record(self, accepted: Sequence[Settlement[Acknowledgement]], now: datetime) -> None:
        """Close the orders and release their stock."""
        for settlement in accepted:
            outcome = f"Sent to Jet: {settlement.row.status}."
            self.settle_items([settlement.row], MassActionItem.State.DONE, outcome)
            _record_rejection(settlement.row, now, at_jet=self.at_jet(now))


def _record_rejection(row: Acknowledgement, now: datetime, *, at_jet: datetime) -> None:
    order = row.order
    taken = Order.objects.filter(pk=order.pk, status__in=Order.UNANSWERED).update(
        status=Order.Status.REJECTED,
        jet_status="complete",
        acknowledged_at=at_jet,
        completed_at=now,
        given_up_at=now,
        due_at=None,
    )
    if taken:
        stock.release_all(order=order, document=f"{stock.document_of(order)} rejected")
        holds.resolve(order=order, state=FailedOrder.State.REJECTED, now=now)
        history.record("rejected", order, message=f"Jet took the rejection: {row.status}.")


def _record_refusal(settlement: Settlement[Acknowledgement]) -> None:
    """Take Jet's state for the truth: somebody else answered, or Jet took the order away."""
    order, reasons = settlement.row.order, " ".join(settlement.errors)
    history.record("acknowledge refused", order, message=reasons)
    held: OrderDocument | None = settlement.value
    if held is not None:
        HELD_AT_JET.announce(HeldAtJet(order, held))
