"""What a sending would send, part by part: the exact message beside the last accepted one and the live copy."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from catalog.listings.facets import contexts, payloads, registry, whole_products
from catalog.listings.facets.base import Facet
from catalog.listings.facets.comparisons import alike, shown
from catalog.listings.facets.fields import Names
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import statuses
from catalog.products.models import Product
from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount

REJECTED = ListingFacet.Answer.REJECTED


@dataclass(frozen=True)
class Line:
    """One field on its three sides, in words; empty where a side has none."""

    label: str
    will: str
    accepted: str
    live: str
    changed: bool
    differs: bool


@dataclass(frozen=True)
class Part:
    """One message: where it goes, what it says exactly, and how that compares; or why there is none."""

    facet: Facet
    call: str
    lines: tuple[Line, ...] = ()
    message: str = ""
    obstacle: str = ""
    accepted_at: Any = None
    # It is pending and will go by itself.
    waits: bool = False
    # Why Jet did not take it last.
    refused: tuple[str, ...] = ()

    @property
    def changes(self) -> list[Line]:
        """The fields that would be other than what Jet took last."""
        return [line for line in self.lines if line.changed]

    @property
    def differing(self) -> list[Line]:
        """The fields that would be other than what Jet holds now."""
        return [line for line in self.lines if line.differs]


@dataclass(frozen=True)
class Preview:
    """All messages of one sending. held is empty where Jet does not have the SKU or was not asked."""

    parts: tuple[Part, ...]
    asked: bool = False
    held: Mapping[str, Any] | None = None

    @property
    def is_live(self) -> bool:
        """Return whether Jet sells the SKU now."""
        return self.held is not None and self.held.get("status") == Listing.Status.AVAILABLE

    @property
    def content_changes(self) -> list[Line]:
        """The content fields that would be other than what Jet holds."""
        return [line for part in self.parts if part.facet.is_reviewed for line in part.differing]


def ask(*, client: Client, product: Product, account: JetAccount) -> dict[str, Any] | None:
    """
    Fetch from Jet the whole live copy of a product; nothing where Jet does not have it.

    :raises JetFailure: no answer, or a refusal
    """
    listing = whole_products.listing_of(product, account)
    if listing.pk is None or listing.first_sent_at is None:
        return None
    held = statuses.read_live(client=client, listing=listing)
    return whole_products.whole(client, held, account=account) if held is not None else None


def preview(
    *, product: Product, account: JetAccount, asked: bool = False, held: Mapping[str, Any] | None = None
) -> Preview:
    """Word everything that Send everything would send now, beside what Jet took last and what it holds."""
    listing = whole_products.listing_of(product, account)
    rows = {row.facet: row for row in ListingFacet.objects.filter(listing=listing)} if listing.pk else {}
    now = dict(held or {})
    for facet in registry.facets():
        now |= facet.held_in(now, account.fulfillment_node_id)
    parts = tuple(
        _part(facet, listing, rows.get(facet), now if asked else None)
        for facet in whole_products.facets_of(product, listing)
    )
    return Preview(parts, asked=asked, held=held)


def exceptions(*, client: Client, product: Product, account: JetAccount, facet: Facet) -> Part:
    """
    Fetch from Jet a product's shipping or return exceptions only, and show them beside the store's.

    :raises JetFailure: no answer, or a refusal; that Jet has none is no error
    """
    listing = whole_products.listing_of(product, account)
    row = ListingFacet.objects.filter(listing=listing, facet=facet).first() if listing.pk else None
    held = facet.ask(client, listing.sku, account) if listing.first_sent_at is not None else {}
    part = _part(facet, listing, row, held)
    return replace(part, lines=tuple(line for line in part.lines if line.will or line.live))


def _part(facet: Facet, listing: Listing, row: ListingFacet | None, held: Mapping[str, Any] | None) -> Part:
    call = facet.call.format(sku=listing.sku)
    waits = row is not None and row.is_pending
    try:
        body = payloads.plain(facet.build(listing, facet.gather([listing])))
    except contexts.PayloadError as reason:
        return Part(facet, call, obstacle=str(reason), waits=waits)
    will = facet.as_held(body, listing.account)
    taken = row.accepted if row is not None else None
    accepted = facet.as_held(taken, listing.account) if taken is not None else None
    sides = (will, accepted or {}, held or {})
    fields = [name for name in facet.shows(will) if any(name in side for side in sides)]
    names = whole_products.names_in(*sides)
    return Part(
        facet,
        call,
        lines=tuple(_line(name, will, accepted, held, names) for name in fields),
        message=json.dumps(body, indent=2, ensure_ascii=False),
        accepted_at=row.accepted_at if row is not None else None,
        waits=waits,
        refused=tuple(map(str, row.errors)) if row is not None and row.answer == REJECTED else (),
    )


def _line(
    name: str,
    will: Mapping[str, Any],
    accepted: Mapping[str, Any] | None,
    held: Mapping[str, Any] | None,
    names: Names,
) -> Line:
    def other(side: Mapping[str, Any] | None) -> bool:
        return side is not None and _alike(name, will) != _alike(name, side)

    return Line(
        registry.fields()[name].label,
        shown(name, will.get(name), names),
        shown(name, (accepted or {}).get(name), names),
        shown(name, (held or {}).get(name), names),
        changed=other(accepted),
        differs=other(held),
    )


def _alike(name: str, side: Mapping[str, Any]) -> Any:
    value = side.get(name)
    # An empty list and an empty text are what Jet shows where nothing was set.
    return alike(name, None if value in ([], "", ()) else value)
