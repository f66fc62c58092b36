"""Tables of what stands on Jet, by topic."""

from catalog.listings.models.drifts import Drift
from catalog.listings.models.listings import Listing, ListingFacet
from catalog.listings.models.price_reviews import PriceReview
from catalog.listings.models.uploads import FileContent, UploadFile, UploadFileItem

__all__ = [
    "Drift",
    "FileContent",
    "Listing",
    "ListingFacet",
    "PriceReview",
    "UploadFile",
    "UploadFileItem",
]
