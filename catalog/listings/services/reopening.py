"""Catches up on a SKU that is open on Jet again: what was edited while it was closed was held back until now."""

from collections.abc import Sequence

from catalog.listings.facets import updates
from catalog.listings.models import Facet, ListingFacet
from catalog.listings.services.wishes import Target
from catalog.rules.models import ReturnException, ShippingException
from jetbridge.core import configuration
from jetbridge.core.models.ranges import among

BY = "unarchive"
Rows = type[ShippingException] | type[ReturnException]
EXCEPTIONS: dict[Facet, Rows] = {
    Facet.SHIPPING_EXCEPTION: ShippingException,
    Facet.RETURN_EXCEPTION: ReturnException,
}


def catch_up(listings: Sequence[Target]) -> None:
    """
    Want sent what Jet may lack of these listings, once they are open.

    Price and quantity always: Jet reviews only what has stock, and may have forgotten ours meanwhile. The rest only
    where it differs from what Jet took last, and content only where edits send it.
    """
    updates.want_all(listings, [Facet.PRICE, Facet.INVENTORY], by=BY)
    products = [listing.product_id for listing in listings if listing.product_id is not None]
    config = configuration.current()
    content = {Facet.DETAILS: config.sync_details_on_edit, Facet.IMAGES: config.sync_images_on_edit}
    wanted = [facet for facet, sent in content.items() if sent and config.auto_sync]
    updates.product_changed(products, wanted, by=BY)
    for facet, rows in EXCEPTIONS.items():
        updates.product_changed(_with_exceptions(products, facet, rows), [facet], by=BY)


def _with_exceptions(products: Sequence[int], facet: Facet, rows: Rows) -> set[int]:
    """Return the products that have such exceptions, or had some that were sent."""
    held = rows.objects.filter(among("product_id", products)).values_list("product_id", flat=True)
    sent = ListingFacet.objects.filter(among("listing__product_id", products), facet=facet)
    known = sent.values_list("listing__product_id", flat=True)
    return set(held) | {pk for pk in known if pk is not None}
