"""App configuration of core: what every feature stands on."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Accounts, configuration, job records, history, notifications, API log."""

    name = "jetbridge.core"
    label = "core"
    verbose_name = "Core"
