"""Sync with Jet: sends one product now, by direct calls, and says what became of each part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from catalog.listings.facets import registry, updates
from catalog.listings.facets.base import Facet
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.services import direct_updates, upload_requests
from catalog.products.models import Product
from jetbridge.core import history
from jetbridge.core.jet.client import Client
from jetbridge.core.models import JetAccount

Answer = ListingFacet.Answer


@dataclass(frozen=True)
class Part:
    """What became of one facet."""

    facet: Facet
    answer: str
    reasons: tuple[str, ...]
    is_open: bool

    @property
    def accepted(self) -> bool:
        """Return whether Jet took exactly what is to be sent now."""
        return self.answer == Answer.ACCEPTED and not self.is_open

    @property
    def refused(self) -> bool:
        """Return whether Jet, or we before it, said no."""
        return self.answer == Answer.REJECTED and not self.is_open


def queue_update(
    *, product: Product, account: JetAccount, offer_only: bool = False, anyway: bool = False, by: str = ""
) -> Listing:
    """Queue the whole product, or its price and quantity only; what was stopped before is tried again."""
    if offer_only:
        listing = Listing.objects.get(account=account, product=product)
        updates.reset_blocks([listing.pk], registry.offers())
        updates.queue_updates([listing], registry.offers(), by=by)
        return listing
    listing = upload_requests.listings_for([product], account)[0]
    updates.reset_blocks([listing.pk])
    upload_requests.queue_upload(products=[product], account=account, send_anyway=anyway, by=by)
    # Who asks by hand distrusts what Jet holds: a group goes again even where it is as Jet took it.
    spared = registry.that(lambda facet: facet.skips_unchanged)
    asked = ListingFacet.objects.filter(listing=listing, facet__in=spared, next_try_at__isnull=False)
    asked.update(send_anyway=True)
    return listing


def queue_exceptions(*, product: Product, account: JetAccount, facet: Facet, by: str = "") -> None:
    """
    Queue a product's shipping or return exceptions as the store has them, none included.

    :raises Listing.DoesNotExist: Jet does not have the product
    """
    listing = Listing.objects.get(account=account, product=product, first_sent_at__isnull=False)
    updates.reset_blocks([listing.pk], [facet])
    updates.queue_update([listing], facet, by=by)


def send(*, client: Client, listing: Listing, facets: Collection[Facet] | None = None) -> list[Part]:
    """
    Send what is pending of a listing now, and return what became of each part of it.

    :raises JetKeysRefused: Jet does not take our keys; everything stays pending
    """
    asked = list(
        ListingFacet.objects.filter(listing=listing, next_try_at__isnull=False).values_list(
            "facet", flat=True
        )
    )
    direct_updates.send_pending(
        client=client,
        account=listing.account,
        facets=facets,
        listing_ids=[listing.pk],
    )
    found = parts(listing, asked)
    _record(listing, found)
    return found


def parts(listing: Listing, facets: Sequence[str] | None = None) -> list[Part]:
    """Return how each part of a listing stands, in the order of sending."""
    rows = {row.facet: row for row in ListingFacet.objects.filter(listing=listing)}
    names = [facet for facet in registry.facets() if facet in rows and (facets is None or facet in facets)]
    return [
        Part(
            facet,
            rows[facet].answer,
            tuple(map(str, rows[facet].errors)),
            rows[facet].next_try_at is not None,
        )
        for facet in names
    ]


def _record(listing: Listing, found: Sequence[Part]) -> None:
    if listing.product is None:
        return
    taken = ", ".join(part.facet.label for part in found if part.accepted) or "nothing"
    refused = ", ".join(part.facet.label for part in found if part.refused)
    message = f"Jet took: {taken}." + (f" Refused: {refused}." if refused else "")
    history.record("sent to Jet", listing.product, message=message)
