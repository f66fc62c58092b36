"""The catalogue's pages in the admin, by topic."""

from catalog.admin.products import ProductAdmin
from catalog.admin.uploads import UploadFileAdmin

__all__ = ["ProductAdmin", "UploadFileAdmin"]
