"""How orders look: tones of statuses, and the one next step of an order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jetbridge.outbox.models import State
from jetbridge.panel.display import Tone
from orders.models import FailedOrder, Order

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
}
FAILED_TONES: dict[str, Tone] = {
    FailedOrder.State.PENDING: "amber",
    FailedOrder.State.FAILED: "red",
    FailedOrder.State.FIXED: "green",
    FailedOrder.State.REJECTED: "dark",
    FailedOrder.State.CANCELLED: "dark",
}


@dataclass(frozen=True)
class Step:
    """What an order needs next: a sentence, and where that is done (an anchor or an action's name)."""

    text: str
    button: str = ""
    action: str = ""


def next_step(order: Order) -> Step:
    """Return the one next step of an order."""
    if any(not shipment.is_settled for shipment in order.shipments.all()):
        return Step("Being sent to Jet.")
    if order.is_being_answered:
        return Step(f"Being sent to Jet: {order.acknowledgement.status}.")
    if order.has_cancel_request and (order.status in Order.SHIPPABLE or _is_cancelled_whole(order)):
        return Step("The buyer asks for a cancel.", "Confirm cancel", "#cancel")
    steps = {
        Order.Status.CREATED: Step("Jet still checks this order. Do not ship it yet."),
        Order.Status.READY: Step("Jet waits for your answer.", "Acknowledge", "acknowledge"),
        Order.Status.HELD: Step("Something stands in the way of this order.", "Try again", "retry"),
        Order.Status.ACKNOWLEDGED: Step("Ready to be shipped.", "Ship", "#ship"),
        Order.Status.IN_PROGRESS: Step("A part of it is still to be shipped.", "Ship the rest", "#ship"),
    }
    return steps.get(Order.Status(order.status), Step("Nothing is left to do."))


def _is_cancelled_whole(order: Order) -> bool:
    return all(item.units_to_cancel == item.units_open for item in order.items.all())


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
