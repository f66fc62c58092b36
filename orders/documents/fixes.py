"""The one thing that a person does about a document that stands on one side only, or differently."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User as Person
from django.db import transaction

from jetbridge.jobs.queue import nudge
from jetbridge.store import deliveries
from jetbridge.store.models import TRACKING, StoreDocument
from orders.allocations import Units
from orders.documents import carriers, questions
from orders.models import Order
from orders.services import shipments
from orders.services.shipments import AlreadyQueued, ShipmentDraft, ShipmentRefused

AGAIN = "Try again"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person says along with it: Jet's name of a carrier, and that the cancellation limit may be passed."""

    carrier: str = ""
    method: str = ""
    above_limit: bool = False
    by: Person | None = None


class NotFixed(Exception):
    """It cannot be done, or something lacks; the text says what."""


Act = Callable[[StoreDocument, Order, Choice], str]
# By what a document of the store asks: what the button says, and what it does.
_acts: dict[str, tuple[str, Act]] = {}


def register(asks: str, label: str, act: Act) -> None:
    """Say what is done about documents that ask something; rooms above add what only they can do."""
    _acts[asks] = (label, act)


def label(document: StoreDocument) -> str:
    """Return what the button says."""
    return _acts[_asks(document)][0] if _asks(document) in _acts else AGAIN


@transaction.atomic
def fix(document: StoreDocument, choice: Choice = Choice()) -> str:
    """
    Do what its button says; return in one line what happens now.

    :raises NotFixed: it cannot be done
    """
    document = StoreDocument.objects.select_for_update().get(pk=document.pk)
    order = Order.objects.select_for_update().get(pk=document.order_key)
    asks = _asks(document)
    if asks in _acts:
        return _acts[asks][1](document, order, choice)
    try:
        deliveries.retry(document)
    except deliveries.NotPossible as reason:
        raise NotFixed(str(reason)) from reason
    return f"{document} is tried again."


@transaction.atomic
def leave(document: StoreDocument) -> str:
    """
    Leave both sides as they are; it is not asked again.

    :raises NotFixed: it asks nothing
    """
    if not _asks(document):
        raise NotFixed(f"{document} asks nothing: try it again, or say which document of the store it is.")
    questions.leave(document, Order.objects.get(pk=document.order_key))
    return f"{document} is left as it is on both sides."


def _asks(document: StoreDocument) -> str:
    return str(document.details.get("asks") or "")


def _look_again(document: StoreDocument, order: Order, choice: Choice) -> str:
    nudge(questions.READ)
    return f"The store is read again for order {order}."


def _choose_carrier(document: StoreDocument, order: Order, choice: Choice) -> str:
    code, title = (str(document.details.get(name) or "") for name in ("code", "title"))
    try:
        carriers.choose(code, title, choice.carrier, choice.method)
    except carriers.NotACarrier as reason:
        raise NotFixed(str(reason)) from reason
    return _look_again(document, order, choice)


def _send_again(document: StoreDocument, order: Order, choice: Choice) -> str:
    """Forget the shipment that Jet refused: the next reading makes another one of what the store has."""
    document.details.pop("shipment", None)
    document.save(update_fields=["details"])
    return _look_again(document, order, choice)


def _leave(document: StoreDocument, order: Order, choice: Choice) -> str:
    return leave(document)


def _cancel_at_jet(document: StoreDocument, order: Order, choice: Choice) -> str:
    units = {int(key): Units(0, count) for key, count in document.details.get("units", {}).items()}
    draft = ShipmentDraft(units=units, reason="Cancelled in the store.", above_limit=choice.above_limit)
    try:
        made = shipments.queue_shipment(order=order, draft=draft, user=choice.by)
    except (AlreadyQueued, ShipmentRefused) as reason:
        raise NotFixed(str(reason)) from reason
    questions.settle(document, shipment=made.pk)
    return f"What the store cancelled of order {order} is being cancelled at Jet."


register(TRACKING, "Look again", _look_again)
register(questions.CARRIER, "Choose carrier", _choose_carrier)
register(questions.UNITS, "Leave as it is", _leave)
register(questions.CHANGED, "Leave as it is", _leave)
register(questions.REFUSAL, AGAIN, _send_again)
register(questions.CANCEL, "Cancel at Jet", _cancel_at_jet)
