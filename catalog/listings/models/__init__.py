"""Tables of what stands on Jet, by topic."""

from catalog.listings.models.drifts import Drift
from catalog.listings.models.listings import Facet, Listing, ListingFacet
from catalog.listings.models.price_reviews import PriceReview
from catalog.listings.models.uploads import FileContent, UploadFile, UploadFileItem

__all__ = [
    "Drift",
    "Facet",
    "FileContent",
    "Listing",
    "ListingFacet",
    "PriceReview",
    "UploadFile",
    "UploadFileItem",
]
