"""The catalogue's pages in the admin, by topic."""

from catalog.admin.products import ProductAdmin

__all__ = ["ProductAdmin"]
