"""The store's database: entities as documents with the columns that lists need, sources' stock, and reservations."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from jetapi.sandbox.kit.memory import Memory
from jetapi.sandbox.kit.wire import Document, dumps

SCHEMA = """
CREATE TABLE IF NOT EXISTS entities (
    kind TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE, parent INTEGER NOT NULL,
    updated_at TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entities_by_name ON entities (kind, name);
CREATE INDEX IF NOT EXISTS entities_by_parent ON entities (kind, parent, id);
CREATE INDEX IF NOT EXISTS entities_by_update ON entities (kind, updated_at);
CREATE TABLE IF NOT EXISTS numbers (kind TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS source_items (
    id INTEGER PRIMARY KEY, sku TEXT NOT NULL COLLATE NOCASE, source_code TEXT NOT NULL, quantity REAL NOT NULL,
    status INTEGER NOT NULL, UNIQUE (sku, source_code));
CREATE TABLE IF NOT EXISTS reservations (
    id INTEGER PRIMARY KEY, stock_id INTEGER NOT NULL, sku TEXT NOT NULL COLLATE NOCASE, quantity REAL NOT NULL,
    event TEXT NOT NULL, increment_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS reservations_by_sku ON reservations (sku, stock_id);
"""
TABLES = ("entities", "numbers", "source_items", "reservations")


LONGEST_MATCHED = 255


def _matches(expression: str, value: object) -> bool | None:
    """Carry out `value REGEXP expression`, without regard to case, for SQLite."""
    if value is None:
        return None
    return re.search(expression, str(value)[:LONGEST_MATCHED], re.IGNORECASE) is not None


class StoreMemory(Memory):
    """Entities by kind and number; `name` is what people call one (SKU, code, order number), without case."""

    # Whether the store has multi-source inventory; as it is started, not as it was filled.
    has_sources = True

    def __init__(self, path: str) -> None:
        super().__init__(path, SCHEMA, TABLES)
        self._db.create_function("regexp", 2, _matches, deterministic=True)

    def number(self, kind: str) -> int:
        """Give the next number of a kind; one that was deleted is not given again."""
        sql = "INSERT INTO numbers VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last"
        return int(self.rows(sql, kind)[0][0])

    def number_from(self, kind: str, first: int) -> None:
        """Let the numbers of a kind begin higher."""
        self.run("INSERT OR REPLACE INTO numbers VALUES (?, ?)", kind, first - 1)

    def put(
        self, kind: str, number: int, doc: Document, *, name: str = "", parent: int = 0, updated_at: str = ""
    ) -> None:
        sql = "INSERT OR REPLACE INTO entities VALUES (?, ?, ?, ?, ?, ?)"
        self.run(sql, kind, number, name, parent, updated_at, dumps(doc))

    def get(self, kind: str, number: int) -> Document | None:
        return self._first("SELECT doc FROM entities WHERE kind=? AND id=?", kind, number)

    def named(self, kind: str, name: str) -> Document | None:
        """Find by name, whatever its case."""
        # Left to choose, SQLite walks through the kind by number.
        sql = (
            "SELECT doc FROM entities INDEXED BY entities_by_name WHERE kind=? AND name=? ORDER BY id LIMIT 1"
        )
        return self._first(sql, kind, name)

    def children(self, kind: str, parent: int) -> list[Document]:
        return self._all("SELECT doc FROM entities WHERE kind=? AND parent=? ORDER BY id", kind, parent)

    def all(self, kind: str) -> list[Document]:
        return self._all("SELECT doc FROM entities WHERE kind=? ORDER BY id", kind)

    def forget(self, kind: str, number: int) -> None:
        self.run("DELETE FROM entities WHERE kind=? AND id=?", kind, number)

    def found(
        self, kind: str, where: str, params: Iterable[Any], order: str, limit: int, skip: int
    ) -> list[Document]:
        """List what SQL of our own describes."""
        sql = f"SELECT doc FROM entities WHERE kind=? AND {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
        return self._all(sql, kind, *params, limit, skip)

    def count(self, kind: str, where: str = "1", params: Iterable[Any] = ()) -> int:
        sql = f"SELECT COUNT(*) FROM entities WHERE kind=? AND {where}"  # noqa: S608
        return int(self.rows(sql, kind, *params)[0][0])

    def each_name(self, kind: str) -> Iterator[tuple[int, str]]:
        yield from self.rows("SELECT id, name FROM entities WHERE kind=? ORDER BY id", kind)

    def _first(self, sql: str, *params: Any) -> Document | None:
        found = self._all(sql, *params)
        return found[0] if found else None

    def _all(self, sql: str, *params: Any) -> list[Document]:
        return [json.loads(doc) for (doc,) in self.rows(sql, *params)]
