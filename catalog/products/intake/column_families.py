"""
Columns of a product file that a room above reads: it registers them as a family, and the importer takes them along.

A family's values stand in one JSON column of the product. They are read with the row, compared with what the product
holds, and written in the importer's own transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ColumnFamily:
    """The product's column, the file's columns (in lower case) with the name each has in it, and how both merge."""

    field: str
    columns: Mapping[str, str]
    # Takes what the product holds and the row's cells, returns what it shall hold; raises BadCell.
    merged: Callable[[Mapping[str, object], Mapping[str, str]], dict[str, object]]

    def places(self, positions: Mapping[str, int]) -> list[tuple[int, str]]:
        """Return where in a row which of the family's values stands."""
        return [(positions[column], name) for column, name in self.columns.items() if column in positions]


_FAMILIES: dict[str, ColumnFamily] = {}


def register(family: ColumnFamily) -> None:
    """Have the importer read this family from now on; the same column registered again replaces it."""
    _FAMILIES[family.field] = family


def families() -> Mapping[str, ColumnFamily]:
    """Return the families by the product's column."""
    return _FAMILIES
