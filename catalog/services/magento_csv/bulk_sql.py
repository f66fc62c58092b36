"""
Inserts rows in bulk, several times as fast as bulk_create.

On SQLite Django puts 999 values at most into a statement, 33 products, and builds the text of each statement
anew; here one statement is prepared and run for each row. Values pass through the fields all the same.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Field, Model


def insert(rows: Iterable[Model]) -> None:
    """Insert unsaved rows of one model; their primary keys are not read back."""
    _run(list(rows), "")


def upsert(rows: Iterable[Model], *, unique: Sequence[str], update: Sequence[str]) -> None:
    """Insert rows, or where a row with the same unique fields stands, set the update fields on it."""
    found = list(rows)
    if not found:
        return
    quote = connection.ops.quote_name
    meta = found[0]._meta
    target = ", ".join(quote(meta.get_field(name).column) for name in unique)  # type: ignore[union-attr]
    columns = [quote(meta.get_field(name).column) for name in update]  # type: ignore[union-attr]
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns)
    _run(found, f" ON CONFLICT ({target}) DO UPDATE SET {changes}")


def _run(rows: Sequence[Model], conflict: str) -> None:
    if not rows:
        return
    meta = rows[0]._meta
    fields = [each for each in meta.local_concrete_fields if not each.primary_key or each.remote_field]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(each.column) for each in fields)
    places = ", ".join(["%s"] * len(fields))
    # Names come from the models, values are parameters.
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({places}){conflict}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row, fields) for row in rows])


def _values(row: Model, fields: Sequence["Field[object, object]"]) -> list[object]:
    return [each.get_db_prep_save(each.pre_save(row, add=True), connection) for each in fields]
