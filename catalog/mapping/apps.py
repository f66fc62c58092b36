"""App configuration of mapping: Jet's taxonomy and how the store's categories meet it."""

from django.apps import AppConfig


class MappingConfig(AppConfig):
    """Nested app: taxonomy, category mapping, attribute mapping."""

    name = "catalog.mapping"
    label = "mapping"
    verbose_name = "Category mapping"
