"""Sends wanted facets by direct calls: threads only speak HTTP, this thread reads, words and stores."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from catalog.listings.facets import contexts, payloads, registry
from catalog.listings.facets.base import Answer, Facet, Wish
from catalog.listings.facets.payloads import Body
from catalog.listings.mass_actions import outcomes
from catalog.listings.models import ListingFacet
from catalog.listings.services import outbox
from catalog.listings.services.outbox import Selection
from jetapi import JetClient
from jetapi.concurrency import Outcome, send_many
from jetapi.errors import JetAuthError, JetError, JetResponseError, JetServerError, JetUnavailable
from jetbridge.core import configuration
from jetbridge.core.jet.client import tied_to
from jetbridge.core.jet.halts import Halt
from jetbridge.core.models import JetAccount
from jetbridge.core.reports import Report

# What else belongs to a product goes with its details, some products at a time: a mass action that is paused or
# cancelled in between leaves none half sent. A group waits until Jet has all its children. Smaller lots cost speed:
# at the end of each facet of a lot the connections run dry.
TOGETHER = outbox.CHUNK
# Answers stored in one transaction, and how long a stored answer may wait for its batch.
BATCH = 50
PATIENCE = 1.0


@dataclass(frozen=True)
class Parcel:
    """One call to be made: the claimed wish and its body."""

    row: Wish
    body: Body


@dataclass
class Drain:
    """One facet's way through claim, wording, call and answer."""

    client: JetClient
    selection: Selection
    beat: Callable[[], None]
    # Whether only some wishes are taken, not all that there are.
    is_part: bool = False
    report: Report = field(default_factory=Report)
    listing_ids: list[int] = field(default_factory=list)
    run_ids: set[int] = field(default_factory=set)
    halt: Halt = field(default_factory=Halt)
    waiting: list[Answer] = field(default_factory=list)
    stored_at: float = field(default_factory=time.monotonic)

    def run(self) -> Report:
        """
        Send everything that the selection finds.

        :raises JetAuthError: Jet does not take our keys; what was not sent stays wanted
        """
        facet = self.selection.facet

        def send(parcel: Parcel) -> None:
            with tied_to(parcel.row.request_id):
                facet.send(self.client, parcel.row.listing.sku, parcel.body)

        connections = configuration.current().concurrency
        for outcome in send_many(
            send, self._parcels(), connections=connections, stop=lambda: bool(self.halt)
        ):
            self._take(outcome)
        self._store()
        self.halt.raise_refusal()
        return self.report

    def _parcels(self) -> Iterator[Parcel]:
        lots = outbox.claims(self.selection, TOGETHER if self.is_part else outbox.CHUNK)
        for rows in islice(lots, 1) if self.is_part else lots:
            self.listing_ids += [row.listing_id for row in rows]
            self.run_ids |= {row.run_id for row in rows if row.run_id is not None}
            yield from self._worded(rows)
            if len(self.waiting) >= BATCH:
                # Of a lot that needs no call nothing comes back that would have it stored.
                self._store()
            if self.halt:
                return

    def _worded(self, rows: Sequence[Wish]) -> Iterator[Parcel]:
        facet = self.selection.facet
        material = facet.gather(outbox.listings_of(rows))
        known = facet.unchanged(rows)
        for place, row in enumerate(rows):
            if self.halt:
                outbox.give_back(rows[place:])
                return
            try:
                parcel = Parcel(row, facet.build(row.listing, material))
                if registry.is_repeat(row, parcel.body, known):
                    self.waiting.append(Answer(row, None, is_met=True))
                else:
                    yield parcel
            except contexts.Gone as reason:
                self.waiting.append(Answer(row, None, is_met=True))
                self.report.skip(row.listing.sku, str(reason))
            except contexts.NotYet as reason:
                self.waiting.append(Answer(row, None, errors=[str(reason)], by_us=True))
                self.report.skip(row.listing.sku, str(reason))
            except contexts.NeedsReview as held:
                facet.hold(row, held)
                self.waiting.append(Answer(row, ListingFacet.Answer.HELD, errors=[str(held)], by_us=True))
                self.report.skip(row.listing.sku, str(held))
            except contexts.CannotWord as reason:
                self._keep(Answer(row, ListingFacet.Answer.REFUSED, errors=[str(reason)], by_us=True))

    def _take(self, outcome: Outcome[Parcel, None]) -> None:
        row = outcome.item.row
        if not outcome.started:
            outbox.give_back([row])
            return
        body = payloads.plain(outcome.item.body)
        self.halt.notice(outcome.error)
        if outcome.error is None:
            self._keep(Answer(row, ListingFacet.Answer.ACCEPTED, body))
        elif isinstance(outcome.error, JetAuthError):
            outbox.give_back([row])
        elif isinstance(outcome.error, JetUnavailable) and not outcome.error.sent_maybe:
            outbox.give_back([row])
            self.report.fail(row.listing.sku, str(outcome.error))
        elif is_refusal(outcome.error):
            self._keep(Answer(row, ListingFacet.Answer.REFUSED, body, errors=texts(outcome.error)))
        else:
            lost = ListingFacet.Answer.UNKNOWN if outcome.error.sent_maybe else None
            self._keep(Answer(row, lost, body, errors=texts(outcome.error)))

    def _keep(self, answer: Answer) -> None:
        self.waiting.append(answer)
        if answer.kind == ListingFacet.Answer.ACCEPTED:
            self.report.done += 1
        else:
            self.report.fail(answer.sku, answer.reason)
        if len(self.waiting) >= BATCH or time.monotonic() - self.stored_at > PATIENCE:
            self._store()

    def _store(self) -> None:
        batch, self.waiting = self.waiting, []
        self.stored_at = time.monotonic()
        if batch:
            outcomes.store(batch)
            self.beat()


def send_wanted(
    *,
    client: JetClient,
    account: JetAccount,
    facets: Collection[Facet] | None = None,
    listing_ids: Collection[int] | None = None,
    run_id: int | None = None,
    beat: Callable[[], None] = lambda: None,
) -> Report:
    """
    Send what is wanted by direct calls, facet after facet in Jet's order; return what was achieved.

    :raises JetAuthError: Jet does not take our keys; what was not sent stays wanted
    """
    report = Report()
    chosen = registry.that(lambda facet: facets is None or facet in facets)
    for facet in chosen:
        selection = Selection(account, facet, listing_ids=listing_ids, run_id=run_id)
        with_it = [each for each in chosen if each.goes_with_sku] if facet.creates_sku else []
        step = partial(_send_whole, with_it) if with_it else _send
        if not step(client, selection, beat, report):
            break
    return report


def _send(client: JetClient, selection: Selection, beat: Callable[[], None], report: Report) -> bool:
    """Send one facet; tell whether Jet still answers."""
    drain = Drain(client, selection, beat)
    report.add(drain.run())
    report.note = drain.halt.reason or report.note
    return not drain.halt


def _send_whole(
    others: Sequence[Facet],
    client: JetClient,
    selection: Selection,
    beat: Callable[[], None],
    report: Report,
) -> bool:
    """Send details, each lot followed by what else is wanted of the same products; tell whether Jet still answers."""
    while True:
        drain = Drain(client, selection, beat, is_part=True)
        report.add(drain.run())
        if drain.halt:
            report.note = drain.halt.reason
            return False
        if not drain.listing_ids:
            return True
        for facet in others:
            rest = Selection(
                selection.account,
                facet,
                listing_ids=drain.listing_ids,
                run_id=selection.run_id,
                begun_runs=drain.run_ids,
            )
            if not _send(client, rest, beat, report):
                return False


def is_refusal(error: JetError) -> bool:
    """Tell a refusal, which repeating will not mend, from a failure of Jet or of the way there."""
    return (isinstance(error, JetResponseError) and not error.retryable) or isinstance(error, ValueError)


def texts(error: JetError) -> list[str]:
    """Return Jet's own words, or what happened in ours."""
    said = list(getattr(error, "messages", ()))
    if said or not isinstance(error, JetServerError):
        return said or [str(error)]
    return [f"Jet failed to answer for a moment ({error.status})."]
