"""Tables of the store's side, by topic."""

from catalog.products.models.attributes import Attribute, AttributeOption
from catalog.products.models.categories import ListingRule, StoreCategory
from catalog.products.models.codes import ProductCode, keep_codes
from catalog.products.models.imports import ImportFile
from catalog.products.models.links import ProductLink, StoreMark
from catalog.products.models.products import Product, ProductCategory, ProductImage, ProductText, Variation
from catalog.products.models.stock import SourceQuantity, StockMovement, StockSource

__all__ = [
    "Attribute",
    "AttributeOption",
    "ImportFile",
    "ListingRule",
    "Product",
    "ProductCategory",
    "ProductCode",
    "ProductImage",
    "ProductLink",
    "ProductText",
    "SourceQuantity",
    "StockMovement",
    "StockSource",
    "StoreCategory",
    "StoreMark",
    "Variation",
    "keep_codes",
]
