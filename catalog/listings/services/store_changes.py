"""What a change of the store sends to Jet, as the configuration says: facet by facet, where Jet has the product."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db.models import Q

from catalog.listings import listing_rules
from catalog.listings.facets import closings, registry, updates
from catalog.listings.facets.base import Facet
from catalog.listings.models import Listing
from catalog.listings.services import vanished
from catalog.products.changes import CategoryChanged, Changed, Kind, ProductsChanged
from catalog.products.models import Product, ProductImage, ProductText, Variation
from catalog.rules.models import ReturnException, ShippingException
from jetbridge.core import configuration
from jetbridge.core.models import Configuration

# Columns from which the rules of what is offered read.
RULED_BY = frozenset({"categories", "listed_in", "attributes", "jet_fields", "offered_anyway", "texts"})
SWITCHES = frozenset({"enabled", "excluded"})
# Rows of a product by the name under which it holds them.
ROWS: dict[Any, str] = {
    ProductImage: "images",
    ProductText: "texts",
    Variation: "variations",
    ShippingException: "shipping_exceptions",
    ReturnException: "return_exceptions",
}


def names_of_rows(models: Iterable[Any]) -> set[str]:
    """Return the names under which a product holds the rows of these tables."""
    return {ROWS[model] for model in models if model in ROWS}


def follow_products(change: ProductsChanged) -> set[Facet]:
    """Queue what a change of products means to Jet; return the facets that will be sent."""
    return FOLLOWED[change.kind](change)


def skus_on_jet(change: CategoryChanged) -> tuple[str, list[str]]:
    """Name the SKUs on Jet that stand in a category or below it."""
    below = Q(product__categories__path__startswith=change.path)
    listed_in = Q(product__listed_in__path__startswith=change.path)
    listed = Listing.objects.filter(below | listed_in, first_sent_at__isnull=False)
    return "on_jet", sorted(set(listed.values_list("sku", flat=True)))


def _stock_moved(change: ProductsChanged) -> set[Facet]:
    """Send quantities again; what a document moved goes whatever the switches say, or Jet sells what is gone."""
    config, facets = configuration.current(), registry.that(lambda facet: facet.follows_stock)
    if change.kind is Kind.STOCK_SET:
        facets = [facet for facet in facets if facet.may_follow_edits(config)]
    updates.product_changed(change.ids, facets, by=change.by)
    return set(facets)


def _child_linked(change: ProductsChanged) -> set[Facet]:
    facets = registry.that(lambda facet: facet.follows_children)
    updates.product_changed(change.ids, facets, by="a child was added")
    return set(facets)


def _removing(change: ProductsChanged) -> set[Facet]:
    closings.close_products(change.ids, by="product deleted")
    Listing.objects.filter(product__in=change.ids).update()  # each shows that it is without one
    return set(registry.closing())


def _changed(change: ProductsChanged) -> set[Facet]:
    """
    Send what changed of products that Jet has, and give SKUs of Jet the products that came for them.

    A disabled product is archived on Jet and a changed SKU closes the former one, whatever the switches say:
    Jet would go on selling what the store does not.
    """
    known = [each for each in change.products if not each.is_new]
    renamed = [each for each in known if each.former_sku]
    closed = {each.product_id for each in renamed if closings.follow_sku_change(each)}
    rest = [each for each in known if each.product_id not in closed]
    sent = set(registry.closing()) if closed else set()
    if rest:
        sent |= _rest_changed(rest, change)
    # Only now no listing of a former SKU stands in the way.
    if arrived := [each.sku for each in change.products if "sku" in each.fields]:
        vanished.adopt(skus=arrived)
    return sent


def _rest_changed(products: list[Changed], change: ProductsChanged) -> set[Facet]:
    closed, opened = _open_and_close([each.product_id for each in products if each.fields & SWITCHES], change)
    ruled = {each.product_id for each in products if each.fields & RULED_BY} - closed
    if ruled or opened:
        listing_rules.follow(ruled | opened)
    config = configuration.current()
    edits: dict[Facet, list[int]] = {}
    for each in products:
        # What is closed has no quantity to sell; what else changed counts when it is opened again.
        fields = each.fields - SWITCHES if each.product_id in closed else each.fields
        for facet in facets_of(fields, config):
            edits.setdefault(facet, []).append(each.product_id)
    for facet, ids in edits.items():
        updates.product_changed(ids, [facet], by=change.by, unblock=True)
    sent = {*edits, *(set(registry.closing()) if closed else ())}
    return sent if sent and change.kind is Kind.EDITED and _any_on_jet(products) else set()


def _open_and_close(ids: Collection[int], change: ProductsChanged) -> tuple[set[int], set[int]]:
    """Close on Jet what the store switched off and open what it switched on again; return which products."""
    reasons: dict[str, set[int]] = {}
    opened = set()
    for product in Product.objects.filter(pk__in=ids).only("enabled", "excluded") if ids else ():
        if product.enabled and not product.excluded:
            opened.add(product.pk)
        else:
            said = "kept off Jet" if product.enabled else "product disabled"
            reasons.setdefault(said if change.kind is Kind.EDITED else change.by, set()).add(product.pk)
    for reason, some in reasons.items():
        closings.close_products(some, by=reason)
    if opened:
        closings.reopen_products(opened, by="product enabled" if change.kind is Kind.EDITED else change.by)
    return set[int]().union(*reasons.values()), opened


def _any_on_jet(products: Collection[Changed]) -> bool:
    ids = [each.product_id for each in products]
    return Listing.objects.filter(product__in=ids, first_sent_at__isnull=False).exists()


def facets_of(fields: Collection[str], config: Configuration) -> set[Facet]:
    """Return the facets that changed fields change and that the configuration lets through."""
    return {facet for facet in registry.facets() if facet.is_changed_by(fields, config)}


FOLLOWED: dict[Kind, Callable[[ProductsChanged], set[Facet]]] = {
    Kind.EDITED: _changed,
    Kind.IMPORTED: _changed,
    Kind.STOCK_MOVED: _stock_moved,
    Kind.STOCK_SET: _stock_moved,
    Kind.CHILD_LINKED: _child_linked,
    Kind.REMOVING: _removing,
}
