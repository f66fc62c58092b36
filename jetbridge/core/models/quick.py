"""Objects of tables that are read by the thousand."""

from collections.abc import Collection
from operator import attrgetter
from typing import Any, Generic, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.base import ModelState


class ReadQuickly(models.Model):
    """A model whose rows become objects at once, field by field only where an object is made anew."""

    class Meta:
        abstract = True

    # As Django's own, which looks up each time which column it is.
    pk = property(attrgetter("id"), lambda self, key: setattr(self, "id", key))

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        """
        Make an object of a row; what was not read is read when it is asked for, as ever.

        Django calls `__init__` here, which separates defaults from values and sets each field on its own. Of a row
        every value is known, and no field of ours listens to the signals that it sends.
        """
        found = cls.__new__(cls)
        found.__dict__.update(zip(field_names, values, strict=True))
        found._state = ModelState()
        found._state.adding, found._state.db = False, db
        return found


Row = TypeVar("Row", bound=models.Model)


class ByKey(Generic[Row]):
    """
    Reads one row of a wide table by a column in which each value stands once, as `filter(...).first()` does.

    A queryset writes its statement anew each time, which for some seventy columns takes ten times as long as reading
    them; here it is written once for each kind of database.
    """

    def __init__(self, model: type[Row], column: str) -> None:
        self._model, self._column = model, column
        self._fields = [field.attname for field in model._meta.concrete_fields]
        self._statements: dict[str, tuple[str, Any]] = {}

    def read(self, key: int | str) -> Row | None:
        """Return the object, or None where no row has this key."""
        connection = connections[DEFAULT_DB_ALIAS]
        statement, converters = self._statements.get(connection.vendor) or self._write(connection)
        with connection.cursor() as cursor:
            cursor.execute(statement, [key])
            row = cursor.fetchone()
        if row is None:
            return None
        values = list(row)
        for place, (steps, column) in converters.items():
            for step in steps:
                values[place] = step(values[place], column, connection)
        return self._model.from_db(DEFAULT_DB_ALIAS, self._fields, values)

    def _write(self, connection: Any) -> tuple[str, Any]:
        meta, quote = self._model._meta, connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in meta.concrete_fields)
        statement = f"SELECT {columns} FROM {quote(meta.db_table)} WHERE {quote(self._column)} = %s"  # noqa: S608 - names of our own
        compiler = self._model._base_manager.all().query.get_compiler(connection=connection)
        converters = compiler.get_converters([field.get_col(meta.db_table) for field in meta.concrete_fields])
        self._statements[connection.vendor] = statement, converters
        return statement, converters
