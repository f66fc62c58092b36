"""Judges one figure: does what Jet holds differ from the store, and how did that come about. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from catalog.listings.models import Drift

Cause = Drift.Cause
Value = Decimal | int | str | None

# A wish that is younger is no difference yet: it is on its way.
ON_ITS_WAY = timedelta(hours=1)


@dataclass(frozen=True)
class Figure:
    """One figure of one SKU on its three sides, each with its age."""

    kind: Drift.Figure
    store: Value
    live: Value
    store_at: datetime | None = None
    # What Jet last took of us, and everything that it may hold of us: an answer may have been lost.
    sent: Value = None
    sent_at: datetime | None = None
    maybe: Collection[Value] = ()
    # When Jet says that the figure was changed.
    live_at: datetime | None = None
    wanted_at: datetime | None = None
    refused: bool = False
    held: bool = False

    @property
    def foreign(self) -> bool:
        """Tell whether somebody else wrote it: Jet holds what we never sent, and later than our last."""
        if self.sent_at is None or self.live == self.sent or self.live in self.maybe:
            return False
        return self.live_at is None or self.live_at > self.sent_at


def cause_of(figure: Figure, now: datetime) -> Drift.Cause | None:
    """Return why store and Jet differ, or nothing where they agree or will at once."""
    if figure.live == figure.store:
        return None
    if figure.foreign:
        return Cause.FOREIGN
    if figure.wanted_at is not None:
        return Cause.STUCK if now - figure.wanted_at > ON_ITS_WAY else None
    if figure.refused or figure.held:
        return Cause.REFUSED if figure.refused else Cause.HELD
    if figure.sent_at is None:
        return Cause.NEVER
    return Cause.LOST if figure.live != figure.sent else Cause.UNSENT


def in_words(kind: Drift.Figure, value: Value) -> str:
    """Return a figure as the report shows it; empty where a side has none."""
    if value is None:
        return ""
    return f"${value:,.2f}" if kind == Drift.Figure.PRICE else str(value)[:500]
