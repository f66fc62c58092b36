"""Queues a shipment or cancel of the merchant: all checks, and one pending row whatever happens."""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User as Person
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from jetbridge.core import configuration, history, store_days
from jetbridge.core.models import Configuration
from jetbridge.core.models.ranges import among
from jetbridge.core.refusals import FieldProblem, Refused
from jetbridge.core.texts import is_shortened, why_shortened
from jetbridge.jobs.queue import nudge_later
from jetbridge.outbox import queue as outbox_queue
from jetbridge.outbox.models import Answer
from jetbridge.outbox.queue import queue
from orders import allocations, outboxes
from orders.allocations import Units
from orders.jet.shipments import known_carrier
from orders.models import Order, OrderItem, Shipment, ShipmentItem
from orders.services import cancel_guard
from orders.services.cancel_guard import Consent, NotGuarded


@dataclass(frozen=True)
class ShipmentDraft:
    """What the form asks for: units per line (by its primary key), and how they go out."""

    units: Mapping[int, Units]
    tracking_number: str = ""
    carrier: str = ""
    method: str = ""
    ship_at: datetime | None = None
    pick_up_at: datetime | None = None
    deliver_at: datetime | None = None
    ship_from_zip: str = ""
    days_to_return: int | None = None
    rma_number: str = ""
    with_return_location: bool = False
    reason: str = ""
    above_limit: bool = False
    sequence: int | None = None
    confirm_identifiers: bool = False

    @property
    def ships(self) -> bool:
        return any(units.shipped for units in self.units.values())

    @property
    def cancels(self) -> bool:
        return any(units.cancelled for units in self.units.values())


class ShipmentRefused(Refused):
    """The draft of a shipment or cancel breaks rules; nothing was written."""


class AlreadyQueued(Exception):
    """The same or another shipment of this order stands already; the text says when and by whom."""


def queue_shipment(
    *, order: Order, draft: ShipmentDraft, user: Person | None = None, not_before: datetime | None = None
) -> Shipment:
    """
    Write down a shipment to be sent, with a nudge; one row for all clicks that saw the same order.

    :param not_before: until then nobody sends it, and `withdraw` takes it back; empty sends it at once
    :raises ShipmentRefused: the draft breaks rules, all of which are named
    :raises AlreadyQueued: this shipment, or another one of the order, is on its way or done
    """
    try:
        with transaction.atomic():
            return _queue(order, draft, user, not_before)
    except IntegrityError:  # another request wrote its row between our look and our write
        raise AlreadyQueued(describe(order.shipments.order_by("sequence").last())) from None


def _queue(order: Order, draft: ShipmentDraft, user: Person | None, not_before: datetime | None) -> Shipment:
    order = Order.objects.select_for_update().get(pk=order.pk)
    sequence = _sequence(order, draft)
    items = list(order.items.all())
    config = configuration.current()
    spread = _spread(items, draft)
    found = problems(order=order, items=items, draft=draft, config=config)
    if found:
        raise ShipmentRefused(found)
    _guard(order, items, draft, user)
    shipment = Shipment.objects.create(
        order=order,
        sequence=sequence,
        alt_shipment_id=f"{order.number}-{sequence}-{uuid.uuid4().hex[:10]}",
        user=user,
        reason=draft.reason,
        is_demo=order.is_demo,
        **(_transport(order, draft, config) if draft.ships else {}),
    )
    ShipmentItem.objects.bulk_create(
        ShipmentItem(
            shipment=shipment, order_item_id=pk, units_shipped=units.shipped, units_cancelled=units.cancelled
        )
        for pk, units in spread.items()
    )
    action = "shipment queued" if draft.ships else "cancel queued"
    history.record(action, order, message=_sentence(spread, items), note=draft.reason)
    queue(outboxes.Shipments(), [shipment], at=not_before)
    if not_before is not None:
        pause = math.ceil((not_before - timezone.now()).total_seconds())
        nudge_later(outboxes.Shipments.job, seconds=max(pause, 0) + 1)
    Order.objects.filter(pk=order.pk).update()  # its shipments are a part of it: it is dated
    return shipment


@transaction.atomic
def withdraw(rows: "QuerySet[Shipment]", *, reason: str) -> list[Shipment]:
    """Take back shipments that no worker has taken up, as if nobody had asked for them; return those."""
    keys = outbox_queue.withdraw(outboxes.Shipments(), rows)
    withdrawn = list(Shipment.objects.filter(among("pk", keys), next_try_at=None).select_related("order"))
    for shipment in withdrawn:
        history.record("withdrawn", shipment.order, message=reason)
        Shipment.objects.filter(pk=shipment.pk).delete()
    Order.objects.filter(
        among("pk", [shipment.order_id for shipment in withdrawn])
    ).update()  # dated, as above
    return withdrawn


def requested_cancel(order: Order, *, sequence: int | None = None) -> ShipmentDraft:
    """Return the draft that cancels exactly what the buyer asks to cancel, and nothing else."""
    units = {item.pk: Units(0, item.units_to_cancel) for item in order.items.all()}
    return ShipmentDraft(units=units, reason="The buyer asked for it.", sequence=sequence)


def next_sequence(order: Order) -> int:
    """Return the number that the next shipment of an order gets."""
    return max((shipment.sequence for shipment in order.shipments.all()), default=0) + 1


def sentence(draft: ShipmentDraft, items: Sequence[OrderItem]) -> str:
    return _sentence(_spread(items, draft), items)


def cancels_unasked(items: Sequence[OrderItem], draft: ShipmentDraft) -> bool:
    """Return whether a draft cancels units that the buyer still expects; only those count against the merchant."""
    asked = allocations.sum_by_sku((item.sku, Units(0, item.units_to_cancel)) for item in items)
    requested = allocations.sum_by_sku((item.sku, draft.units.get(item.pk, Units(0, 0))) for item in items)
    return any(units.cancelled > asked[sku].cancelled for sku, units in requested.items())


def _guard(order: Order, items: Sequence[OrderItem], draft: ShipmentDraft, user: Person | None) -> None:
    if not cancels_unasked(items, draft):
        return
    consent = Consent(reason=draft.reason, above_limit=draft.above_limit, by=user)
    try:
        cancel_guard.check(account=order.account, orders=[order.pk], consent=consent)
    except NotGuarded as lack:
        raise ShipmentRefused([FieldProblem(lack.field, lack.message)]) from None


def _sequence(order: Order, draft: ShipmentDraft) -> int:
    """
    Return the number of this shipment within its order.

    :raises AlreadyQueued: the form saw the order before another shipment of it was made, or one is on its way
    """
    taken = already_made(order, draft.sequence)
    if taken:
        raise AlreadyQueued(taken)
    unsettled = next((shipment for shipment in order.shipments.all() if not shipment.is_settled), None)
    if unsettled is not None:
        raise AlreadyQueued(describe(unsettled))
    return next_sequence(order)


def already_made(order: Order, sequence: int | None) -> str:
    """Say what became of the shipment that a form would make, where it was made already; else nothing."""
    if not sequence or sequence >= next_sequence(order):
        return ""
    made = list(order.shipments.all())
    return describe(next((each for each in made if each.sequence == sequence), made[-1]))


def describe(shipment: Shipment | None) -> str:
    """Say of a shipment what was done, when and by whom."""
    if shipment is None:
        return "A shipment of this order was made at the same moment; reload the page."
    moment = shipment.sent_at or shipment.queued_at
    at = store_days.text(moment, "%H:%M") if moment else "an unknown time"
    who = f" by {shipment.user.get_username()}" if shipment.user else ""
    done = "shipped" if shipment.tracking_number else "cancelled"
    if not shipment.is_settled:
        text = f"Already being sent since {at}{who}; Jet's answer comes first."
    elif shipment.answer == Answer.REJECTED:
        text = f"Sent at {at}{who}, and refused by Jet. Reload the page to try again."
    else:
        text = f"Already {done} at {at}{who}."
    tracking = f" Tracking number {shipment.tracking_number}." if shipment.tracking_number else ""
    return text + tracking


def problems(
    *, order: Order, items: Sequence[OrderItem], draft: ShipmentDraft, config: Configuration
) -> list[FieldProblem]:
    """Return everything that is wrong with a draft, all at once."""
    found = _state_problems(order, draft) + _hold_problems(order, draft)
    found += _unit_problems(items, draft)
    found += _cancel_problems(items, draft)
    if draft.ships:
        found += _transport_problems(order, draft) + _date_problems(draft)
    if draft.with_return_location and not return_location(config):
        found.append(
            FieldProblem("with_return_location", "No complete return address stands in Configuration.")
        )
    return found


def _state_problems(order: Order, draft: ShipmentDraft) -> list[FieldProblem]:
    if order.status in Order.SHIPPABLE:
        return []
    if order.status == Order.Status.READY and not draft.ships and not order.is_being_answered:
        return []  # Jet takes a cancel before the acknowledgement
    word = order.get_status_display().lower()
    return [FieldProblem("", f"Order {order} is {word}; only an acknowledged order can be shipped.")]


def _hold_problems(order: Order, draft: ShipmentDraft) -> list[FieldProblem]:
    """An order that somebody holds by hand is not shipped; a cancel goes all the same."""
    desk = getattr(order, "desk", None) if draft.ships else None
    if desk is None or desk.hold_until is None or not desk.is_on_hold:
        return []
    until = store_days.text(desk.hold_until, "%Y-%m-%d")
    return [
        FieldProblem("", f"On hold until {until}: {desk.hold_reason} End the hold on the order's page first.")
    ]


def _unit_problems(items: Sequence[OrderItem], draft: ShipmentDraft) -> list[FieldProblem]:
    by_pk = {item.pk: item for item in items}
    found = []
    if not any(units.shipped or units.cancelled for units in draft.units.values()):
        found.append(FieldProblem("", "Nothing to ship and nothing to cancel: enter a quantity."))
    for pk, units in draft.units.items():
        item = by_pk.get(pk)
        if item is None:
            found.append(
                FieldProblem("", "A line of this form does not belong to the order. Reload the page.")
            )
        elif min(units) < 0:
            found.append(FieldProblem(f"ship_{pk}", f"{item.sku}: quantities cannot be negative."))
        elif units.shipped > item.units_open:
            found.append(
                FieldProblem(
                    f"ship_{pk}", f"{item.sku}: {item.units_open} available to ship, {units.shipped} entered."
                )
            )
        elif sum(units) > item.units_open:
            found.append(
                FieldProblem(
                    f"cancel_{pk}",
                    f"{item.sku}: {units.shipped} to ship and {units.cancelled} to cancel are more than the "
                    f"{item.units_open} still open.",
                )
            )
    return found


def _cancel_problems(items: Sequence[OrderItem], draft: ShipmentDraft) -> list[FieldProblem]:
    """Where the buyer asked for a cancel, exactly those units are cancelled and no others."""
    asked = allocations.sum_by_sku((item.sku, Units(0, item.units_to_cancel)) for item in items)
    if not any(units.cancelled for units in asked.values()):
        return []
    requested = allocations.sum_by_sku((item.sku, draft.units.get(item.pk, Units(0, 0))) for item in items)
    first = {item.sku: item.pk for item in reversed(items)}
    return [
        FieldProblem(
            f"cancel_{first[sku]}",
            f"{sku}: the buyer asked to cancel {units.cancelled}; exactly that many must be cancelled.",
        )
        for sku, units in asked.items()
        if requested[sku].cancelled != units.cancelled
    ]


def _transport_problems(order: Order, draft: ShipmentDraft) -> list[FieldProblem]:
    found = []
    if not draft.tracking_number.strip():
        found.append(FieldProblem("tracking_number", "Jet requires a tracking number when units ship."))
    if not draft.carrier.strip():
        found.append(FieldProblem("carrier", "Jet requires a carrier when units ship."))
    elif not _carrier(order, draft):
        text = f"“{draft.carrier.strip()}” is not a carrier that Jet knows; choose one of the list, or Other."
        found.append(FieldProblem("carrier", text))
    for name in () if draft.confirm_identifiers else ("tracking_number", "rma_number"):
        if is_shortened(identifier := getattr(draft, name)):
            found.append(FieldProblem(name, why_shortened(identifier)))
    if draft.ship_from_zip and not (len(draft.ship_from_zip) == 5 and draft.ship_from_zip.isdigit()):
        found.append(FieldProblem("ship_from_zip", "Enter a ZIP code of 5 digits."))
    return found


def _carrier(order: Order, draft: ShipmentDraft) -> str:
    """Return the carrier as Jet spells it; what the order itself asks for is one of Jet's own words."""
    typed = draft.carrier.strip()
    return known_carrier(typed) or (typed if typed == order.requested_carrier else "")


def _date_problems(draft: ShipmentDraft) -> list[FieldProblem]:
    named = {
        "ship_at": (draft.ship_at, "Enter the ship date."),
        "pick_up_at": (draft.pick_up_at, "Enter the date of the carrier's pick-up."),
        "deliver_at": (draft.deliver_at, "Enter the expected delivery date."),
    }
    found = [FieldProblem(name, text) for name, (moment, text) in named.items() if moment is None]
    if draft.ship_at and draft.pick_up_at and draft.pick_up_at < draft.ship_at:
        found.append(FieldProblem("pick_up_at", "The carrier cannot pick up before the ship date."))
    if draft.pick_up_at and draft.deliver_at and draft.deliver_at < draft.pick_up_at:
        found.append(FieldProblem("deliver_at", "The delivery cannot be before the carrier's pick-up."))
    return found


def return_location(config: Configuration) -> dict[str, str] | None:
    """Return the configured return address in Jet's words; None while it is incomplete."""
    if not (config.return_address1 and config.return_city and config.return_state and config.return_zip):
        return None
    return {
        "address1": config.return_address1,
        "address2": config.return_address2,
        "city": config.return_city,
        "state": config.return_state,
        "zip_code": config.return_zip,
    }


def _transport(order: Order, draft: ShipmentDraft, config: Configuration) -> dict[str, object]:
    return {
        "tracking_number": draft.tracking_number.strip(),
        "carrier": _carrier(order, draft),
        "method": draft.method.strip(),
        "ship_at": draft.ship_at,
        "pick_up_at": draft.pick_up_at,
        "deliver_at": draft.deliver_at,
        "ship_from_zip": draft.ship_from_zip,
        "days_to_return": draft.days_to_return,
        "rma_number": draft.rma_number.strip(),
        "return_location": return_location(config) if draft.with_return_location else None,
    }


def _spread(items: Sequence[OrderItem], draft: ShipmentDraft) -> dict[int, Units]:
    """Fill the lines in order, as Jet does, where one SKU stands on several."""
    known = {item.pk: item.sku for item in items}
    by_sku = allocations.sum_by_sku((known[pk], units) for pk, units in draft.units.items() if pk in known)
    return allocations.fill(items, by_sku)


def _sentence(spread: Mapping[int, Units], items: Sequence[OrderItem]) -> str:
    skus = {item.pk: item.sku for item in items}
    parts = []
    for pk, units in spread.items():
        parts += [f"ship {units.shipped} x {skus[pk]}"] if units.shipped else []
        parts += [f"cancel {units.cancelled} x {skus[pk]}"] if units.cancelled else []
    return f"To be sent: {', '.join(parts)}."
