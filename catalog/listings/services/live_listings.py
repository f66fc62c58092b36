"""Looks at one SKU on Jet now, beside what we would send: listing data, offer, group and exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.listings.drift.comparisons import ALWAYS, Line, Names, compare, quantity_at
from catalog.listings.facets import contexts, payloads
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.jet.products import SkuDocument
from catalog.listings.models import Facet, Listing, ListingFacet
from catalog.listings.services import statuses
from catalog.mapping import selectors as mapping
from catalog.products.models import Product
from catalog.rules.models import ReturnException
from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount

CORE = (Facet.DETAILS, Facet.PRICE, Facet.INVENTORY)


@dataclass(frozen=True)
class Ours:
    """What we would send now as one body, and why a part of it cannot be sent."""

    body: Body = field(default_factory=dict)
    obstacles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """Jet's answer, if it has the SKU, with the comparison."""

    held: SkuDocument | None
    ours: Ours
    lines: tuple[Line, ...] = ()

    @property
    def different(self) -> list[Line]:
        """The fields in which both sides differ."""
        return [line for line in self.lines if line.differs]

    @property
    def same(self) -> list[Line]:
        """The fields in which both sides agree."""
        return [line for line in self.lines if not line.differs]


def look(*, client: Client, product: Product, account: JetAccount) -> Look:
    """
    Ask Jet what it holds for a product, and keep its status.

    :raises JetFailure: no answer, or a refusal; that Jet does not have the SKU is no error
    """
    ours = ours_of(product, account)
    held = _held(client, product, account)
    if held is None:
        return Look(None, ours)
    found = whole(client, held, account=account, sku=held.sku)
    lines = compare(
        ours.body,
        found,
        node=account.fulfillment_node_id,
        names=names_in(ours.body, found),
        always=ALWAYS,
    )
    return Look(held, ours, tuple(lines))


def names_in(*sides: Mapping[str, Any] | None) -> Names:
    """Look up what the numbers of Jet's categories and attributes in these messages stand for."""
    categories, attributes = set[str](), set[str]()
    for side in filter(None, sides):
        categories.add(str(side.get("jet_browse_node_id", "")))
        attributes.update(map(str, side.get("variation_refinements") or ()))
        rows = side.get("attributes_node_specific") or ()
        attributes.update(str(row.get("attribute_id", "")) for row in rows if isinstance(row, Mapping))
    return Names(*mapping.names_of(categories, attributes))


def whole(client: Client, held: SkuDocument, *, account: JetAccount, sku: str) -> dict[str, Any]:
    """
    Add to a SKU as Jet told it what stands at addresses of its own: its group, its shipping exceptions.

    :raises JetFailure: no answer, or a refusal
    """
    found = dict(held.raw)
    if held.relationship:
        group = at_jet.group(client, sku)
        if group is not None:
            found |= {"children_skus": list(group.children), "group_title": group.title}
    exceptions = at_jet.shipping_exceptions(client, sku)
    if exceptions is not None:
        found |= at_node({"fulfillment_nodes": exceptions.get("fulfillment_nodes")}, account)
    return found


def exceptions(client: Client, listing: Listing, facet: Facet) -> dict[str, Any]:
    """
    Ask Jet how a SKU is shipped or returned differently; nothing where it holds no exception.

    :raises JetFailure: no answer, or a refusal
    """
    if listing.first_sent_at is None:
        return {}
    if facet == Facet.RETURN_EXCEPTION:
        returned = at_jet.return_exception(client, listing.sku)
        return dict(returned) if returned is not None else {}
    shipped = at_jet.shipping_exceptions(client, listing.sku)
    return at_node(shipped, listing.account) if shipped is not None else {}


def ours_of(product: Product, account: JetAccount) -> Ours:
    """Word everything that a SKU shows on Jet: listing data, offer, and group and exceptions where it has some."""
    listing = listing_of(product, account)
    body: Body = {}
    obstacles = []
    for facet in facets_of(product, listing):
        try:
            part = contexts.body(listing, facet, contexts.gather([listing], facet))
        except contexts.CannotWord as reason:
            obstacles.append(f"{facet.label}: {reason}")
            continue
        body |= as_held(facet, payloads.plain(part), account)
    return Ours(body, tuple(obstacles))


def listing_of(product: Product, account: JetAccount) -> Listing:
    """Return the product's listing, or one that is not written yet."""
    found = Listing.objects.filter(account=account, product=product).first()
    listing = found or Listing(account=account, product=product, sku=product.sku)
    listing.account = account
    return listing


def facets_of(product: Product, listing: Listing) -> list[Facet]:
    """Return the parts that make up a product on Jet, and those of which something is wanted, in order of sending."""
    found: set[str] = set(CORE)
    if product.kind == Product.Kind.CONFIGURABLE:
        found.add(Facet.VARIATION)
    if product.shipping_exceptions.exists():
        found.add(Facet.SHIPPING_EXCEPTION)
    if ReturnException.objects.filter(product=product).exists():
        found.add(Facet.RETURN_EXCEPTION)
    if listing.pk:
        wanted = ListingFacet.objects.filter(listing=listing, wanted_at__isnull=False)
        found |= set(wanted.exclude(facet=Facet.ARCHIVE).values_list("facet", flat=True))
    return [facet for facet in Facet if facet in found]


def as_held(facet: Facet, part: Mapping[str, Any], account: JetAccount) -> Body:
    """Take from a message what a look at the SKU shows of it."""
    if facet == Facet.PRICE:
        return {"price": part["price"]}
    if facet == Facet.INVENTORY:
        return {"quantity": part["fulfillment_nodes"][0]["quantity"]}
    if facet == Facet.SHIPPING_EXCEPTION:
        return at_node(part, account)
    return dict(part)


def at_node(part: Mapping[str, Any], account: JetAccount) -> Body:
    """Take our own node's shipping exceptions; none are as if none were ever sent."""
    node = account.fulfillment_node_id
    rows = part.get("fulfillment_nodes") or []
    ours = [each for each in rows if each.get("fulfillment_node_id") == node]
    exceptions = ours[0].get("shipping_exceptions") if ours else None
    return {"shipping_exceptions": exceptions} if exceptions else {}


def with_quantity(held: Mapping[str, Any], account: JetAccount) -> dict[str, Any]:
    """Add the quantity at our node under the name that comparisons know it by."""
    quantity = quantity_at(held, account.fulfillment_node_id)
    return {**held, **({} if quantity is None else {"quantity": quantity})}


def _held(client: Client, product: Product, account: JetAccount) -> SkuDocument | None:
    listing = Listing.objects.filter(account=account, product=product).select_related("account").first()
    if listing is not None:
        return statuses.read_live(client=client, listing=listing)
    return at_jet.find(client, product.sku)
