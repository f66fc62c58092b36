"""The fixed colors of Jet's statuses, each with its word."""

from django.utils.safestring import SafeString

from catalog.listings.models import Listing
from jetbridge.panel.display import Tone, chip

Status = Listing.Status

STATUS_TONES: dict[str, Tone] = {
    Status.NOT_UPLOADED: "grey",
    Status.UNDER_REVIEW: "blue",
    Status.AVAILABLE: "green",
    Status.MISSING_DATA: "amber",
    Status.EXCLUDED: "red",
    Status.UNAUTHORIZED: "red",
    Status.ARCHIVED: "dark",
}


def status_chip(listing: Listing | None) -> SafeString:
    """Return Jet's word on a listing; without one the product is not uploaded."""
    status = listing.status if listing else Status.NOT_UPLOADED
    return chip(status, STATUS_TONES.get(status, "grey"))
