"""Matching many keys at once."""

from collections.abc import Collection
from typing import Any

from django.db.models import ForeignKey, IntegerField, Lookup, Q

# From so many keys on, Django takes longer to word a list than the database to read it.
FEW = 20


def among(column: str, ids: Collection[int]) -> Q:
    """
    Match a column against keys, without a limit to their number.

    A run of keys without gaps is a range, which costs less than a list; many keys travel as one value.
    """
    keys = sorted(set(ids))
    if len(keys) > 1 and keys[-1] - keys[0] + 1 == len(keys):
        return Q((f"{column}__gte", keys[0])) & Q((f"{column}__lte", keys[-1]))
    if len(keys) > FEW:
        return one_by_one(column, keys)
    return Q((f"{column}__in", keys))


def one_by_one(column: str, ids: Collection[int]) -> Q:
    """Match a column against keys that are looked up one after the other: better where little stands under each."""
    return Q((f"{column}__listed", ",".join(map(str, ids))))


class Listed(Lookup):
    """Whether a key stands in a text of keys: one parameter, however many there are."""

    lookup_name = "listed"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Take the text as it is: it is no value of the column."""
        return "%s", (value,)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Build it for PostgreSQL."""
        left, values = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s::bigint[])", (*values, f"{{{self.rhs}}}")

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Build it for SQLite."""
        left, values = self.process_lhs(compiler, connection)
        # The column's name comes from the model, the keys are a parameter.
        return f"{left} IN (SELECT value FROM json_each(%s))", (*values, f"[{self.rhs}]")  # noqa: S608


IntegerField.register_lookup(Listed)
ForeignKey.register_lookup(Listed)
