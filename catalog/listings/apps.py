"""App configuration of the room; its tables keep the label of the catalogue."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    """What stands on Jet: facets, uploads, files, statuses, drift."""

    name = "catalog.listings"
    label = "listings"
    verbose_name = "Listings"
