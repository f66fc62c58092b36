"""Cancels in the store, of units that Jet took as cancelled: of all that is left, once everything else left."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from jetbridge.outbox.results import NotPayload, Settled
from jetbridge.store.kinds import Blocked, Made
from jetbridge.store.makers import PartOfOrder, Seen, current_orders
from jetbridge.store.models import StoreDocument
from jetbridge.store.plans.lines import ChannelUnits, open_units, own, to_invoice
from jetbridge.store.plans.shipments import is_to_cancel
from jetbridge.store.ports import SendingStore
from orders.documents.records import record_made
from orders.models import OrderItem

Cancelled = tuple[ChannelUnits, ...]


class Cancels(PartOfOrder[Cancelled]):
    """The store cancels all that is left of an order: it waits for the units that are still to leave."""

    name = StoreDocument.Kind.CANCEL
    looks_ahead = True

    def facts(self, rows: Sequence[StoreDocument]) -> Mapping[Any, Cancelled | NotPayload]:
        """Return by row all units of its order that are cancelled by now, whichever cancel it was."""
        found: dict[int, list[ChannelUnits]] = {row.order_key: [] for row in rows}
        for item in OrderItem.objects.filter(order_id__in=found, units_cancelled__gt=0).order_by("position"):
            found[item.order_id].append(ChannelUnits(item.jet_id, item.sku, item.units_cancelled))
        return {row.pk: tuple(found[row.order_key]) for row in rows}

    def read(self, store: SendingStore, orders: Iterable[int]) -> Iterator[Any]:
        """A cancel leaves no document: the order's lines say it."""
        return iter(())

    def plan(self, store: SendingStore, seen: Seen, facts: Cancelled) -> int | None:
        """Return the order where something of it is to be cancelled."""
        return seen.order.id if is_to_cancel(seen.order, facts) else None

    def make(self, store: SendingStore, document: int) -> None:
        """Cancel what is left; of an order that somebody cancelled meanwhile the store says no as well."""
        if store.cancel(document):
            return
        left = (line for order in current_orders(store, [document]).values() for line in own(order))
        if any(min(to_invoice(line), open_units(line)) for line in left):
            raise Blocked("The store leaves the order as it is.", "Cancel it there, then try again.")

    def made(self, seen: Seen, facts: Cancelled) -> Made:
        """Return the order, which says it itself."""
        return Made(seen.order.id, seen.order.id, seen.order.number)

    def apply(self, settled: Settled[StoreDocument], now: datetime) -> None:
        """Write it into the order's history."""
        super().apply(settled, now)
        record_made(settled)
