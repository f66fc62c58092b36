"""A product as Jet shows it, all facets together: what we would send now as one body, and Jet's whole copy of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.listings.facets import contexts, payloads, registry
from catalog.listings.facets.base import Facet
from catalog.listings.facets.fields import Names
from catalog.listings.facets.payloads import Body
from catalog.listings.jet.documents import SkuDocument
from catalog.listings.models import Listing, ListingFacet
from catalog.mapping import selectors as mapping
from catalog.products.models import Product
from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount


@dataclass(frozen=True)
class Ours:
    """What we would send now as one body, and why a part of it cannot be sent."""

    body: Body = field(default_factory=dict)
    obstacles: tuple[str, ...] = ()


def names_in(*sides: Mapping[str, Any] | None) -> Names:
    """Look up what the numbers of Jet's categories and attributes in these messages stand for."""
    categories, attributes = set[str](), set[str]()
    for side in filter(None, sides):
        categories.add(str(side.get("jet_browse_node_id", "")))
        attributes.update(map(str, side.get("variation_refinements") or ()))
        rows = side.get("attributes_node_specific") or ()
        attributes.update(str(row.get("attribute_id", "")) for row in rows if isinstance(row, Mapping))
    return Names(*mapping.names_of(categories, attributes))


def whole(client: Client, held: SkuDocument, *, account: JetAccount) -> dict[str, Any]:
    """
    Add to a SKU as Jet reported it what stands at addresses of its own: its group, its shipping exceptions.

    :raises JetFailure: no answer, or a refusal
    """
    found = dict(held.raw)
    for facet in registry.facets():
        found |= facet.held_beside(client, held, account)
    return found


def ours_of(product: Product, account: JetAccount) -> Ours:
    """Word everything that a SKU shows on Jet: listing data, offer, and group and exceptions where it has some."""
    listing = listing_of(product, account)
    body: Body = {}
    obstacles = []
    for facet in facets_of(product, listing):
        try:
            part = facet.build(listing, facet.gather([listing]))
        except contexts.PayloadError as reason:
            obstacles.append(f"{facet.label}: {reason}")
            continue
        body |= facet.as_held(payloads.plain(part), account)
    return Ours(body, tuple(obstacles))


def listing_of(product: Product, account: JetAccount) -> Listing:
    """Return the product's listing, or one that is not written yet."""
    found = Listing.objects.filter(account=account, product=product).first()
    listing = found or Listing(account=account, product=product, sku=product.sku)
    listing.account = account
    return listing


def facets_of(product: Product, listing: Listing) -> list[Facet]:
    """Return the parts that make up a product on Jet, and those that are pending, in order of sending."""
    changed: set[str] = set()
    if listing.pk:
        rows = ListingFacet.objects.filter(listing=listing, next_try_at__isnull=False)
        changed = set(rows.values_list("facet", flat=True))
    parts = registry.that(lambda facet: not facet.closes_sku)
    return [facet for facet in parts if facet in changed or product.pk in facet.part_of([product])]
