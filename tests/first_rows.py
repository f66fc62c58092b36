"""The rows that migrations leave behind: put back after each test that commits, whatever it did."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

Rows = list[tuple[Any, ...]]


class FirstRows:
    """
    What a fresh database holds, table by table.

    Django's own way empties a hundred tables and lets every migration signal deal out permissions, groups and
    schedules anew, which takes longer than most tests.
    """

    def __init__(self) -> None:
        self._tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        with connection.cursor() as cursor:
            self._rows = {table: _rows(cursor, table) for table in self._filled(cursor)}
        self.begin_schedules()

    def put_back(self) -> None:
        """Leave the tables as they were; only those that changed are written."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table in {*self._filled(cursor), *self._rows}:
                first = self._rows.get(table, [])
                if not first or _rows(cursor, table) != first:
                    cursor.execute(f"DELETE FROM {_quoted(table)}")
                    _insert(cursor, table, first)
            self.begin_schedules()

    def begin_schedules(self) -> None:
        """Let every schedule count from now: it counts from its last change, and in a long run all would be late."""
        PeriodicTask.objects.update(date_changed=timezone.now())

    def _filled(self, cursor: Any) -> Sequence[str]:
        asked = [
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {_quoted(table)})"
            for table in self._tables
            if table != "django_migrations"
        ]
        cursor.execute(" UNION ALL ".join(asked))
        return [table for (table,) in cursor.fetchall()]


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)


def _rows(cursor: Any, table: str) -> Rows:
    cursor.execute(f"SELECT * FROM {_quoted(table)} ORDER BY 1")
    return [tuple(row) for row in cursor.fetchall()]


def _insert(cursor: Any, table: str, rows: Rows) -> None:
    if rows:
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {_quoted(table)} VALUES ({places})", rows)
