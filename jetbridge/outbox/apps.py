"""App configuration of the outbox."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    """The law of sending; its users keep the tables."""

    name = "jetbridge.outbox"
    label = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        """Load the boxes of all apps: the sweep and the page must know each, whoever else asked for it before."""
        autodiscover_modules("outboxes")
