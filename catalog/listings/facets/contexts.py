"""What facets are built from: the listing as it was read, what is shared by all facets, and why nothing is said."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from catalog.listings.models import Listing
from catalog.products.image_urls import Picture
from catalog.products.models import Product, ProductImage, Variation
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.ranges import among


class PayloadError(Exception):
    """There is nothing that could be sent for this facet; the message says why in plain words."""


class Gone(PayloadError):
    """The store has nothing behind the SKU any more; nothing need be said of it."""


class NotYet(PayloadError):
    """Something else must reach Jet first; the delivery stays."""


class NeedsReview(PayloadError):
    """A person is to say yes first."""


@dataclass(slots=True)
class Target:
    """The listing that a delivery is about, as it stood when the delivery was read."""

    pk: int
    product_id: int | None
    sku: str
    is_new: bool
    archive_requested: bool
    last_error: str
    live_price: Decimal | None
    live_quantity: int | None
    account: JetAccount


Listed = Listing | Target


@dataclass
class PayloadContext:
    """What building needs beside the listing itself; `own` is what the facet read for itself."""

    config: Configuration
    account: JetAccount
    today: date
    products: Mapping[int, Product] = field(default_factory=dict)
    own: Any = None

    @property
    def node(self) -> str:
        """
        Return our fulfillment node.

        :raises PayloadError: nobody entered it
        """
        if not self.account.fulfillment_node_id:
            raise PayloadError("The account has no fulfillment node ID yet. Enter it in Configuration.")
        return self.account.fulfillment_node_id

    def product_of(self, listing: Listed) -> Product:
        """
        Return the listing's product as it was read for building.

        :raises Gone: the store has no such product any more
        """
        product = self.products.get(listing.product_id or 0)
        if product is None:
            raise Gone("The store has no product for this SKU any more.")
        return product


def read_groups(products: Collection[Product]) -> None:
    """Read the children of those that have some only: preparing a relation costs time per object."""
    groups = [product for product in products if product.kind == Product.Kind.CONFIGURABLE]
    prefetch_related_objects(groups, Prefetch("variations", Variation.objects.select_related("child")))


def images_of(product_ids: Collection[int]) -> dict[int, list[Picture]]:
    """Return the images of these products."""
    found: dict[int, list[Picture]] = defaultdict(list)
    rows = ProductImage.objects.filter(among("product_id", product_ids)).order_by()
    for product_id, *columns in rows.values_list("product_id", *Picture._fields):
        found[product_id].append(Picture(*columns))
    return found


def product_ids(listings: Sequence[Listed]) -> list[int]:
    """Return the keys of the products behind listings."""
    return [listing.product_id for listing in listings if listing.product_id]
