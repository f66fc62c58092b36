"""App configuration of the outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The law of sending; its users keep the tables."""

    name = "jetbridge.outbox"
    label = "outbox"
    verbose_name = "Outbox"
