"""App configuration of core: what every feature stands on."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """Accounts, configuration, job records, history, notifications, API log."""

    name = "jetbridge.core"
    label = "core"
    verbose_name = "Operations"

    def ready(self) -> None:
        from jetbridge.core.first_data import seed_after_migrate  # noqa: PLC0415 - models load after the apps

        post_migrate.connect(seed_after_migrate, dispatch_uid="jetbridge.core.first_data")
