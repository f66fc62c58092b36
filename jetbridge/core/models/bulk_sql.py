"""
Inserts rows in bulk, several times as fast as bulk_create.

On SQLite Django puts 999 values at most into a statement, 33 products, and builds the text of each statement
anew; here one statement is prepared and run for each row. Values pass through the fields all the same.
As with bulk_create, an error ends the transaction at hand.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import BooleanField, CharField, ForeignKey, IntegerField, Model, TextField

# Columns whose plain values need no conversion, and those values' exact types (a choice is not plain).
AS_THEY_ARE = (CharField, TextField, IntegerField, BooleanField, ForeignKey)
READY = frozenset({str, int, bool, type(None)})


def insert(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    ignore_conflicts: bool = False,
) -> None:
    """Insert rows; columns are field names (product_id for a key), every column without a default among them."""
    _run(model, columns, rows, " ON CONFLICT DO NOTHING" if ignore_conflicts else "")


def upsert(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    unique: Sequence[str],
    update: Sequence[str],
) -> None:
    """Insert rows, or where a row with the same unique columns stands, set the update columns on it."""
    target = ", ".join(_column(model, name) for name in unique)
    changes = ", ".join(
        f"{column} = excluded.{column}" for column in (_column(model, name) for name in update)
    )
    _run(model, columns, rows, f" ON CONFLICT ({target}) DO UPDATE SET {changes}")


def add_up(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    unique: Sequence[str],
    column: str,
) -> None:
    """Insert rows, or where a row with the same unique columns stands, add to its column."""
    target = ", ".join(_column(model, name) for name in unique)
    name, table = _column(model, column), connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)
    change = f"{name} = {table}.{name} + excluded.{name}"
    _run(model, columns, rows, f" ON CONFLICT ({target}) DO UPDATE SET {change}")


def prepared(model: type[Model], column: str, values: Sequence[Any]) -> Sequence[Any]:
    """Return values of one column as the database takes them, for a statement that is written by hand."""
    return _prepared(_field(model, column), values, connections[DEFAULT_DB_ALIAS])


def column_of(model: type[Model], name: str) -> str:
    """Return the column in which a field stands, for a statement that is written by hand."""
    return str(_field(model, name).column)


def _run(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], conflict: str) -> None:
    # The connection itself: through Django's proxy each value would cost another look-up.
    connection = connections[DEFAULT_DB_ALIAS]
    # Column by column: of most of them all values are ready, which is seen at a glance.
    found = list(zip(*rows, strict=True))
    if not found:
        return
    prepared = [
        _prepared(_field(model, name), column, connection)
        for name, column in zip(columns, found, strict=True)
    ]
    sql = _insertion(model, tuple(columns)) + conflict
    # Without a transaction around all of them, SQLite would end one after each row.
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.executemany(sql, list(zip(*prepared, strict=True)))


@cache
def _insertion(model: type[Model], columns: tuple[str, ...]) -> str:
    """Return the statement that inserts one row; names come from the models, values are parameters."""
    names, places = ", ".join(_column(model, name) for name in columns), ", ".join(["%s"] * len(columns))
    table = connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608


def _prepared(field: Any, column: Sequence[Any], connection: Any) -> Sequence[Any]:
    """Return a column's values as the database takes them; texts and whole numbers mostly are, as they stand."""
    plain = isinstance(field, AS_THEY_ARE)
    if plain and READY.issuperset(map(type, column)):
        return column
    convert = field.get_db_prep_save
    # The same moment or empty list often stands in every row.
    if len(set(map(id, column))) == 1:
        return [convert(column[0], connection)] * len(column)
    last: list[Any] = [object(), None]

    def prepare(value: Any) -> Any:
        if plain and type(value) in READY:
            return value
        if last[0] is not value:
            last[:] = value, convert(value, connection)
        return last[1]

    return [prepare(value) for value in column]


def _column(model: type[Model], name: str) -> str:
    return str(connections[DEFAULT_DB_ALIAS].ops.quote_name(_field(model, name).column))


@cache
def _field(model: type[Model], name: str) -> Any:
    """Return the field of this name, or the key whose column it is."""
    for field in model._meta.concrete_fields:
        if name in (field.name, field.attname):
            return field
    raise FieldDoesNotExist(f"{model.__name__} has no column {name}")
