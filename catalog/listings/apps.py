"""App configuration of the room; its tables keep the label of the catalogue."""

from django.apps import AppConfig


class ListingsConfig(AppConfig):
    """What stands on Jet: facets, uploads, files, statuses, drift."""

    name = "catalog.listings"
    label = "listings"
    verbose_name = "Listings"

    def ready(self) -> None:
        """Follow what the rooms below announce."""
        from catalog.listings.grid import csv_columns  # noqa: PLC0415 - models load after the apps
        from catalog.listings.services import offer_rules, store_changes  # noqa: PLC0415
        from catalog.products import changes  # noqa: PLC0415
        from catalog.products.intake import column_families  # noqa: PLC0415
        from catalog.rules.changes import OFFERS  # noqa: PLC0415

        changes.PRODUCTS.subscribe(store_changes.follow_products)
        changes.CATEGORY_COMPANIONS.subscribe(store_changes.skus_on_jet)
        OFFERS.subscribe(offer_rules.follow_offers)
        column_families.register(csv_columns.FAMILY)
