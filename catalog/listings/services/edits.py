"""What an edit of a product sends to Jet, as the configuration says: facet by facet, where Jet has the product."""

from collections.abc import Collection
from dataclasses import dataclass, field

from catalog.listings.facets import updates
from catalog.listings.models import Facet, Listing
from catalog.listings.services import archives, offer_rules
from catalog.products.models import Product
from catalog.rules.models import mark_stale
from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.jobs.queue import nudge

# Columns that decide what the price or the quantity for Jet is; every other one is content.
PRICE_FIELDS = frozenset({"price", "special_price", "special_price_from", "special_price_to"})
STOCK_FIELDS = frozenset(
    {"quantity", "manage_stock", "is_in_stock", "stock_buffer", "reserved", "enabled", "excluded"}
)
# Columns from which the rules of what is offered read.
RULED_BY = frozenset({"categories", "listed_in", "attributes", "jet_fields", "offered_anyway", "texts"})
OWN_FIELDS = frozenset(
    {"visibility", "updated_at", "source_hash", "is_demo", "attribute_set", "offered_anyway"}
)


@dataclass(frozen=True)
class Edit:
    """What was changed of a product: columns by name, and whether images, variations or exceptions changed."""

    fields: Collection[str] = ()
    images: bool = False
    variations: bool = False
    shipping_exceptions: bool = False
    return_exception: bool = False
    former_sku: str = ""
    extra: Collection[Facet] = field(default_factory=tuple)


def product_edited(product: Product, edit: Edit, *, by: str = "edit") -> set[Facet]:
    """
    Want what the edit changed, after the product was saved; return the facets that will be sent.

    A disabled product is archived on Jet and a changed SKU closes the former one, whatever the switches say:
    Jet would go on selling what the store does not.
    """
    mark_stale([product.pk])
    nudge("catalog.refresh_validation")
    changed = set(edit.fields)
    renamed = edit.former_sku and edit.former_sku != product.sku
    if renamed and archives.follow_sku_change(product, former_sku=edit.former_sku):
        return {Facet.ARCHIVE}
    if "enabled" in changed or "excluded" in changed:
        closing = not product.enabled or product.excluded
        if closing:
            archives.close_products(
                [product.pk], by="product disabled" if not product.enabled else "kept off Jet"
            )
            return {Facet.ARCHIVE}
        archives.reopen_product(product, by="product enabled")
        offer_rules.follow([product.pk])
    if changed & RULED_BY:
        offer_rules.follow([product.pk])
    wanted = facets_of(edit, configuration.current())
    updates.product_changed([product.pk], wanted, by=by, unblock=True)
    return wanted if Listing.objects.filter(product=product, first_sent_at__isnull=False).exists() else set()


def by_attributes(config: Configuration) -> bool:
    """Tell whether a product's attributes have a say in its price: as the price, as cost, as MAP price."""
    return (
        config.price_mode == config.PriceMode.ATTRIBUTE
        or config.minimum_margin is not None
        or config.map_check != config.MapCheck.ADVISE
    )


def facets_of(edit: Edit, config: Configuration) -> set[Facet]:
    """Return the facets that an edit changes and that the configuration lets through."""
    if not config.auto_sync:
        return set()
    changed = set(edit.fields) - OWN_FIELDS
    content = changed - PRICE_FIELDS - STOCK_FIELDS
    wanted = set(edit.extra)
    prices = changed & PRICE_FIELDS or (changed & {"attributes", "jet_fields"} and by_attributes(config))
    if prices and config.sync_price_on_edit:
        wanted.add(Facet.PRICE)
    if changed & STOCK_FIELDS and config.sync_inventory_on_edit:
        wanted.add(Facet.INVENTORY)
    if content and config.sync_details_on_edit:
        wanted.add(Facet.DETAILS)
    if edit.images and config.sync_images_on_edit:
        wanted.add(Facet.IMAGES)
    if edit.variations and config.sync_details_on_edit:
        wanted.add(Facet.VARIATION)
    # Exceptions are no listing content: sending them puts nothing back under review.
    if edit.shipping_exceptions:
        wanted.add(Facet.SHIPPING_EXCEPTION)
    if edit.return_exception:
        wanted.add(Facet.RETURN_EXCEPTION)
    return wanted
