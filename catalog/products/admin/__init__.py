"""The store's tables in the admin, by topic."""

from catalog.products.admin import attributes as attributes
from catalog.products.admin import categories as categories
from catalog.products.admin import imports as imports
