"""Facets as deliveries: which of them go now, by calls of their own or by file, and who follows their answers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.listings.facets import deliveries, registry, updates
from catalog.listings.facets.base import Facet, FacetDelivery
from catalog.listings.facets.contexts import Target
from catalog.listings.models import Listing, ListingFacet
from jetbridge.core import configuration
from jetbridge.core.announcements import Topic
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among, one_by_one
from jetbridge.mass_actions.models import MassAction
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.results import Settlement


@dataclass(frozen=True)
class Answered:
    """Listings of which facets were settled: whoever asked for them may be notified now."""

    listing_ids: frozenset[int]


ANSWERED: Topic[Answered, None] = Topic("answers to facets")


@dataclass(frozen=True)
class Selection:
    """Which facets to take: of an account and a kind, and of some listings only where they are named."""

    account: JetAccount | None = None
    # None is all of them.
    facets: Collection[Facet] | None = None
    via_file: bool = False
    listing_ids: Collection[int] | None = None
    # The listings to take facets of, where they were read before.
    known: Mapping[int, Target] | None = None
    run_id: int | None = None
    # Only what a mass action queued, or only what it does not.
    by_run: bool | None = None
    # Also for SKUs that Jet does not have yet: their file waits for the SKUs'.
    even_new: bool = False
    # Mass actions whose products are begun: their other parts go although the action was paused since.
    begun_runs: Collection[int] = ()

    def narrow(self, found: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what may go now; by the index on what is pending."""
        chosen = registry.facets() if self.facets is None else list(self.facets)
        facet = {"facet": chosen[0]} if len(chosen) == 1 else {"facet__in": chosen}
        if self.known is None and self.listing_ids is None:
            # As a list, since a bare flag is no value of an index to SQLite: with one, rows come in the order of
            # the index, and no more of them than are asked for. Of named listings, their keys shall lead instead.
            found = found.filter(**facet, via_file__in=[self.via_file])
        else:
            found = found.filter(**facet, via_file=self.via_file)
        paused = Q(run__state=MassAction.State.PAUSED)
        if self.begun_runs:
            paused &= ~Q(run_id__in=self.begun_runs)
        found = found.exclude(paused)
        if not self.even_new:
            on_jet = Q(listing__first_sent_at__isnull=False)
            creating = [each for each in chosen if each.creates_sku]
            if len(creating) < len(chosen):
                found = found.filter(on_jet | Q(facet__in=creating) if creating else on_jet)
        if self.known is not None:
            found = found.filter(one_by_one("listing_id", self.known))
        else:
            found = found.filter(listing__account=self.account or configuration.active_account())
        if self.listing_ids is not None:
            found = found.filter(among("listing_id", self.listing_ids))
        if self.by_run is not None:
            found = found.filter(run__isnull=not self.by_run)
        if self.run_id is not None:
            found = found.filter(run_id=self.run_id)
        return found


class Facets(Outbox[FacetDelivery]):
    """
    Facets of listings. What Jet holds is overwritten, so that sending one twice does no harm.

    Three identical rejections in a row end it; what was not answered is tried again after a minute.
    """

    model, permission, title = ListingFacet, "catalog.view_product", "The update"
    things = ("update of a product", "updates of products")
    once_only, block_after = False, 3
    chunk, batch = 200, 50
    first_pause = longest_pause = timedelta(seconds=60)
    default: ClassVar[Selection] = Selection()

    def __init__(self, selection: Selection | None = None) -> None:
        self.selection = selection or self.default

    def select(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep what the selection takes."""
        return self.selection.narrow(rows)

    def of_job(self, job: str) -> "QuerySet[Any] | None":
        """Return the facets that have this job of their own, whichever way they go."""
        facets = registry.sent_by(job)
        return self._mine(ListingFacet.objects.filter(facet__in=facets)) if facets else None

    def left_to_a_person(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Keep those of SKUs that nobody closed since."""
        # Asked of each refusal, of which there are few; a join would begin with all listings.
        own = Listing.objects.filter(pk=OuterRef("listing"), account=self._account())
        return rows.filter(Exists(own.exclude(status=Listing.Status.ARCHIVED)))

    def _mine(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        return rows.filter(listing__account=self._account())

    def _account(self) -> JetAccount:
        return self.selection.account or configuration.active_account()

    def load(self, rows: "QuerySet[Any]") -> list[FacetDelivery]:
        """Read claimed rows by values, with their listings."""
        return deliveries.read(rows, self._account(), self.selection.known)

    def dated(self, rows: Collection[FacetDelivery]) -> "QuerySet[Any]":
        """Return the listings: their parts have no date of their own."""
        return Listing.objects.filter(among("pk", sorted({row.listing_id for row in rows})))

    def reference(self, row: FacetDelivery) -> str:
        """Return the SKU."""
        return row.listing.sku

    def reason(self, settlement: Settlement[FacetDelivery]) -> str:
        """Name the facet too."""
        return f"{settlement.row.facet.label}: {super().reason(settlement)}"


@boxes.register
class Direct(Facets):
    """What goes by calls of its own. Each facet has its job, which the sweep asks for by facets."""

    name = "catalog.facets"


@boxes.register
class InFiles(Facets):
    """What goes in files; those settle it, each its own."""

    name, job = "catalog.in_files", updates.RUNS_JOB
    default = Selection(via_file=True, even_new=True)


def holder(file_id: int) -> str:
    """Return the name under which a file holds the facets that are in it."""
    return f"file-{file_id}"


def is_pending(facet: Facet, *, via_file: bool) -> bool:
    """Return whether a facet of anything at all is to be sent: a glance at the index, before a whole question."""
    found = ListingFacet.objects.filter(facet=facet, next_try_at__isnull=False, blocked_at=None)
    return found.filter(via_file__in=[via_file]).exists()
