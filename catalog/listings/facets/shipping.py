"""Shipping exceptions at our node."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from catalog.listings.facets import registry
from catalog.listings.facets.contexts import Listed, PayloadContext
from catalog.listings.facets.exceptions import ProductException
from catalog.listings.facets.fields import Field, Names, each_row
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.jet.documents import SkuDocument
from catalog.listings.models.facets import Word
from catalog.rules.models import ShippingException
from jetbridge.core.jet.clients import Client
from jetbridge.core.models import JetAccount


def _words(row: Mapping[str, Any], names: Names) -> str:
    """Word one: "restricted: Standard", "exclusive: Freight, Additional charge $3.25"."""
    what = row.get("service_level") or row.get("shipping_method") or ""
    words = f"{row.get('shipping_exception_type', '')}: {what}"
    charge = row.get("shipping_charge_amount")
    if charge is None:
        return words
    return f"{words}, {row.get('override_type') or 'charge'} ${Decimal(str(charge)):,.2f}"


def _at_node(part: Mapping[str, Any], account: JetAccount) -> Body:
    """Take our own node's; none are as if none were ever sent."""
    nodes = part.get("fulfillment_nodes") or []
    ours = [each for each in nodes if each.get("fulfillment_node_id") == account.fulfillment_node_id]
    exceptions = ours[0].get("shipping_exceptions") if ours else None
    return {"shipping_exceptions": exceptions} if exceptions else {}


@registry.register
class Shipping(ProductException):
    """Which ways of shipping a product may not, or may only, take, and at what charge."""

    name, label, order = "shipping", "Shipping exceptions", 70
    path = "/shippingexception"
    file_kind = Word("ShippingException", "Shipping exceptions", 6)
    rows = ShippingException
    columns = frozenset({"shipping_exceptions"})
    tab = "shipping_exceptions"
    fields = (
        Field("shipping_exceptions", "Shipping exceptions at our node", is_set=True, words=each_row(_words)),
    )

    def as_held(self, body: Mapping[str, Any], account: JetAccount) -> Body:
        return _at_node(body, account)

    def held_beside(self, client: Client, document: SkuDocument, account: JetAccount) -> Body:
        return self.ask(client, document.sku, account)

    def ask(self, client: Client, sku: str, account: JetAccount) -> Body:
        found = at_jet.shipping_exceptions(client, sku)
        return _at_node(found, account) if found is not None else {}

    def read(self, listings: Sequence[Listed], context: PayloadContext) -> None:
        """Read the exceptions."""
        prefetch_related_objects(list(context.products.values()), "shipping_exceptions")

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """Word them; none at all takes away what Jet holds."""
        product = context.product_of(listing)
        return shipping_exceptions(product.shipping_exceptions.all(), node=context.node)


def shipping_exceptions(rows: Iterable[ShippingException], *, node: str) -> Body:
    """Word the shipping exceptions at our node; none at all takes away what Jet holds."""
    return {
        "fulfillment_nodes": [
            {"fulfillment_node_id": node, "shipping_exceptions": [_shipping_exception(row) for row in rows]}
        ]
    }


def _shipping_exception(row: ShippingException) -> Body:
    body: Body = {"shipping_exception_type": row.kind}
    if row.service_level:
        body["service_level"] = row.service_level
    if row.shipping_method:
        body["shipping_method"] = row.shipping_method
    if row.override_type:
        body["override_type"] = row.override_type
    if row.charge_amount is not None:
        body["shipping_charge_amount"] = row.charge_amount
    return body
