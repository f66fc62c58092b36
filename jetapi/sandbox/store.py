"""The sandbox's memory: one SQLite file (or memory) of JSON documents with the columns that lists need.

Every call is one transaction that ends before its answer is sent. WAL with synchronous=NORMAL hands each
commit to the operating system before COMMIT returns, so killing the process loses nothing that was answered;
only a power cut could take the last commits with it, which a test double may.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, NamedTuple

from .wire import dumps

Document = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL,
    status TEXT NOT NULL, at REAL NOT NULL, tag TEXT NOT NULL, node TEXT NOT NULL, flag INTEGER NOT NULL,
    doc TEXT NOT NULL, UNIQUE (kind, account, id));
CREATE INDEX IF NOT EXISTS documents_by_status
    ON documents (kind, account, status, at, seq, flag, tag, node, id);
CREATE INDEX IF NOT EXISTS documents_by_date ON documents (kind, account, at, seq, id);
CREATE TABLE IF NOT EXISTS blobs (id TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS due (
    name TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL, at REAL NOT NULL, deadline INTEGER NOT NULL,
    PRIMARY KEY (name, account, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due_by_date ON due (deadline, at);
CREATE TABLE IF NOT EXISTS calls (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, account TEXT, method TEXT NOT NULL,
    path TEXT NOT NULL, query TEXT NOT NULL, status INTEGER, fault TEXT, applied INTEGER NOT NULL, body TEXT);
"""
TABLES = ("documents", "blobs", "due", "calls")


class Columns(NamedTuple):
    """What a list may ask for; `flag` means "has cancelled units" on orders."""

    status: str = ""
    at: float = 0
    tag: str = ""
    node: str = ""
    flag: bool = False


class Store:
    """One connection behind one lock; Python's threads would queue for the interpreter anyway."""

    def __init__(self, path: str) -> None:
        self._lock = RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA cache_size=-128000")
        self._db.execute("PRAGMA mmap_size=268435456")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock; keep everything or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Within a transaction: take back what the block did when it ends with an exception."""
        self._db.execute("SAVEPOINT inner")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO inner")
            self._db.execute("RELEASE inner")
            raise
        self._db.execute("RELEASE inner")

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, params).fetchall()

    def run(self, sql: str, *params: object) -> None:
        with self._lock:
            self._db.execute(sql, params)

    def meta(self, key: str, default: Any = None) -> Any:
        found = self.rows("SELECT value FROM meta WHERE key=?", key)
        return json.loads(found[0][0]) if found else default

    def set_meta(self, key: str, value: object) -> None:
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, dumps(value))

    def wipe(self) -> None:
        """Forget everything but meta; the journal's numbers go on counting."""
        for table in TABLES:
            self.run(f"DELETE FROM {table}")  # noqa: S608 - names of our own

    def get(self, kind: str, account: str, key: str) -> Document | None:
        found = self.rows("SELECT doc FROM documents WHERE kind=? AND account=? AND id=?", kind, account, key)
        return json.loads(found[0][0]) if found else None

    def put(self, kind: str, account: str, key: str, doc: Document, columns: Columns = Columns()) -> None:  # noqa: B008
        self.run(
            "INSERT INTO documents (kind, account, id, status, at, tag, node, flag, doc)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, account, id) DO UPDATE SET"
            " status=excluded.status, at=excluded.at, tag=excluded.tag, node=excluded.node,"
            " flag=excluded.flag, doc=excluded.doc",
            kind, account, key, *columns, dumps(doc),
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
        return self.rows(f"{sql} ORDER BY at, seq LIMIT ? OFFSET ?", kind, account, *params, limit, skip)

    def count(self, kind: str, account: str) -> int:
        return int(
            self.rows("SELECT COUNT(*) FROM documents WHERE kind=? AND account=?", kind, account)[0][0]
        )

    def next_position(self, kind: str, account: str) -> float:
        """Give the next place in a list from which nothing is ever taken away (SKUs)."""
        last = self.rows("SELECT MAX(at) FROM documents WHERE kind=? AND account=?", kind, account)[0][0]
        return 0 if last is None else last + 1
