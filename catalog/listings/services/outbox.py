"""Takes wishes out of the table so that two workers never send the same one: guarded updates with a lease."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.listings.facets import wishes
from catalog.listings.facets.base import Facet, Wish
from catalog.listings.facets.contexts import Target
from catalog.listings.models import ListingFacet
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among, one_by_one
from jetbridge.mass_actions.models import BulkRun

# Longer than the longest single call. A dead worker's wishes are free after it.
LEASE = timedelta(seconds=120)
# Wishes claimed at once: enough for all threads, few enough that a dead worker holds little.
CHUNK = 200


@dataclass(frozen=True)
class Selection:
    """Which wishes to take: of an account and a facet, and of some listings only where they are named."""

    account: JetAccount
    facet: Facet
    via_file: bool = False
    listing_ids: Collection[int] | None = None
    # The listings to take wishes of, where they were read before.
    known: Mapping[int, Target] | None = None
    run_id: int | None = None
    # Only what a mass action wants, or only what it does not.
    by_run: bool | None = None
    # Also for SKUs that Jet does not have yet: their file waits for the SKUs'.
    even_new: bool = False
    # Mass actions whose products are begun: their other parts go although the action was paused since.
    begun_runs: Collection[int] = ()
    # When the drain began. What is wanted or tried since waits for the next one: so each row is taken once at most.
    started: datetime = field(default_factory=timezone.now)

    def wishes(self) -> QuerySet[ListingFacet]:
        """Return what was wanted, unblocked and in nobody's hands at the start, oldest first; by the index."""
        found = _unsent(self.facet).filter(free(self.started), file=None, wanted_at__lte=self.started)
        paused = Q(run__state=BulkRun.State.PAUSED)
        if self.begun_runs:
            paused &= ~Q(run_id__in=self.begun_runs)
        found = found.exclude(paused)
        if self.known is None and self.listing_ids is None:
            # As a list, since a bare flag is no value of an index to SQLite: with one, rows come in the order of
            # the index, and no more of them than are asked for. Of named listings, their keys shall lead instead.
            found = found.filter(via_file__in=[self.via_file])
        else:
            found = found.filter(via_file=self.via_file)
        if not (self.facet.creates_sku or self.even_new):
            found = found.filter(listing__first_sent_at__isnull=False)
        if self.known is not None:
            found = found.filter(one_by_one("listing_id", self.known))
        else:
            found = found.filter(listing__account=self.account)
        if self.listing_ids is not None:
            found = found.filter(among("listing_id", self.listing_ids))
        if self.by_run is not None:
            found = found.filter(run__isnull=not self.by_run)
        if self.run_id is not None:
            found = found.filter(run_id=self.run_id)
        return found.order_by("wanted_at", "pk")


def is_wanted(facet: Facet, *, via_file: bool) -> bool:
    """Tell whether a facet is wanted of anything at all: a glance at the index, before a whole question is asked."""
    return _unsent(facet).filter(via_file__in=[via_file]).exists()


def _unsent(facet: Facet) -> QuerySet[ListingFacet]:
    return ListingFacet.objects.filter(facet=facet, wanted_at__isnull=False, blocked_at=None)


def free(now: datetime) -> Q:
    """Match rows that nobody holds."""
    return Q(claimed_until=None) | Q(claimed_until__lt=now)


def claim(selection: Selection, limit: int = CHUNK) -> list[Wish]:
    """Take up to `limit` wishes for a while; whoever asks meanwhile gets others."""
    token = uuid.uuid4().hex
    rows = wishes.read(selection.wishes()[:limit], selection.account, selection.known)
    if not rows:
        return []
    ids = [row.pk for row in rows]
    abandoned = [row.pk for row in rows if row.claimed_by]
    still = ListingFacet.objects.filter(free(selection.started), among("pk", ids), wanted_at__isnull=False)
    taken = still.update(claimed_by=token, claimed_until=timezone.now() + LEASE)
    if abandoned:
        # Whoever held them died; Jet may have what it sent, and nobody stored the answer.
        mine = ListingFacet.objects.filter(among("pk", abandoned), claimed_by=token)
        mine.update(answer=ListingFacet.Answer.UNKNOWN)
    if taken < len(rows):
        # Somebody was quicker with some of them.
        mine = ListingFacet.objects.filter(among("pk", ids), claimed_by=token)
        return wishes.read(mine.order_by("wanted_at", "pk"), selection.account, selection.known)
    for row in rows:
        row.claimed_by = token
    return rows


def claims(selection: Selection, limit: int = CHUNK) -> Iterator[list[Wish]]:
    """Take chunk after chunk of what was wanted when the selection was made, each row once; to be left on a halt."""
    while rows := claim(selection, limit):
        yield rows


def give_back(rows: Sequence[Wish], *, not_before: datetime | None = None) -> None:
    """Free wishes that were not sent; not_before keeps them from being taken up again at once."""
    by_token = {row.claimed_by for row in rows}
    ListingFacet.objects.filter(among("pk", [row.pk for row in rows]), claimed_by__in=by_token).update(
        claimed_by="", claimed_until=not_before
    )


def listings_of(rows: Sequence[Wish]) -> list[Target]:
    """Return the listings of claimed wishes."""
    return [row.listing for row in rows]
