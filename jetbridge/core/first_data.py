"""What every migrate leaves behind: the groups with their permissions, and a schedule for each job."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group
from django.db import connections
from django_celery_beat.models import PeriodicTask

from jetbridge.core import roles
from jetbridge.jobs import beat_tables

_TABLES = {Group._meta.db_table, PeriodicTask._meta.db_table}


def seed_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Seed when the last app is through: only then do all permissions exist."""
    migrated = [config for config in apps.get_app_configs() if config.models_module is not None]
    if sender is not migrated[-1]:
        return
    # A migrate of one app alone, or back to zero, may leave these tables away.
    if set(connections[using].introspection.table_names()) >= _TABLES:
        roles.deal(using)
        beat_tables.seed(using)
