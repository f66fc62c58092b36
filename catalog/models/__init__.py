"""Tables of the catalogue, by topic."""

from catalog.models.attributes import Attribute, AttributeOption
from catalog.models.categories import StoreCategory
from catalog.models.changes import CatalogChange, note_change
from catalog.models.codes import ProductCode, keep_codes
from catalog.models.drifts import Drift
from catalog.models.exceptions import ReturnException, ShippingException
from catalog.models.imports import ImportFile
from catalog.models.listings import Facet, Listing, ListingFacet
from catalog.models.offering import BrandRule, Offering
from catalog.models.products import Product, ProductCategory, ProductImage, ProductText, Variation
from catalog.models.reviews import PriceReview
from catalog.models.stock import StockMovement
from catalog.models.uploads import FileContent, UploadFile, UploadFileItem
from catalog.models.validation import Problem, ValidationResult, mark_stale

__all__ = [
    "Attribute",
    "AttributeOption",
    "BrandRule",
    "CatalogChange",
    "Drift",
    "Facet",
    "FileContent",
    "ImportFile",
    "Listing",
    "ListingFacet",
    "Offering",
    "PriceReview",
    "Problem",
    "Product",
    "ProductCategory",
    "ProductCode",
    "ProductImage",
    "ProductText",
    "ReturnException",
    "ShippingException",
    "StockMovement",
    "StoreCategory",
    "UploadFile",
    "UploadFileItem",
    "ValidationResult",
    "Variation",
    "keep_codes",
    "mark_stale",
    "note_change",
]
