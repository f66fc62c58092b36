"""App configuration of mapping: Jet's taxonomy and how the store's categories meet it."""

from django.apps import AppConfig


class MappingConfig(AppConfig):
    """Nested app: taxonomy, category mapping, attribute mapping."""

    name = "catalog.mapping"
    label = "mapping"
    verbose_name = "Category mapping"

    def ready(self) -> None:
        """Follow what the rooms below announce."""
        from catalog.mapping.services import attribute_mappings, category_mappings  # noqa: PLC0415 - models load after the apps
        from catalog.products import changes  # noqa: PLC0415

        changes.ATTRIBUTES.subscribe(attribute_mappings.follow_attributes)
        changes.CATEGORIES.subscribe(category_mappings.follow_categories)
        changes.CATEGORY_COMPANIONS.subscribe(category_mappings.mapped_in)
