"""The sandbox's memory: JSON documents with the columns that lists need."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from .kit.memory import Memory
from .kit.wire import Document, dumps

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL,
    status TEXT NOT NULL, at REAL NOT NULL, tag TEXT NOT NULL, node TEXT NOT NULL, flag INTEGER NOT NULL,
    doc TEXT NOT NULL, UNIQUE (kind, account, id));
CREATE INDEX IF NOT EXISTS documents_by_status
    ON documents (kind, account, status, at, seq, flag, tag, node, id);
CREATE INDEX IF NOT EXISTS documents_by_date ON documents (kind, account, at, seq, id);
CREATE INDEX IF NOT EXISTS orders_by_reference
    ON documents (account, json_extract(doc, '$.reference_order_id')) WHERE kind = 'order';
CREATE INDEX IF NOT EXISTS orders_by_own_id
    ON documents (account, json_extract(doc, '$.alt_order_id')) WHERE kind = 'order';
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS pieces (
    id TEXT NOT NULL, place INTEGER NOT NULL, content BLOB NOT NULL, UNIQUE (id, place));
CREATE TABLE IF NOT EXISTS due (
    name TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL, at REAL NOT NULL, deadline INTEGER NOT NULL,
    PRIMARY KEY (name, account, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due_by_date ON due (deadline, at);
"""
ONLY_THE_DOCUMENT = (
    "UPDATE documents SET doc=? WHERE kind=? AND account=? AND id=?"
    " AND status=? AND at=? AND tag=? AND node=? AND flag=?"
)
TABLES = ("documents", "blobs", "pieces", "due")


class Columns(NamedTuple):
    """What a list may ask for; `flag` means "has cancelled units" on orders."""

    status: str = ""
    at: float = 0
    tag: str = ""
    node: str = ""
    flag: bool = False


class Store(Memory):
    """What Jet holds, by kind and account."""

    def __init__(self, path: str) -> None:
        super().__init__(path, SCHEMA, TABLES)

    def get(self, kind: str, account: str, key: str) -> Document | None:
        found = self.rows("SELECT doc FROM documents WHERE kind=? AND account=? AND id=?", kind, account, key)
        return json.loads(found[0][0]) if found else None

    def has(self, kind: str, account: str, key: str) -> bool:
        return bool(
            self.rows("SELECT 1 FROM documents WHERE kind=? AND account=? AND id=?", kind, account, key)
        )

    def put(self, kind: str, account: str, key: str, doc: Document, columns: Columns = Columns()) -> None:  # noqa: B008
        text = dumps(doc)
        same = (text, kind, account, key, *columns)
        if self.changed(ONLY_THE_DOCUMENT, *same):  # leaves the indexes alone
            return
        self.run(
            "INSERT INTO documents (kind, account, id, status, at, tag, node, flag, doc)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, account, id) DO UPDATE SET"
            " status=excluded.status, at=excluded.at, tag=excluded.tag, node=excluded.node,"
            " flag=excluded.flag, doc=excluded.doc",
            kind, account, key, *columns, text,
        )  # fmt: skip

    def ids(self, kind: str, account: str, where: str = "", *params: object, limit: int = -1) -> list[str]:
        """List ids, oldest first; `where` is SQL of our own with its parameters."""
        return [row[0] for row in self._select("id", kind, account, where, params, limit)]

    def docs(
        self, kind: str, account: str, where: str = "", *params: object, limit: int = -1, skip: int = 0
    ) -> list[Document]:
        return [json.loads(row[0]) for row in self._select("doc", kind, account, where, params, limit, skip)]

    def newest(
        self, kind: str, account: str, where: str, *params: object, skip: int, limit: int
    ) -> list[Document]:
        """Give documents, the newest first."""
        condition = f" AND {where}" if where else ""
        sql = f"SELECT doc FROM documents WHERE kind=? AND account=?{condition}"  # noqa: S608
        rows = self.rows(
            f"{sql} ORDER BY at DESC, seq DESC LIMIT ? OFFSET ?", kind, account, *params, limit, skip
        )
        return [json.loads(row[0]) for row in rows]

    def _select(
        self,
        what: str,
        kind: str,
        account: str,
        where: str,
        params: Iterable[object],
        limit: int,
        skip: int = 0,
    ) -> list[tuple[Any, ...]]:
        condition = f" AND {where}" if where else ""
        sql = f"SELECT {what} FROM documents WHERE kind=? AND account=?{condition}"  # noqa: S608
        return self.rows(
            f"{sql} ORDER BY at, seq LIMIT ? OFFSET ?",
            kind,
            account,
            *params,
            limit,
            skip,
        )

    def count(self, kind: str, account: str) -> int:
        return int(
            self.rows("SELECT COUNT(*) FROM documents WHERE kind=? AND account=?", kind, account)[0][0]
        )

    def next_position(self, kind: str, account: str) -> float:
        """Give the next place in a list from which nothing is ever taken away (SKUs)."""
        last = self.rows("SELECT MAX(at) FROM documents WHERE kind=? AND account=?", kind, account)[0][0]
        return 0 if last is None else last + 1
