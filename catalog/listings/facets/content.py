"""What listing data and images have in common: both say which images a SKU has."""

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from catalog.listings.facets import base, registry, updates
from catalog.listings.facets.contexts import Target
from catalog.listings.facets.payloads import Body
from catalog.listings.models import Drift, ListingFacet
from catalog.listings.models.facets import Word
from catalog.products.image_urls import Picture, image_urls
from catalog.products.models import ProductImage
from jetbridge.core.models import Configuration


class Content(base.Facet):
    """What buyers read and see. Jet may review it again; only the younger of two such messages is what Jet holds."""

    figure = Word("content", "Content", 4)
    is_reviewed = True
    switch = "sync_details_on_edit"

    def still_held(self, found: QuerySet[ListingFacet]) -> QuerySet[ListingFacet]:
        """Leave out also what the other message has overwritten since, and what somebody else changed at Jet."""
        both = registry.that(lambda facet: facet.figure == self.figure)
        later = ListingFacet.objects.filter(
            listing=OuterRef("listing"), facet__in=both, accepted_at__gt=OuterRef("accepted_at")
        )
        foreign = Drift.objects.filter(listing=OuterRef("listing"), figure=self.figure.name)
        return super().still_held(found.filter(~Exists(later), ~Exists(foreign)))

    def sku_reopened(self, listings: Sequence[Target], config: Configuration, *, by: str) -> None:
        """Only where edits send it."""
        if self.may_follow_edits(config):
            products = [listing.product_id for listing in listings if listing.product_id is not None]
            updates.product_changed(products, [self], by=by)


def picture_fields(images: Iterable[ProductImage | Picture], base_url: str) -> Body:
    """Word the images; an image without an http(s) address is left out."""
    urls = image_urls(images, base_url)
    body: Body = {}
    if _is_web(urls.main):
        body["main_image_url"] = urls.main
    if _is_web(urls.swatch):
        body["swatch_image_url"] = urls.swatch
    others = [url for url in urls.others if _is_web(url)]
    if others:
        body["alternate_images"] = [
            {"image_slot_id": slot, "image_url": url} for slot, url in enumerate(others, start=1)
        ]
    return body


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))
