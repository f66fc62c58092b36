"""The facets under the names by which tests call them."""

from catalog.listings.facets import registry


class Facet:
    """What stands behind each name once the rooms are wired."""

    DETAILS = registry.named("details")
    PRICE = registry.named("price")
    INVENTORY = registry.named("inventory")
    IMAGES = registry.named("images")
    VARIATION = registry.named("variation")
    SHIPPING_EXCEPTION = registry.named("shipping")
    RETURN_EXCEPTION = registry.named("returns")
    ARCHIVE = registry.named("archive")
