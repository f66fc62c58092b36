"""What every migrate leaves behind in core: the groups with their permissions."""

from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connections

from jetbridge import home
from jetbridge.core import roles


def deal_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Deal when the last app is through: only then do all permissions exist."""
    migrated = [config for config in apps.get_app_configs() if config.models_module is not None]
    # A migrate of one app alone, or back to zero, may leave the table away.
    if sender is migrated[-1] and Group._meta.db_table in connections[using].introspection.table_names():
        roles.deal(using)
        home.note_database(settings.JETBRIDGE_HOME, str(connections[using].settings_dict["NAME"]))
