"""Loads the tables of the catalogue's rooms, which all keep the label `catalog`."""

from catalog.listings import models as listings
from catalog.products import models as products
from catalog.rules import models as rules

__all__ = ["listings", "products", "rules"]
