"""The facets under the names by which tests call them."""

from catalog.listings.facets import base


class Facet:
    """What stands behind each name once the rooms are wired."""

    DETAILS = base.named("details")
    PRICE = base.named("price")
    INVENTORY = base.named("inventory")
    IMAGES = base.named("images")
    VARIATION = base.named("variation")
    SHIPPING_EXCEPTION = base.named("shipping")
    RETURN_EXCEPTION = base.named("returns")
    ARCHIVE = base.named("archive")
