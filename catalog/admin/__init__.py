"""The catalogue's pages in the admin, by topic."""

from catalog.admin.attributes import AttributeAdmin
from catalog.admin.brand_rules import BrandRuleAdmin
from catalog.admin.categories import StoreCategoryAdmin
from catalog.admin.drifts import DriftAdmin
from catalog.admin.imports import ImportFileAdmin
from catalog.admin.products import ProductAdmin
from catalog.admin.uploads import UploadFileAdmin

__all__ = [
    "AttributeAdmin",
    "BrandRuleAdmin",
    "DriftAdmin",
    "ImportFileAdmin",
    "ProductAdmin",
    "StoreCategoryAdmin",
    "UploadFileAdmin",
]
