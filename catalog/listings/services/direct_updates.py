"""Sends facets by direct calls: what each of them says now, and the calls in Jet's order."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from catalog.listings.facets import registry
from catalog.listings.facets.base import Facet, FacetDelivery
from catalog.listings.facets.payloads import Body
from catalog.listings.outboxes.facets import Direct, Facets, Selection
from catalog.listings.services.answers import BuiltFacets
from jetbridge.core import configuration
from jetbridge.core.jet.client import Client, send_failures, tied_to
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report
from jetbridge.outbox import drains

# What else belongs to a product goes with its details, some products at a time: a mass action that is paused or
# cancelled in between leaves none half sent. A group waits until Jet has all its children. Smaller lots cost speed:
# at the end of each facet of a lot the connections run dry.
TOGETHER = Facets.chunk


class FacetSender(BuiltFacets):
    """Facets of one kind on their way to Jet."""

    name = Direct.name

    def __init__(self, client: Client, selection: Selection) -> None:
        super().__init__(selection)
        (facet,) = selection.facets or ()
        self.job = facet.job
        self._client = client
        # What was taken up: the other parts of the same products follow.
        self.listing_ids: list[int] = []
        self.run_ids: set[int] = set()

    def load(self, rows: "QuerySet[Any]") -> list[FacetDelivery]:
        """Read claimed rows and remember whose they are."""
        found = super().load(rows)
        self.listing_ids += [row.listing_id for row in found]
        self.run_ids |= {row.run_id for row in found if row.run_id is not None}
        return found

    def send(self, row: FacetDelivery, payload: Body) -> None:
        """Have Jet take one facet of one SKU."""
        with send_failures(), tied_to(row.request_id):
            row.facet.send(self._client, row.listing.sku, payload)


def send_pending(
    *,
    client: Client,
    account: JetAccount,
    facets: Collection[Facet] | None = None,
    listing_ids: Collection[int] | None = None,
    run_id: int | None = None,
    heartbeat: Callable[[], None] = lambda: None,
) -> Report:
    """
    Send what is pending by direct calls, facet after facet in Jet's order; return what was achieved.

    :raises JetKeysRefused: Jet does not take our keys; what was not sent stays pending
    """
    sending = _Sending(client, heartbeat)
    chosen = registry.that(lambda facet: facets is None or facet in facets)
    for facet in chosen:
        selection = Selection(account, (facet,), listing_ids=listing_ids, run_id=run_id)
        with_it = [each for each in chosen if each.goes_with_sku] if facet.creates_sku else []
        if with_it:
            sending.send_whole(selection, with_it)
        else:
            sending.send(selection)
        if sending.is_halted:
            break
    return sending.report


class _Sending:
    """One round of direct calls: drain after drain, until Jet answers no more."""

    def __init__(self, client: Client, heartbeat: Callable[[], None]) -> None:
        self.report, self.is_halted = Report(), False
        self._client, self._heartbeat = client, heartbeat
        self._connections = configuration.current().concurrency

    def send(
        self, selection: Selection, *, started: datetime | None = None, limit: int | None = None
    ) -> FacetSender:
        """Send one facet; return the box that did it."""
        box = FacetSender(self._client, selection)
        drained = drains.drain(
            box, heartbeat=self._heartbeat, connections=self._connections, started=started, limit=limit
        )
        self.report.add(drained)
        self.is_halted = drained.halt is not None
        return box

    def send_whole(self, selection: Selection, others: Sequence[Facet]) -> None:
        """Send details, each lot followed by what else is pending of the same products."""
        started = timezone.now()
        while not self.is_halted:
            lot = self.send(selection, started=started, limit=TOGETHER)
            if not lot.listing_ids:
                return
            for facet in others:
                if not self.is_halted:
                    self.send(
                        Selection(
                            selection.account,
                            (facet,),
                            listing_ids=lot.listing_ids,
                            run_id=selection.run_id,
                            begun_runs=lot.run_ids,
                        )
                    )
