"""App configuration of mass actions. Its tables keep the label of core, under which they were made."""

from django.apps import AppConfig


class MassActionsConfig(AppConfig):
    """Mass actions."""

    name = "jetbridge.mass_actions"
    label = "mass_actions"
    verbose_name = "Mass actions"
