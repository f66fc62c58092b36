"""Sends wanted shipments and cancels to Jet, each exactly once, and settles those whose answer was lost."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from jetapi import JetClient
from jetapi.concurrency import Outcome
from jetapi.errors import JetError, JetInvalidRequest, JetNotFound, JetRejected
from jetapi.types.orders import Order as JetOrder
from jetapi.types.orders import OrderShipment
from jetbridge.core import history
from jetbridge.core.jet.halts import Halt
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.inbox import notifications
from orders import payloads
from orders.models import Order, Shipment
from orders.services import booking, mirroring

CLAIM = timedelta(seconds=120)
# Answers of one claim are stored one by one; a dead worker leaves at most this many to be looked up.
CHUNK = 50
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True)
class Answer:
    """Jet's answer to one shipment, and the order as Jet holds it afterwards where that could be read."""

    taken: bool
    order: JetOrder | None
    errors: tuple[str, ...] = ()


def send_shipments(
    *, client: JetClient, account: JetAccount, beat: Callable[[], None] = lambda: None
) -> Report:
    """
    Send everything that is wanted, oldest first.

    :raises JetAuthError: Jet does not accept the keys; nothing more was sent, and what was not is free again
    """
    report, halt, started = Report(), Halt(), timezone.now()
    while not halt and (claimed := _claim(account, started)):
        for outcome in halt.outcomes(lambda shipment: _tell(client, shipment), claimed, _give_back):
            settle(outcome, report)
            beat()
    halt.raise_refusal()
    return report


def _claim(account: JetAccount, started: datetime) -> list[Shipment]:
    """Take the next of what was due when the drain began; what it tries in vain is due later."""
    now = timezone.now()
    free = Q(claimed_until=None) | Q(claimed_until__lt=started)
    due = (Q(next_try_at=None) | Q(next_try_at__lte=started)) & Q(wanted_at__lte=started)
    unsettled = Shipment.objects.filter(free, due, state__in=Shipment.UNSETTLED, order__account=account)
    chosen = dict(unsettled.order_by("wanted_at").values_list("pk", "state")[:CHUNK])
    token = uuid.uuid4().hex
    Shipment.objects.filter(free, due, pk__in=chosen, state__in=Shipment.UNSETTLED).update(
        state=Shipment.State.SENDING,
        claimed_by=token,
        claimed_until=now + CLAIM,
        sent_at=now,
        attempts=F("attempts") + 1,
    )
    mine = Shipment.objects.filter(claimed_by=token, state=Shipment.State.SENDING)
    rows = list(mine.select_related("order").prefetch_related("items__order_item").order_by("wanted_at"))
    for row in rows:
        row.state_before = chosen[row.pk]
    return rows


def _give_back(rows: Sequence[Shipment]) -> None:
    """Free shipments of which no call was begun, as they were: due for the next drain."""
    for row in rows:
        was_wanted = row.state_before == Shipment.State.WANTED
        _mine(row).update(
            # Whose worker died may have been sent by it.
            state=Shipment.State.WANTED if was_wanted else Shipment.State.UNKNOWN,
            sent_at=row.sent_at if row.attempts > 1 else None,
            attempts=F("attempts") - 1,
            claimed_by="",
            claimed_until=None,
        )


def _tell(client: JetClient, shipment: Shipment) -> Answer:
    """
    Send one shipment. Runs in a thread: no database here.

    A second attempt looks first whether an earlier one, whose worker died or whose answer was lost, was taken.
    """
    jet_id, message = shipment.order.jet_id, payloads.shipment_message(shipment)
    is_second = shipment.attempts > 1
    if is_second and _find(client.orders.get(jet_id), shipment):
        return Answer(True, _read(client, jet_id))
    try:
        client.orders.ship_settled(
            jet_id, shipments=[message], alt_order_id=shipment.order.number or "", in_doubt=is_second
        )
    except JetNotFound as error:
        return Answer(False, None, tuple(error.messages) or (str(error),))
    except JetRejected as error:
        held = client.orders.get(jet_id)
        return Answer(bool(_find(held, shipment)), held, tuple(error.messages) or (str(error),))
    return Answer(True, _read(client, jet_id))


def _read(client: JetClient, jet_id: str) -> JetOrder | None:
    """Read the order after a shipment; that it cannot be read changes nothing about the shipment."""
    try:
        return client.orders.get(jet_id)
    except JetError:
        return None


def _find(held: JetOrder, shipment: Shipment) -> OrderShipment | None:
    """Find a shipment at Jet by our id, or where Jet kept none, by tracking number and quantities."""
    for told in held.shipments:
        if told.alt_shipment_id == shipment.alt_shipment_id:
            return told
        is_nameless = not told.alt_shipment_id and bool(shipment.tracking_number)
        if (
            is_nameless
            and told.shipment_tracking_number == shipment.tracking_number
            and _told_units(told) == _our_units(shipment)
        ):
            return told
    return None


def _told_units(told: OrderShipment) -> Mapping[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for item in told.shipment_items:
        before = found.get(item.merchant_sku, (0, 0))
        found[item.merchant_sku] = (
            before[0] + item.response_shipment_sku_quantity,
            before[1] + item.response_shipment_cancel_qty,
        )
    return found


def _our_units(shipment: Shipment) -> Mapping[str, tuple[int, int]]:
    message = payloads.shipment_message(shipment)
    return {
        item.merchant_sku: (item.response_shipment_sku_quantity, item.response_shipment_cancel_qty)
        for item in message.shipment_items
    }


def settle(outcome: Outcome[Shipment, Answer], report: Report) -> None:
    """Store one answer, at once."""
    shipment, error = outcome.item, outcome.error
    if outcome.value is not None:
        answer = outcome.value
    elif isinstance(error, JetInvalidRequest):
        answer = Answer(False, None, (str(error),))
    else:
        _keep(shipment, error)
        report.fail(str(shipment), f"Not settled yet: {error}")
        return
    if answer.taken:
        _store_taken(shipment, answer)
        report.done += 1
    else:
        _store_refused(shipment, answer)
        report.fail(str(shipment), f"Refused by Jet: {' '.join(answer.errors)}")


def _keep(shipment: Shipment, error: JetError | None) -> None:
    """Leave it to a later attempt; where Jet may have done the work, that attempt looks first."""
    is_unknown = error is not None and error.sent_maybe
    pause = min(FIRST_PAUSE * 2 ** (shipment.attempts - 1), LONGEST_PAUSE)
    _mine(shipment).update(
        state=Shipment.State.UNKNOWN if is_unknown else Shipment.State.WANTED,
        claimed_by="",
        claimed_until=None,
        next_try_at=timezone.now() + pause,
        errors=[str(error)],
    )


@transaction.atomic
def _store_taken(shipment: Shipment, answer: Answer) -> None:
    now = timezone.now()
    told = _find(answer.order, shipment) if answer.order else None
    turned = _mine(shipment).update(
        state=Shipment.State.ACCEPTED,
        jet_id=(told.shipment_id or "")[:64] if told else "",
        answer_at=now,
        claimed_until=None,
        errors=[],
    )
    if not turned:
        return  # another worker settled it meanwhile
    booking.book(shipment=shipment, at=now)
    if answer.order is not None:
        mirroring.refresh(order=shipment.order, document=answer.order)


@transaction.atomic
def _store_refused(shipment: Shipment, answer: Answer) -> None:
    turned = _mine(shipment).update(
        state=Shipment.State.REFUSED,
        answer_at=timezone.now(),
        claimed_until=None,
        errors=list(answer.errors),
    )
    if not turned:
        return
    order = Order.objects.get(pk=shipment.order_id)
    history.record("shipment refused", order, message=f"Jet refused: {' '.join(answer.errors)}")
    notifications.notify(
        "orders.shipment_refused",
        key=shipment.alt_shipment_id,
        title=f"Jet refused a shipment of order {order}",
        text=" ".join(answer.errors),
        about=order,
        severity="error",
        mail=True,
    )
    if answer.order is not None:
        mirroring.refresh(order=order, document=answer.order)


def _mine(shipment: Shipment) -> "QuerySet[Shipment]":
    """Return the row while this worker's claim stands on it: a guard against a second settlement."""
    return Shipment.objects.filter(
        pk=shipment.pk, claimed_by=shipment.claimed_by, state=Shipment.State.SENDING
    )
