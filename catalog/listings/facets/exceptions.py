"""What shipping and return exceptions have in common: they hang on the product as rows, and none is a message too."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.db.models import Manager

from catalog.listings.facets import base, updates
from catalog.listings.facets.contexts import Target
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.models import ListingFacet
from catalog.products.models import Product
from jetbridge.core.jet.clients import Client
from jetbridge.core.models import Configuration
from jetbridge.core.models.ranges import among


class ProductException(base.Facet):
    """How a product is handled other than the rest; no listing content, so it puts nothing back under review."""

    goes_with_sku = True
    # The store's rows.
    rows: ClassVar[Any]

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Replace what Jet holds of it."""
        at_jet.put_part(client, sku, self.path, body)

    def part_of(self, products: Collection[Product]) -> Collection[int]:
        """Those that have some."""
        return self._with_rows([product.pk for product in products])

    def _with_rows(self, product_ids: Collection[int]) -> set[int]:
        rows: Manager[Any] = self.rows.objects
        return set(rows.filter(among("product_id", product_ids)).values_list("product_id", flat=True))

    def sku_reopened(self, listings: Sequence[Target], config: Configuration, *, by: str) -> None:
        """Of products that have such exceptions, or had some that were sent."""
        products = [listing.product_id for listing in listings if listing.product_id is not None]
        sent = ListingFacet.objects.filter(among("listing__product_id", products), facet=self)
        known = sent.values_list("listing__product_id", flat=True)
        updates.product_changed(
            {*self._with_rows(products), *(pk for pk in known if pk is not None)}, [self], by=by
        )
