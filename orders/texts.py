"""How orders look: tones of statuses, and the one next step of an order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from jetbridge.core import request_cache
from jetbridge.core.models import Configuration
from jetbridge.outbox.models import State
from jetbridge.panel import display
from jetbridge.panel.display import Tone
from orders import outboxes
from orders.models import FailedOrder, Order, RejectionStop

HOUR = 3600
ORDER_TONES: dict[str, Tone] = {
    Order.Status.CREATED: "grey",
    Order.Status.READY: "amber",
    Order.Status.HELD: "red",
    Order.Status.ACKNOWLEDGED: "blue",
    Order.Status.IN_PROGRESS: "blue",
    Order.Status.COMPLETE: "green",
    Order.Status.CANCELLED: "dark",
    Order.Status.REJECTED: "dark",
}
SHIPMENT_TONES: dict[str, Tone] = {
    State.NONE: "grey",
    State.PENDING: "blue",
    State.CLAIMED: "blue",
    State.UNKNOWN: "amber",
    State.ACCEPTED: "green",
    State.REJECTED: "red",
    State.BLOCKED: "red",
    State.SENT: "blue",
    State.HELD: "amber",
}
FAILED_TONES: dict[str, Tone] = {
    FailedOrder.State.PENDING: "amber",
    FailedOrder.State.FAILED: "red",
    FailedOrder.State.FIXED: "green",
    FailedOrder.State.REJECTED: "dark",
    FailedOrder.State.CANCELLED: "dark",
}


# By an order's status where nothing of it is on its way or was refused: a sentence, and what is done about it.
STEPS: dict[str, tuple[str, ...]] = {
    Order.Status.CREATED: ("Jet still checks this order. Do not ship it yet.",),
    Order.Status.READY: ("Jet waits for your answer.", "Acknowledge", "acknowledge"),
    Order.Status.HELD: ("Something stands in the way of this order.", "Try again", "retry"),
    Order.Status.ACKNOWLEDGED: ("Ready to be shipped.", "Ship", "#ship"),
    Order.Status.IN_PROGRESS: ("A part of it is still to be shipped.", "Ship the rest", "#ship"),
    Order.Status.COMPLETE: ("Jet holds it as complete.",),
    Order.Status.CANCELLED: ("It was cancelled and is not to be shipped.",),
    Order.Status.REJECTED: ("It was rejected and is not to be shipped.",),
}


@dataclass(frozen=True)
class Step:
    """What an order needs next: a sentence, and where that is done (an anchor or an action's name)."""

    text: str
    button: str = ""
    action: str = ""


def next_step(order: Order) -> Step:
    """Return the one next step of an order; each sentence is what its rows say, and none says that all is well."""
    shipments = list(order.shipments.all())
    for shipment in shipments:
        if not shipment.is_settled:
            return _on_its_way(shipment.state, "The shipment")
    if order.is_being_answered:
        word = "acknowledgement" if order.acknowledgement.status == outboxes.ACCEPTED else "rejection"
        return _on_its_way(order.acknowledgement.state, f"The {word}")
    if order.has_cancel_request and (order.status in Order.SHIPPABLE or _is_cancelled_whole(order)):
        return Step("The buyer asks for a cancel.", "Confirm cancel", "#cancel")
    if has_refused_shipment(order):
        said = " ".join(shipments[-1].errors)
        text = f"Jet refused the last shipment. Correct it and ship again. {said}".strip()
        return Step(text, "Fix and send again", "#ship")
    if order.status in Order.UNANSWERED and _answer_of(order) == State.REJECTED:
        return Step("Jet refused the answer to this order; it waits for another.", *STEPS[order.status][1:])
    if order.status == Order.Status.REJECTED:
        causes = " ".join(str(cause.get("message", "")) for cause in causes_of(order))
        return Step(f"It was rejected and is not to be shipped. {causes}".strip())
    return Step(*STEPS[order.status])


def clock(order: Order, config: Configuration) -> SafeString:
    """Return the one deadline of an order, ticking: Jet's answer by minutes, the ship-by by hours as configured."""
    if order.due_at is None or order.status in Order.UNANSWERED:
        return display.countdown(nearest(order))
    return display.countdown(
        order.due_at, amber=config.ship_soon_hours * HOUR, red=config.ship_urgent_hours * HOUR
    )


def nearest(order: Order) -> datetime | None:
    """Return when the next thing happens to an order: its deadline at Jet, or before it our own rejection."""
    failure = getattr(order, "failure", None) if order.status == Order.Status.HELD else None
    rejected = rejection_at(failure) if failure is not None else None
    return min((moment for moment in (order.due_at, rejected) if moment is not None), default=None)


def rejection_at(failure: FailedOrder) -> datetime | None:
    """Return when we reject it by ourselves; None where we never do, or a person decides first."""
    if failure.reject_at is None or failure.may_be_rejected:
        return failure.reject_at
    stops = RejectionStop.objects.filter(account=failure.account_id, ended_at=None)
    return None if request_cache.once("rejection stop", stops.exists) else failure.reject_at


def causes_of(order: Order) -> list[dict[str, str]]:
    """Return what stands, or stood, in the way of an order."""
    failure = getattr(order, "failure", None)
    return list(failure.causes) if failure is not None else []


def deadline_word(order: Order) -> str:
    """Say what is due then."""
    if order.status not in Order.UNANSWERED:
        return "Ship"
    return "Answer" if nearest(order) == order.due_at else "Reject"


def _on_its_way(state: State, what: str) -> Step:
    if state == State.BLOCKED:
        return Step(f"{what} is stopped and is not sent by itself.")
    if state == State.UNKNOWN:
        return Step(f"{what} has no answer from Jet yet; Jet is asked before it is sent again.")
    return Step(f"{what} is {'being sent' if state == State.CLAIMED else 'waiting to be sent'} to Jet.")


def _answer_of(order: Order) -> State | None:
    answer = getattr(order, "acknowledgement", None)
    return answer.state if answer is not None else None


def _is_cancelled_whole(order: Order) -> bool:
    return all(item.units_to_cancel == item.units_open for item in order.items.all())


def has_refused_shipment(order: Order) -> bool:
    """Return whether what was shipped last does not stand at Jet, and something is still to be shipped."""
    last = list(order.shipments.all())[-1:]
    return order.status in Order.SHIPPABLE and bool(last) and last[0].state == State.REJECTED


def can_ship(order: Order) -> bool:
    """Return whether the form Ship by Jet makes sense now."""
    if any(not shipment.is_settled for shipment in order.shipments.all()):
        return False
    if order.status == Order.Status.READY:
        return order.has_cancel_request and _is_cancelled_whole(order) and not order.is_being_answered
    return order.status in Order.SHIPPABLE


def document_lines(document: Any, *, name: str = "") -> Iterator[tuple[str, str]]:
    """Give everything that a document of Jet's says as name and value, nested names joined."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            yield from document_lines(value, name=f"{name}.{key}" if name else str(key))
    elif isinstance(document, list):
        for place, value in enumerate(document, start=1):
            yield from document_lines(value, name=f"{name} {place}")
    elif document not in (None, ""):
        yield name, str(document)
