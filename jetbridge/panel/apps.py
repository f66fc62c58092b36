"""App configuration of panel. Its tables keep the label of core, under which they were made."""

from django.apps import AppConfig


class PanelConfig(AppConfig):
    """The skin of the panel."""

    name = "jetbridge.panel"
    label = "panel"
    verbose_name = "Panel"
