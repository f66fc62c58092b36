"""A copy of all tables, taken and put back as a backup's would be; the home stays as it is, as in a real restore."""

from typing import Any

from django.apps import apps
from django.db import connection, transaction

Copy = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def take() -> Copy:
    """Read every table of ours as it is stored."""
    copy: Copy = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            fields = [field for field in model._meta.local_concrete_fields if not field.generated]
            columns = [connection.ops.quote_name(field.column) for field in fields]
            cursor.execute(f"SELECT {', '.join(columns)} FROM {model._meta.db_table}")
            copy[model._meta.db_table] = columns, cursor.fetchall()
    return copy


def put_back(copy: Copy) -> None:
    """Put every table back."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        for table in copy:
            cursor.execute(f"DELETE FROM {table}")
        for table, (columns, rows) in copy.items():
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)
