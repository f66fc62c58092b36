"""The database wrapper that Django looks for under this name."""

from typing import Any

from django.db.backends.postgresql import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    """
    Empties the few tables that have rows, row by row.

    TRUNCATE gives each of a hundred tables and their indexes new files, however empty they were: that takes longer
    than most tests.
    """

    def sql_flush(
        self, style: Any, tables: list[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        """Return what empties the tables; foreign keys are checked at the end of the transaction."""
        if reset_sequences or not tables:
            return super().sql_flush(
                style, tables, reset_sequences=reset_sequences, allow_cascade=allow_cascade
            )
        asked = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {self.quote_name(name)})" for name in tables]
        with self.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            filled = [name for (name,) in cursor.fetchall()]
        return [f"DELETE FROM {self.quote_name(name)}" for name in filled]


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with these operations."""

    ops_class = DatabaseOperations
