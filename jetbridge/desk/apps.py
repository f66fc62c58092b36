"""App configuration of desk: the pages that see every app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Dashboard, configuration, cron status, help, demo data."""

    name = "jetbridge.desk"
    label = "desk"
    verbose_name = "Desk"
