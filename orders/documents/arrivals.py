"""Takes over what people did in the store: shipments go on to Jet, cancels are asked about."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from jetbridge.core import history
from jetbridge.core.models import Configuration
from jetbridge.outbox.models import Answer
from jetbridge.store import deliveries
from jetbridge.store.documents import StoreOrder, StoreShipment, Track
from jetbridge.store.models import TRACKING, StoreDocument
from jetbridge.store.plans.lines import own
from orders import handovers
from orders.allocations import Units
from orders.documents import carriers, questions
from orders.models import Order, OrderItem, Shipment
from orders.services import bookings, shipments
from orders.services.shipments import AlreadyQueued, ShipmentDraft, ShipmentRefused

Kind, Origin = StoreDocument.Kind, StoreDocument.Origin


@dataclass(frozen=True)
class Found:
    """An order of the panel as the store has it now, and what is needed to send its shipments on."""

    order: Order
    row: StoreDocument
    there: StoreOrder
    config: Configuration
    zips: Mapping[str, str]


def take_shipment(found: Found, shipment: StoreShipment) -> bool:
    """Take a shipment of the store over; return whether something came of it. In the caller's transaction."""
    known = StoreDocument.objects.filter(
        kind=Kind.SHIPMENT, link=found.row.link_id, account=found.order.account_id, order_key=found.order.pk
    )
    document = next(
        (row for row in known if shipment.id in (row.store_id, *row.progress.get("beside", []))), None
    )
    if document is None:
        if handovers.MARK in shipment.comment or _is_awaited(found.order, shipment):
            return False  # the panel made it, and whoever sends it finds it
        document = _note(found, Kind.SHIPMENT, f"store {shipment.id}", shipment.id, shipment.number)
    sent = _shipment_of(document)
    if sent is not None:
        return _compare(found.order, document, sent, shipment)
    return False if document.origin == Origin.PANEL else _send_on(found, document, shipment)


def look_at_cancels(found: Found) -> bool:
    """Ask about units that were cancelled in the store and that Jet still expects; return whether that is new."""
    if bookings.is_unsettled(found.order) or found.there.child is not None:
        return False  # what took its place cannot be read now; cancelled is only the order that was edited
    items = list(found.order.items.all())
    gone = Counter[int]()
    for line in own(found.there):
        item = _item_of(items, line.reference, line.sku)
        if item is not None and line.canceled:
            gone[item.pk] += int(line.canceled)
    left = {item.pk: min(gone[item.pk] - item.units_cancelled, item.units_open) for item in items}
    left = {key: units for key, units in left.items() if units > 0}
    document = StoreDocument.objects.filter(
        kind=Kind.CANCEL, origin=Origin.STORE, link=found.row.link_id, source_key=f"store {found.there.id}"
    ).first()
    if not left:
        if document is not None and document.answer == Answer.HELD:
            questions.settle(document)
        return False
    if document is None:
        document = _note(found, Kind.CANCEL, f"store {found.there.id}", found.there.id, found.there.number)
    skus = {item.pk: item.sku for item in items}
    named = ", ".join(f"{units} x {skus[key]}" for key, units in left.items())
    text = f"The store cancelled {named}; Jet still expects them."
    units = {str(key): count for key, count in left.items()}
    return questions.ask(document, found.order, questions.CANCEL, text, units=units)


def _send_on(found: Found, document: StoreDocument, shipment: StoreShipment) -> bool:
    """Have Jet take a shipment that was made in the store, or say what it lacks."""
    order = found.order
    if order.status in Order.UNANSWERED or bookings.is_unsettled(order):
        return False  # the next run finds it again
    tracks = [each for each in shipment.tracks if each.number.strip()]
    if not tracks:
        return questions.ask(document, order, TRACKING, questions.WAITING_FOR_TRACKING)
    first = tracks[0]
    carrier, method = carriers.chosen(first.carrier, first.title)
    if not carrier:
        name = first.title or first.carrier
        text = (
            f"Jet does not know the carrier {name} of shipment {shipment.number}: choose Jet's name for it."
        )
        details = {"code": first.carrier, "title": first.title}
        return questions.ask(document, order, questions.CARRIER, text, **details)
    units, lack = _units(found, shipment)
    if lack:
        return questions.ask(document, order, questions.UNITS, lack)
    return _queue(found, document, _draft(found, shipment, first, carrier, method, units), tracks[1:])


def _queue(found: Found, document: StoreDocument, draft: ShipmentDraft, others: list[Track]) -> bool:
    try:
        made = shipments.queue_shipment(order=found.order, draft=draft)
    except AlreadyQueued:
        return False
    except ShipmentRefused as refusal:
        return questions.ask(document, found.order, questions.REFUSAL, f"It cannot go to Jet: {refusal}")
    questions.settle(document, shipment=made.pk)
    if others:
        numbers = ", ".join(each.number for each in others)
        text = f"The store's shipment has more tracking numbers, which Jet does not take: {numbers}."
        history.record("shipment noted", found.order, message=text)
    return True


def _draft(
    found: Found,
    shipment: StoreShipment,
    track: Track,
    carrier: str,
    method: str,
    units: Mapping[int, Units],
) -> ShipmentDraft:
    order, left_at = found.order, min(shipment.created_at or timezone.now(), timezone.now())
    as_ordered = order.requested_method if order.requested_carrier in ("", carrier) else ""
    return ShipmentDraft(
        units=units,
        tracking_number=track.number.strip()[:100],
        carrier=carrier,
        method=method or as_ordered[:60],
        ship_at=left_at,
        pick_up_at=left_at,
        deliver_at=left_at + timedelta(days=found.config.store_delivery_days),
        ship_from_zip=found.zips.get(shipment.source, ""),
        # Numbers come as the store has them; nobody types them here.
        confirm_identifiers=True,
    )


def _units(found: Found, shipment: StoreShipment) -> tuple[dict[int, Units], str]:
    """Return the units by the panel's lines, or why they are not Jet's."""
    items = list(found.order.items.all())
    lines = {line.number: line for line in found.there.lines}
    shipped = Counter[int]()
    for each in shipment.units:
        line = lines.get(each.line)
        item = _item_of(items, line.reference, line.sku) if line else None
        if item is None:
            name = line.sku if line else each.line
            return {}, f"The store shipped {name}, which is not part of the order at Jet."
        shipped[item.pk] += int(each.quantity)
    open_by_sku, asked_by_sku = Counter[str](), Counter[str]()
    for item in items:
        open_by_sku[item.sku] += item.units_open
        asked_by_sku[item.sku] += shipped[item.pk]
    for sku, units in asked_by_sku.items():
        if units > open_by_sku[sku]:
            return {}, f"The store shipped {units} x {sku}; at Jet {open_by_sku[sku]} of them are open."
    return {key: Units(units, 0) for key, units in shipped.items() if units}, ""


def _item_of(items: list[OrderItem], reference: str, sku: str) -> OrderItem | None:
    """Find the panel's line of a line of the store, which lost Jet's id of it where a person edited the order."""
    named = next((item for item in items if reference and item.jet_id == reference), None)
    return named or next((item for item in items if item.sku.casefold() == sku.casefold()), None)


def _compare(order: Order, document: StoreDocument, sent: Shipment, shipment: StoreShipment) -> bool:
    """See whether both sides still say the same of a shipment that both have."""
    numbers = [each.number.strip() for each in shipment.tracks if each.number.strip()]
    if sent.answer == Answer.REJECTED and not sent.is_pending:
        text = f"Jet refused the store's shipment {shipment.number}: {' '.join(sent.errors)}"
        return questions.ask(document, order, questions.REFUSAL, text)
    is_said = bool(numbers) or document.origin == Origin.STORE
    if is_said and sent.tracking_number and sent.tracking_number not in numbers:
        now = f"tracking number {numbers[0]}" if numbers else "no tracking number"
        text = (
            f"The store's shipment {shipment.number} has {now} now; Jet has {sent.tracking_number}, and takes no "
            "other."
        )
        return questions.ask(document, order, questions.CHANGED, text)
    if document.details.get("asks") in (questions.CHANGED, questions.REFUSAL):
        questions.settle(document)
        return True
    return False


def _shipment_of(document: StoreDocument) -> Shipment | None:
    """Return the panel's shipment of a document, whichever side made it first."""
    if document.origin == Origin.PANEL:
        return Shipment.objects.filter(alt_shipment_id=document.source_key).first()
    return Shipment.objects.filter(pk=document.details.get("shipment") or 0).first()


def _is_awaited(order: Order, shipment: StoreShipment) -> bool:
    """Return whether a shipment of the panel with this tracking number is on its way to the store."""
    numbers = {each.number.strip() for each in shipment.tracks} - {""}
    if not numbers:
        return False
    documents = StoreDocument.objects.filter(account=order.account_id, order_key=order.pk, kind=Kind.SHIPMENT)
    from_store = {each.details.get("shipment") for each in documents if each.origin == Origin.STORE}
    made = {each.source_key for each in documents if each.store_id is not None}
    rows = order.shipments.filter(Q(tracking_number__in=numbers)).exclude(answer=Answer.REJECTED)
    return any(row.pk not in from_store and row.alt_shipment_id not in made for row in rows)


def _note(found: Found, kind: StoreDocument.Kind, source: str, key: int | None, number: str) -> StoreDocument:
    order = found.order
    return deliveries.note(
        StoreDocument(
            kind=kind, origin=Origin.STORE, account_id=order.account_id, source_key=source, order_key=order.pk,
            reference=str(order), is_demo=order.is_demo, store_order=found.there.id, store_id=key,
            store_number=number[:50],
        )
    )  # fmt: skip
