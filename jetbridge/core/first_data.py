"""What every migrate leaves behind in core: the groups with their permissions."""

from contextlib import nullcontext
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.db import DEFAULT_DB_ALIAS, connections

from jetbridge import home
from jetbridge.core import people, rights, roles
from jetbridge.core.actors import somebody
from jetbridge.core.models import Event, HistoryHead


def deal_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Deal when the last app is through: only then do all permissions exist."""
    migrated = [config for config in apps.get_app_configs() if config.models_module is not None]
    # A migrate of one app alone, or back to zero, may leave tables away.
    tables = connections[using].introspection.table_names()
    if sender is migrated[-1] and Group._meta.db_table in tables:
        _deal(using, in_history=using == DEFAULT_DB_ALIAS and Event._meta.db_table in tables)
        home.note_database(settings.JETBRIDGE_HOME, str(connections[using].settings_dict["NAME"]))


def _deal(using: str, *, in_history: bool) -> None:
    """Deal out what is new; of an upgrade the history says which group comes or may do more than before."""
    before = {group: people.rights_of(group) for group in Group.objects.using(using)} if in_history else {}
    is_upgrade = in_history and (bool(before) or Person.objects.exists())
    with people.recorded(), nullcontext() if in_history and _is_noted() else rights.unnoted():
        roles.deal(using)
    with somebody():
        for group in Group.objects.order_by("pk") if is_upgrade else ():
            people.record_change(group, before.get(group, {}))


def _is_noted() -> bool:
    """Return whether anything is compared yet with who may do what; the column may be of a later version."""
    connection, table = connections[DEFAULT_DB_ALIAS], HistoryHead._meta.db_table
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
        columns = connection.introspection.get_table_description(cursor, table) if table in found else ()
    return "rights" in {each.name for each in columns} and any(
        HistoryHead.objects.values_list("rights", flat=True)
    )
