"""The figures of a SKU that are compared with Jet: what a reading reported, and whether and why the sides differ."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from catalog.listings.facets.contexts import Listed, PayloadContext
from catalog.listings.jet.documents import SkuDocument
from catalog.listings.models import Drift, Listing, ListingFacet
from catalog.products.models import Product
from jetbridge.core.models import Configuration, JetAccount

Cause, Answer = Drift.Cause, ListingFacet.Answer
Value = Decimal | int | str | None

# A delivery that is younger is no difference yet: it is on its way.
ON_ITS_WAY = timedelta(hours=1)


@dataclass(frozen=True)
class Figure:
    """One figure of one SKU on its three sides, each with its age."""

    kind: str
    store: Value
    live: Value
    store_at: datetime | None = None
    # What Jet last took of us, and everything that it may hold of us: an answer may have been lost.
    sent: Value = None
    sent_at: datetime | None = None
    maybe: Collection[Value] = ()
    # When Jet says that the figure was changed.
    live_at: datetime | None = None
    queued_at: datetime | None = None
    refused: bool = False
    held: bool = False
    # Our own unsent changes are the settings' business: it is watched for changes by others alone.
    only_foreign: bool = False
    is_amount: bool = False

    @property
    def foreign(self) -> bool:
        """Return whether somebody else wrote it: Jet holds what we never sent, and later than our last."""
        if self.sent_at is None or self.live == self.sent or self.live in self.maybe:
            return False
        return self.live_at is None or self.live_at > self.sent_at


def cause_of(figure: Figure, now: datetime) -> Drift.Cause | None:
    """Return why store and Jet differ, or nothing where they agree or will at once."""
    if figure.only_foreign:
        return Cause.FOREIGN if figure.live and figure.foreign else None
    if figure.live == figure.store:
        return None
    if figure.foreign:
        return Cause.FOREIGN
    if figure.queued_at is not None:
        return Cause.STUCK if now - figure.queued_at > ON_ITS_WAY else None
    if figure.refused or figure.held:
        return Cause.REFUSED if figure.refused else Cause.HELD
    if figure.sent_at is None:
        return Cause.NEVER
    return Cause.LOST if figure.live != figure.sent else Cause.UNSENT


def in_words(figure: Figure, value: Value) -> str:
    """Return a figure as the report shows it; empty where a side has none."""
    if value is None:
        return ""
    return f"${value:,.2f}" if figure.is_amount else str(value)[:500]


@dataclass(frozen=True)
class Reading:
    """What Jet reported of one listing, and when it was asked. held is empty where it comes from a report."""

    listing: Listing
    archived: bool
    asked_at: datetime
    held: SkuDocument | None = None


class Gathering(Protocol):
    """A facet, as it is asked for what it is built from."""

    name: ClassVar[str]

    def gather(
        self, listings: Sequence[Listed], *, config: Configuration, products: Mapping[int, Product]
    ) -> PayloadContext:
        """Read it for all listings at once."""


@dataclass
class Ground:
    """What readings are compared with: our rows, the store's products, and when stock was moved last."""

    account: JetAccount
    config: Configuration
    now: datetime
    listings: Sequence[Listing]
    rows: Mapping[tuple[int, str], ListingFacet]
    products: Mapping[int, Product]
    moved: Mapping[int, datetime]
    contexts: dict[str, PayloadContext] = field(default_factory=dict)

    def context_of(self, facet: Gathering) -> PayloadContext:
        """Return what the facet of all these listings is built from, read when it is first asked for."""
        if facet.name not in self.contexts:
            found = facet.gather(self.listings, config=self.config, products=self.products)
            self.contexts[facet.name] = found
        return self.contexts[facet.name]

    def row(self, reading: Reading, facet: str) -> ListingFacet | None:
        return self.rows.get((reading.listing.pk, facet))


def is_newer(row: ListingFacet | None, reading: Reading) -> bool:
    """Return whether a facet is in somebody's hands, or was answered or put into a file after Jet was asked."""
    if row is None:
        return False
    answered = row.answer_at is not None and row.answer_at >= reading.asked_at
    # Also a dead worker's: Jet may have what it sent, and nobody stored the answer.
    return answered or row.answer == Answer.SENT or bool(row.claimed_by)


def sent(row: ListingFacet | None, value_of: Callable[[Any], Value]) -> dict[str, Any]:
    """Return what Jet took of us, what it may have taken, and how the delivery stands."""
    if row is None:
        return {}
    lost = row.answer == Answer.UNKNOWN and row.sent is not None
    return {
        "sent": value_of(row.accepted) if row.accepted is not None else None,
        "sent_at": row.accepted_at,
        "maybe": (value_of(row.sent),) if lost else (),
        "queued_at": row.queued_at if row.is_pending else None,
        "refused": row.answer == Answer.REJECTED,
        "held": row.answer == Answer.HELD,
    }
