"""App configuration of the room; its tables keep the label of the catalogue."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """What may be offered, at which price, and what Jet would refuse."""

    name = "catalog.rules"
    label = "rules"
    verbose_name = "Rules"

    def ready(self) -> None:
        """Follow what the rooms below announce."""
        from catalog.mapping.changes import MAPPING  # noqa: PLC0415 - models load after the apps
        from catalog.products import changes  # noqa: PLC0415
        from catalog.rules.services import stale_results, store_changes  # noqa: PLC0415

        changes.PRODUCTS.subscribe(store_changes.follow_products)
        changes.CATEGORIES.subscribe(store_changes.follow_categories)
        MAPPING.subscribe(stale_results.follow_mapping)
