"""A facet of a test's own, all of it: what a new facet takes is this class."""

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.listings.facets import updates
from catalog.listings.facets.base import Facet
from catalog.listings.facets.contexts import Listed, PayloadContext, PayloadError
from catalog.listings.facets.fields import Field
from catalog.listings.facets.figures import Figure, Ground, Reading, is_newer, sent
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.models import Drift
from catalog.listings.models.facets import Word
from catalog.products.models import Product
from jetbridge.core.jet.clients import Client
from jetbridge.mass_actions.models import MassAction


class Warranty(Facet):
    """How many months a product's maker stands in for it, from an attribute of the store."""

    name, label, order = "warranty_of_the_maker", "Warranty", 90
    path = "/warranty"
    file_kind = Word("WarrantyOfTheMaker", "Warranties")
    figure = Word("warranty_months", "Months of warranty")
    goes_with_sku = True
    is_reconciled = True
    columns = frozenset({"warranty"})
    fields = (Field("warranty_months", "Months of warranty"),)

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """Word the attribute."""
        months = context.product_of(listing).attributes.get("warranty")
        if months is None:
            raise PayloadError("The product has no warranty.")
        return {"warranty_months": int(months)}

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Put it where Jet would keep it."""
        at_jet.put_part(client, sku, self.path, body)

    def held_in(self, document: Mapping[str, Any], node: str) -> Body:
        """Find nothing that does not stand there under its own name."""
        return {}

    def figure_of(self, reading: Reading, product: Product, ground: Ground) -> Figure | None:
        """Compare the months."""
        row = ground.row(reading, self)
        if reading.held is None or row is None or is_newer(row, reading):
            return None
        months = int(product.attributes["warranty"])
        held = reading.held.raw.get("warranty_months")
        facts = sent(row, lambda body: body["warranty_months"])
        return Figure(self.figure.name, months, held, store_at=product.updated_at, **facts)

    def reconcile(self, rows: Sequence[Drift], *, run: MassAction | None, by: str) -> int:
        """Send it again."""
        return updates.queue_update([row.listing for row in rows], self, run=run, by=by)
