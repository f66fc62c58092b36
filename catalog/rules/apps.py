"""App configuration of the room; its tables keep the label of the catalogue."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """What may be offered, at which price, and what Jet would refuse."""

    name = "catalog.rules"
    label = "rules"
    verbose_name = "Rules"
