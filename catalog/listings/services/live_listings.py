"""Looks at one SKU on Jet now, beside what we would send: listing data, offer, group and exceptions."""

from dataclasses import dataclass

from catalog.listings.facets import whole_products
from catalog.listings.facets.comparisons import Line, compare
from catalog.listings.jet import products as at_jet
from catalog.listings.jet.documents import SkuDocument
from catalog.listings.models import Listing
from catalog.listings.services import statuses
from catalog.products.models import Product
from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount


@dataclass(frozen=True)
class LiveListing:
    """Jet's answer, if it has the SKU, with the comparison."""

    held: SkuDocument | None
    ours: whole_products.Ours
    lines: tuple[Line, ...] = ()

    @property
    def different(self) -> list[Line]:
        """The fields in which both sides differ."""
        return [line for line in self.lines if line.differs]

    @property
    def same(self) -> list[Line]:
        """The fields in which both sides agree."""
        return [line for line in self.lines if not line.differs]


def refresh(*, client: Client, product: Product, account: JetAccount) -> LiveListing:
    """
    Fetch what Jet holds for a product, and keep its status.

    :raises JetFailure: no answer, or a refusal; that Jet does not have the SKU is no error
    """
    ours = whole_products.ours_of(product, account)
    held = _held(client, product, account)
    if held is None:
        return LiveListing(None, ours)
    found = whole_products.whole(client, held, account=account)
    lines = compare(
        ours.body,
        found,
        node=account.fulfillment_node_id,
        names=whole_products.names_in(ours.body, found),
        always=True,
    )
    return LiveListing(held, ours, tuple(lines))


def _held(client: Client, product: Product, account: JetAccount) -> SkuDocument | None:
    listing = Listing.objects.filter(account=account, product=product).select_related("account").first()
    if listing is not None:
        return statuses.read_live(client=client, listing=listing)
    return at_jet.find(client, product.sku)
