"""Shipments and invoices in the store, of what Jet took as shipped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from jetbridge.core import configuration
from jetbridge.core.send_failures import Rejected
from jetbridge.outbox.results import NotPayload, Settled, Unneeded
from jetbridge.store.documents import SkippedRow, StockLevel, StoreInvoice, StoreOrder, StoreShipment, Track
from jetbridge.store.failures import store_failures
from jetbridge.store.kinds import Blocked, Made
from jetbridge.store.makers import PartOfOrder, Seen, marked
from jetbridge.store.models import StoreDocument
from jetbridge.store.plans import shipments as plans
from jetbridge.store.plans.lines import ChannelUnits
from jetbridge.store.ports import SendingStore
from orders.documents.carriers import code_of
from orders.documents.records import record_made
from orders.handovers import MARK
from orders.models import Shipment

# What the store says of a shipment for which its source has too little, has no row, or is unknown.
NOT_SAVED = "Could not save a shipment"


@dataclass(frozen=True, slots=True)
class Left:
    """What left with one shipment of the panel, and all that left of its order by now."""

    comment: str
    units: tuple[ChannelUnits, ...]
    shipped: tuple[ChannelUnits, ...]
    track: Track
    # From which sources, empty: from those that the website sells from.
    sources: tuple[str, ...]
    # Documents of the store that are others' already, by key.
    taken: frozenset[int]


class PartsOfShipments(PartOfOrder[Left]):
    """What is made in the store of a shipment that Jet took."""

    def facts(self, rows: Sequence[StoreDocument]) -> Mapping[Any, Left | NotPayload]:
        """Return what left with each."""
        named = {row.source_key for row in rows}
        found = Shipment.objects.filter(alt_shipment_id__in=named).select_related("order")
        shipments = {
            each.alt_shipment_id: each for each in found.prefetch_related("items__order_item", "order__items")
        }
        taken = _taken(rows)
        sources = tuple(configuration.current().store_sources)
        return {
            row.pk: _left(shipments[row.source_key], sources, taken - {row.store_id})
            if row.source_key in shipments
            else Unneeded("Its shipment is gone.")
            for row in rows
        }

    def apply(self, settled: Settled[StoreDocument], now: datetime) -> None:
        """Write it into the order's history."""
        super().apply(settled, now)
        record_made(settled)


class Shipments(PartsOfShipments):
    """Shipments: each takes from one source, which is always named, so that there may be several of one."""

    name = StoreDocument.Kind.SHIPMENT

    def read(self, store: SendingStore, orders: Iterable[int]) -> Iterator[Any]:
        """Read the shipments of some orders."""
        return store.shipments(orders)

    def plan(self, store: SendingStore, seen: Seen, facts: Left) -> StoreShipment | None:
        """Return the shipment that is missing, from the source that has the units."""
        made = self._ours(seen, facts)
        tracks = (facts.track,) if facts.track.number else ()
        found = plans.next_shipment(seen.order, facts.units, made=made, tracks=tracks, comment=facts.comment)
        if found is None or seen.order.state == "holded":
            return found
        held = _held(store, facts, seen.order)
        return plans.next_shipment(
            seen.order, facts.units, made=made, tracks=tracks, held=held, comment=facts.comment
        )

    def make(self, store: SendingStore, document: StoreShipment) -> None:
        """Ship in the store."""
        try:
            with store_failures():
                store.ship(document)
        except Rejected as refusal:
            if not any(NOT_SAVED in each for each in refusal.errors):
                raise
            source = document.source or "the store"
            raise Blocked(
                f"Source {source} does not have the units that left.",
                "Correct its stock in the store, or choose other sources in Configuration, Store, then try again.",
            ) from refusal

    def made(self, seen: Seen, facts: Left) -> Made:
        """Return the last shipment of these units; of one that several sources share, the others stand beside it."""
        *others, last = self._ours(seen, facts)
        progress = {"beside": [each.id for each in others]} if others else {}
        return Made(seen.order.id, last.id or 0, last.number, progress=progress)

    def _ours(self, seen: Seen, facts: Left) -> list[Any]:
        """Return those with our mark, and those of a person that left with the same tracking number."""
        return [each for each in seen.documents if facts.comment in each.comment or _is_twin(each, facts)]


def _is_twin(document: Any, facts: Left) -> bool:
    is_free = MARK not in document.comment and document.id not in facts.taken
    numbers = {each.number for each in document.tracks} - {""}
    return is_free and facts.track.number in numbers


class Invoices(PartsOfShipments):
    """Invoices of what left, where the store has none of it."""

    name = StoreDocument.Kind.INVOICE

    def read(self, store: SendingStore, orders: Iterable[int]) -> Iterator[Any]:
        """Read the invoices of some orders."""
        return store.invoices(orders)

    def plan(self, store: SendingStore, seen: Seen, facts: Left) -> StoreInvoice | None:
        """Return the invoice that is missing."""
        made = marked(seen.documents, facts.comment)
        return plans.next_invoice(
            seen.order, facts.units, shipped=facts.shipped, made=made, comment=facts.comment
        )

    def make(self, store: SendingStore, document: StoreInvoice) -> None:
        """Send an invoice of units that the store has shipped and not invoiced."""
        store.invoice(document)

    def made(self, seen: Seen, facts: Left) -> Made:
        """Return our invoice, or the last one that a person made of these units."""
        found = marked(seen.documents, facts.comment) or list(seen.documents)
        last = found[-1] if found else None
        return Made(seen.order.id, (last.id or 0) if last else 0, last.number if last else "")


def _left(shipment: Shipment, sources: tuple[str, ...], taken: frozenset[int]) -> Left:
    return Left(
        comment=f"{MARK}{shipment.alt_shipment_id}",
        units=tuple(
            ChannelUnits(item.order_item.jet_id, item.order_item.sku, item.units_shipped)
            for item in shipment.items.all()
            if item.units_shipped
        ),
        shipped=tuple(
            ChannelUnits(item.jet_id, item.sku, item.units_shipped)
            for item in shipment.order.items.all()
            if item.units_shipped
        ),
        track=Track(shipment.tracking_number, code_of(shipment.carrier), shipment.carrier),
        sources=sources,
        taken=taken,
    )


def _taken(rows: Sequence[StoreDocument]) -> frozenset[int]:
    found = StoreDocument.objects.filter(
        kind=rows[0].kind, account=rows[0].account_id, order_key__in={row.order_key for row in rows},
        store_id__isnull=False,
    )  # fmt: skip
    return frozenset(key for key in found.values_list("store_id", flat=True) if key is not None)


def _held(store: SendingStore, facts: Left, order: StoreOrder) -> plans.Held:
    """Ask what the sources hold, where there are several to choose from."""
    codes = list(facts.sources) or store.stock_sources()
    if len(codes) < 2:
        return [(code, {}) for code in codes]
    held: dict[str, dict[str, Decimal]] = {code: {} for code in codes}
    for level in store.sources_hold(sorted({line.sku for line in order.lines})):
        if isinstance(level, SkippedRow) or not isinstance(level, StockLevel):
            continue
        if level.source in held and level.is_in_stock:
            held[level.source][level.sku.casefold()] = level.quantity
    return list(held.items())
