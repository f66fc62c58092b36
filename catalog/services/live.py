"""Looks at one SKU on Jet now, beside what we would send."""

from dataclasses import dataclass, field

from catalog import payloads
from catalog.comparison import Line, compare
from catalog.models import Facet, Listing, Product
from catalog.payloads import Body
from catalog.services import statuses, wording
from jetapi import JetClient
from jetapi.errors import JetNotFound
from jetapi.types.products import MerchantSku
from jetbridge.core.models import JetAccount

SHOWN = (Facet.DETAILS, Facet.PRICE, Facet.INVENTORY)


@dataclass(frozen=True)
class Ours:
    """What we would send now as one body, and why a part of it cannot be sent."""

    body: Body = field(default_factory=dict)
    obstacles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """Jet's answer, if it has the SKU, with the comparison."""

    held: MerchantSku | None
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


def look(*, client: JetClient, product: Product, account: JetAccount) -> Look:
    """
    Ask Jet what it holds for a product, and keep its status.

    :raises JetError: no answer, or a refusal; that Jet does not have the SKU is no error
    """
    ours = ours_of(product, account)
    held = _held(client, product, account)
    if held is None:
        return Look(None, ours)
    lines = compare(ours.body, held.raw, node=account.fulfillment_node_id)
    return Look(held, ours, tuple(lines))


def ours_of(product: Product, account: JetAccount) -> Ours:
    """Word everything that a SKU shows on Jet: details, price, quantity."""
    listing = Listing(account=account, product=product, sku=product.sku)
    body: Body = {}
    obstacles = []
    for facet in SHOWN:
        try:
            part = wording.body(listing, facet, wording.gather([listing], facet))
        except wording.CannotWord as reason:
            obstacles.append(f"{facet.label}: {reason}")
            continue
        body |= _as_held(facet, part)
    return Ours(payloads.plain(body), tuple(obstacles))


def _as_held(facet: Facet, part: Body) -> Body:
    """Take from price and inventory messages what the SKU shows of them."""
    if facet == Facet.PRICE:
        return {"price": part["price"]}
    if facet == Facet.INVENTORY:
        return {"quantity": part["fulfillment_nodes"][0]["quantity"]}
    return part


def _held(client: JetClient, product: Product, account: JetAccount) -> MerchantSku | None:
    listing = Listing.objects.filter(account=account, product=product).select_related("account").first()
    if listing is not None:
        return statuses.read_live(client=client, listing=listing)
    try:
        return client.products.get(product.sku)
    except JetNotFound:
        return None
