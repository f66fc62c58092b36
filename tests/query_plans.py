"""What a page asks the database, and by which steps the database answers."""

from typing import Any

from django.db import connection
from django.test import Client


def queries(client: Client, page: str) -> list[tuple[str, Any]]:
    """Return what a page asks the database, each question with its values."""
    asked = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        assert client.get(page).status_code == 200
    return [(sql, params) for sql, params in asked if sql.lstrip().upper().startswith(("SELECT", "WITH"))]


def steps(sql: str, params: Any) -> list[str]:
    """Return the steps of a query's plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        return [row[3] for row in cursor.fetchall()]
