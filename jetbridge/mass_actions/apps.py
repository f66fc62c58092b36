"""App configuration of mass actions. Its tables keep the label of core, under which they were made."""

from django.apps import AppConfig


class MassActionsConfig(AppConfig):
    """One plan, run and set of pages for all that is done to many objects at once."""

    name = "jetbridge.mass_actions"
    label = "mass_actions"
    verbose_name = "Mass actions"
