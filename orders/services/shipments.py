"""Takes a shipment or cancel that the merchant wants: all checks, and one wanted row whatever happens."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import User as Person
from django.db import IntegrityError, transaction
from django.utils import timezone

from jetbridge.core import configuration, history
from jetbridge.core.models import Configuration
from jetbridge.core.texts import SHORTENED, is_shortened
from jetbridge.outbox.models import Answer
from jetbridge.outbox.queue import queue
from orders import allocations, outboxes
from orders.allocations import Units
from orders.models import Order, OrderItem, Shipment, ShipmentItem
from orders.services import cancel_guard
from orders.services.cancel_guard import Consent, NotGuarded


@dataclass(frozen=True)
class ShipmentWish:
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

    @property
    def ships(self) -> bool:
        return any(units.shipped for units in self.units.values())

    @property
    def cancels(self) -> bool:
        return any(units.cancelled for units in self.units.values())


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a wish; field is the form's, empty for the whole."""

    field: str
    message: str


@dataclass
class ShipmentRefused(Exception):
    """The wish breaks rules; nothing was written."""

    problems: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(problem.message for problem in self.problems)


class AlreadyWanted(Exception):
    """The same or another shipment of this order stands already; the text says when and by whom."""


def want_shipment(*, order: Order, wish: ShipmentWish, user: Person | None = None) -> Shipment:
    """
    Write down a shipment to be sent, with a nudge; one row for all clicks that saw the same order.

    :raises ShipmentRefused: the wish breaks rules, all of which are named
    :raises AlreadyWanted: this shipment, or another one of the order, is on its way or done
    """
    try:
        with transaction.atomic():
            return _want(order, wish, user)
    except IntegrityError:  # another request wrote its row between our look and our write
        raise AlreadyWanted(describe(order.shipments.order_by("sequence").last())) from None


def _want(order: Order, wish: ShipmentWish, user: Person | None) -> Shipment:
    order = Order.objects.select_for_update().get(pk=order.pk)
    sequence = _sequence(order, wish)
    items = list(order.items.all())
    shop = configuration.current()
    spread = _spread(items, wish)
    found = problems(order=order, items=items, wish=wish, shop=shop)
    if found:
        raise ShipmentRefused(found)
    _guard(order, items, wish, user)
    shipment = Shipment.objects.create(
        order=order,
        sequence=sequence,
        alt_shipment_id=f"{order.number}-{sequence}-{uuid.uuid4().hex[:10]}",
        user=user,
        reason=wish.reason,
        is_demo=order.is_demo,
        **(_transport(wish, shop) if wish.ships else {}),
    )
    ShipmentItem.objects.bulk_create(
        ShipmentItem(
            shipment=shipment, order_item_id=pk, units_shipped=units.shipped, units_cancelled=units.cancelled
        )
        for pk, units in spread.items()
    )
    action = "shipment wanted" if wish.ships else "cancel wanted"
    history.record(action, order, message=_sentence(spread, items), note=wish.reason)
    queue(outboxes.Shipments(), [shipment])
    return shipment


def asked_wish(order: Order, *, sequence: int | None = None) -> ShipmentWish:
    """Return the wish that cancels exactly what the buyer asks to cancel, and nothing else."""
    units = {item.pk: Units(0, item.units_to_cancel) for item in order.items.all()}
    return ShipmentWish(units=units, reason="The buyer asked for it.", sequence=sequence)


def next_sequence(order: Order) -> int:
    """Return the number that the next shipment of an order gets."""
    return max((shipment.sequence for shipment in order.shipments.all()), default=0) + 1


def sentence(wish: ShipmentWish, items: Sequence[OrderItem]) -> str:
    return _sentence(_spread(items, wish), items)


def cancels_unasked(items: Sequence[OrderItem], wish: ShipmentWish) -> bool:
    """Tell whether a wish cancels units that the buyer still wants; only those count against the merchant."""
    asked = allocations.added_up((item.sku, Units(0, item.units_to_cancel)) for item in items)
    wanted = allocations.added_up((item.sku, wish.units.get(item.pk, Units(0, 0))) for item in items)
    return any(units.cancelled > asked[sku].cancelled for sku, units in wanted.items())


def _guard(order: Order, items: Sequence[OrderItem], wish: ShipmentWish, user: Person | None) -> None:
    if not cancels_unasked(items, wish):
        return
    consent = Consent(reason=wish.reason, above_limit=wish.above_limit, by=user)
    try:
        cancel_guard.check(account=order.account, orders=[order.pk], consent=consent)
    except NotGuarded as lack:
        raise ShipmentRefused([Problem(lack.field, lack.message)]) from None


def _sequence(order: Order, wish: ShipmentWish) -> int:
    """
    Return the number of this shipment within its order.

    :raises AlreadyWanted: the form saw the order before another shipment of it was made, or one is on its way
    """
    taken = already_made(order, wish.sequence)
    if taken:
        raise AlreadyWanted(taken)
    unsettled = next((shipment for shipment in order.shipments.all() if not shipment.is_settled), None)
    if unsettled is not None:
        raise AlreadyWanted(describe(unsettled))
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
    at = f"{timezone.localtime(moment):%H:%M}" if moment else "an unknown time"
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
    *, order: Order, items: Sequence[OrderItem], wish: ShipmentWish, shop: Configuration
) -> list[Problem]:
    """Return everything that is wrong with a wish, all at once."""
    found = _state_problems(order, wish)
    found += _unit_problems(items, wish)
    found += _cancel_problems(items, wish)
    if wish.ships:
        found += _transport_problems(wish) + _date_problems(wish)
    if wish.with_return_location and not return_location(shop):
        found.append(Problem("with_return_location", "No complete return address stands in Configuration."))
    return found


def _state_problems(order: Order, wish: ShipmentWish) -> list[Problem]:
    if order.status in Order.SHIPPABLE:
        return []
    if order.status == Order.Status.READY and not wish.ships and not order.is_being_answered:
        return []  # Jet takes a cancel before the acknowledgement
    word = order.get_status_display().lower()
    return [Problem("", f"Order {order} is {word}; only an acknowledged order can be shipped.")]


def _unit_problems(items: Sequence[OrderItem], wish: ShipmentWish) -> list[Problem]:
    by_pk = {item.pk: item for item in items}
    found = []
    if not any(units.shipped or units.cancelled for units in wish.units.values()):
        found.append(Problem("", "Nothing to ship and nothing to cancel: enter a quantity."))
    for pk, units in wish.units.items():
        item = by_pk.get(pk)
        if item is None:
            found.append(Problem("", "A line of this form does not belong to the order. Reload the page."))
        elif min(units) < 0:
            found.append(Problem(f"ship_{pk}", f"{item.sku}: quantities cannot be negative."))
        elif units.shipped > item.units_open:
            found.append(
                Problem(
                    f"ship_{pk}", f"{item.sku}: {item.units_open} available to ship, {units.shipped} entered."
                )
            )
        elif sum(units) > item.units_open:
            found.append(
                Problem(
                    f"cancel_{pk}",
                    f"{item.sku}: {units.shipped} to ship and {units.cancelled} to cancel are more than the "
                    f"{item.units_open} still open.",
                )
            )
    return found


def _cancel_problems(items: Sequence[OrderItem], wish: ShipmentWish) -> list[Problem]:
    """Where the buyer asked for a cancel, exactly those units are cancelled and no others."""
    asked = allocations.added_up((item.sku, Units(0, item.units_to_cancel)) for item in items)
    if not any(units.cancelled for units in asked.values()):
        return []
    wanted = allocations.added_up((item.sku, wish.units.get(item.pk, Units(0, 0))) for item in items)
    first = {item.sku: item.pk for item in reversed(items)}
    return [
        Problem(
            f"cancel_{first[sku]}",
            f"{sku}: the buyer asked to cancel {units.cancelled}; exactly that many must be cancelled.",
        )
        for sku, units in asked.items()
        if wanted[sku].cancelled != units.cancelled
    ]


def _transport_problems(wish: ShipmentWish) -> list[Problem]:
    found = []
    if not wish.tracking_number.strip():
        found.append(Problem("tracking_number", "Jet requires a tracking number when units ship."))
    elif is_shortened(wish.tracking_number):
        found.append(Problem("tracking_number", f"{wish.tracking_number.strip()}: {SHORTENED}."))
    if not wish.carrier.strip():
        found.append(Problem("carrier", "Jet requires a carrier when units ship."))
    if wish.ship_from_zip and not (len(wish.ship_from_zip) == 5 and wish.ship_from_zip.isdigit()):
        found.append(Problem("ship_from_zip", "Enter a ZIP code of 5 digits."))
    return found


def _date_problems(wish: ShipmentWish) -> list[Problem]:
    named = {
        "ship_at": (wish.ship_at, "Enter the ship date."),
        "pick_up_at": (wish.pick_up_at, "Enter the date of the carrier's pick-up."),
        "deliver_at": (wish.deliver_at, "Enter the expected delivery date."),
    }
    found = [Problem(name, text) for name, (moment, text) in named.items() if moment is None]
    if wish.ship_at and wish.pick_up_at and wish.pick_up_at < wish.ship_at:
        found.append(Problem("pick_up_at", "The carrier cannot pick up before the ship date."))
    if wish.pick_up_at and wish.deliver_at and wish.deliver_at < wish.pick_up_at:
        found.append(Problem("deliver_at", "The delivery cannot be before the carrier's pick-up."))
    return found


def return_location(shop: Configuration) -> dict[str, str] | None:
    """Return the configured return address in Jet's words; None while it is incomplete."""
    if not (shop.return_address1 and shop.return_city and shop.return_state and shop.return_zip):
        return None
    return {
        "address1": shop.return_address1,
        "address2": shop.return_address2,
        "city": shop.return_city,
        "state": shop.return_state,
        "zip_code": shop.return_zip,
    }


def _transport(wish: ShipmentWish, shop: Configuration) -> dict[str, object]:
    return {
        "tracking_number": wish.tracking_number.strip(),
        "carrier": wish.carrier.strip(),
        "method": wish.method.strip(),
        "ship_at": wish.ship_at,
        "pick_up_at": wish.pick_up_at,
        "deliver_at": wish.deliver_at,
        "ship_from_zip": wish.ship_from_zip,
        "days_to_return": wish.days_to_return,
        "rma_number": wish.rma_number.strip(),
        "return_location": return_location(shop) if wish.with_return_location else None,
    }


def _spread(items: Sequence[OrderItem], wish: ShipmentWish) -> dict[int, Units]:
    """Fill the lines in order, as Jet does, where one SKU stands on several."""
    known = {item.pk: item.sku for item in items}
    by_sku = allocations.added_up((known[pk], units) for pk, units in wish.units.items() if pk in known)
    return allocations.fill(items, by_sku)


def _sentence(spread: Mapping[int, Units], items: Sequence[OrderItem]) -> str:
    skus = {item.pk: item.sku for item in items}
    parts = []
    for pk, units in spread.items():
        parts += [f"ship {units.shipped} x {skus[pk]}"] if units.shipped else []
        parts += [f"cancel {units.cancelled} x {skus[pk]}"] if units.cancelled else []
    return f"To be sent: {', '.join(parts)}."
