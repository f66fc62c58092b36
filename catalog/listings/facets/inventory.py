"""The quantity at our node."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from catalog.listings.facets import offers, registry
from catalog.listings.facets.contexts import Listed, PayloadContext, product_ids
from catalog.listings.facets.fields import Field
from catalog.listings.facets.figures import Figure, Ground, Reading, is_newer, sent
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.models.facets import Word
from catalog.products.models import Product
from catalog.products.models.products import UNREAD
from catalog.rules.eligibility import ListingRules, eligibilities
from catalog.rules.quantities import jet_quantity
from jetbridge.core.jet.clients import Client
from jetbridge.core.models import JetAccount
from jetbridge.core.models.ranges import among

# Jet requires quantities at least every 24 hours; this leaves room for a night of failures.
OLD = timedelta(hours=20)


@registry.register
class Inventory(offers.Offer):
    """How many there are to sell."""

    name, label, order = "inventory", "Inventory", 40
    job = "catalog.sync_inventory"
    method, path = "PATCH", "/inventory"
    file_kind = Word("Inventory", "Inventory", 3)
    figure = Word("stock", "Quantity", 2)
    follows_stock = True
    switch = "sync_inventory_on_edit"
    unread = (*UNREAD, "description", "short_description", "attributes", "jet_fields")
    live = "live_quantity"
    columns = frozenset(
        {"quantity", "manage_stock", "is_in_stock", "stock_buffer", "reserved", "enabled", "excluded"}
    )
    fields = (Field("quantity", "Quantity at our node", rank=2, always=True),)
    indexes = (
        models.Index(
            fields=["facet", "accepted_at"],
            condition=models.Q(facet="inventory", accepted_at__isnull=False),
            name="facet_inventory_age",
        ),
    )

    def products(self, listings: Sequence[Listed], context: PayloadContext) -> dict[int, Product]:
        """Read whole products where rules of brands read the brand, which stands among the attributes."""
        rules = context.own = ListingRules.load(context.config)
        if not rules.brands:
            return super().products(listings, context)
        return {each.pk: each for each in Product.objects.filter(among("pk", product_ids(listings)))}

    def read(self, listings: Sequence[Listed], context: PayloadContext) -> None:
        """Read how the products stand by the rules of what is offered."""
        rules = context.own or ListingRules.load(context.config)
        context.own = eligibilities(list(context.products.values()), context.config, rules=rules)

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """Word the quantity; a SKU whose product is gone has nothing left to sell."""
        node = context.node
        product = context.products.get(listing.product_id or 0)
        offers.refuse_group(product)
        eligibility = context.own.get(listing.product_id or 0)
        quantity = jet_quantity(product, context.config, eligibility) if product else 0
        return {"fulfillment_nodes": [{"fulfillment_node_id": node, "quantity": quantity}]}

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Set the quantity of our node and leave others alone."""
        quantities = {each["fulfillment_node_id"]: each["quantity"] for each in body["fulfillment_nodes"]}
        at_jet.patch_inventory(client, sku, quantities)

    def value_in(self, body: Any) -> int:
        return int(body["fulfillment_nodes"][0]["quantity"])

    def units_in(self, body: Any) -> int | None:
        nodes = (body or {}).get("fulfillment_nodes") or []
        return sum(int(node.get("quantity") or 0) for node in nodes) if nodes else None

    def as_held(self, body: Mapping[str, Any], account: JetAccount) -> Body:
        return {"quantity": self.value_in(body)}

    def held_in(self, document: Mapping[str, Any], node: str) -> Body:
        """Find the quantity at our node."""
        quantity = _quantity_at(document, node)
        return {} if quantity is None else {"quantity": quantity}

    def figure_of(self, reading: Reading, product: Product, ground: Ground) -> Figure | None:
        """Compare the quantity at our node."""
        row, held, node = ground.row(reading, self), reading.held, ground.account.fulfillment_node_id
        if held is None or not node or is_newer(row, reading) or offers.is_group(product):
            return None
        live = _quantity_at(held.raw, node)
        return Figure(
            self.figure.name,
            self.value_in(self.build(reading.listing, ground.context_of(self))),
            # A SKU whose quantity was never sent has none to sell.
            0 if live is None else live,
            store_at=max(product.updated_at, ground.moved.get(product.pk, product.updated_at)),
            live_at=held.quantity_updated_at,
            **sent(row, self.value_in),
        )

    def prepare(self, account: JetAccount) -> None:
        """Renew what nears 24 hours."""
        self.queue_aging(account)

    def queue_aging(self, account: JetAccount) -> int:
        """Queue quantities again that Jet confirmed long ago; return how many."""
        old = offers.confirmed(account).filter(facet=self, accepted_at__lt=timezone.now() - OLD)
        ids = old.order_by("accepted_at").values_list("listing_id", flat=True)[: offers.MOST]
        return offers.queue_again(list(ids), self, by="24 hours near")


def _quantity_at(document: Mapping[str, Any], node: str) -> Any:
    """Return the quantity that Jet holds at a node, or nothing where it knows none."""
    rows = document.get("inventory_by_fulfillment_node")
    found = (each for each in rows if isinstance(each, Mapping)) if isinstance(rows, list | tuple) else ()
    return next((each.get("quantity") for each in found if each.get("fulfillment_node_id") == node), None)
