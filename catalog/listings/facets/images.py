"""Images apart from the listing data: an older call of Jet's that is still answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.listings.facets import contexts, registry
from catalog.listings.facets.content import Content, picture_fields
from catalog.listings.facets.contexts import Listed, PayloadContext, PayloadError
from catalog.listings.facets.fields import Field, Names, each_row
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from jetbridge.core.jet.clients import Client


def _further(row: Mapping[str, Any], names: Names) -> str:
    return f"{row.get('image_slot_id')}: {row.get('image_url', '')}"


@registry.register
class Images(Content):
    """Main image, swatch, further images."""

    name, label, order = "images", "Images", 50
    path = "/image"
    goes_with_sku = True
    columns = frozenset({"images"})
    fields = (
        Field("main_image_url", "Main image", always=True),
        Field("swatch_image_url", "Swatch image"),
        Field("alternate_images", "Further images", words=each_row(_further)),
    )
    switch = "sync_images_on_edit"

    def read(self, listings: Sequence[Listed], context: PayloadContext) -> None:
        context.own = contexts.images_of(contexts.product_ids(listings))

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """Word the images that have a web address."""
        product = context.product_of(listing)
        fields = picture_fields(context.own.get(product.pk, ()), context.config.image_base_url)
        if not fields:
            raise PayloadError("The product has no image with an http(s) address.")
        return fields

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Replace what Jet holds of it."""
        at_jet.put_part(client, sku, self.path, body)
