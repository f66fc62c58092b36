"""
An emulator's memory and its clock: one SQLite file (or memory); a call is one transaction, over before its answer.

WAL with synchronous=NORMAL hands each commit to the operating system before COMMIT returns, so killing the process
loses nothing that was answered; only a power cut could take the last commits with it, which a test double may.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, RLock, Thread
from types import TracebackType
from typing import Any

from .wire import dumps

Statement = tuple[str, tuple[object, ...]]
MOST_POSTPONED = 100
COMMITS_BETWEEN = 200  # checkpoints of the log
SECONDS_BETWEEN = 0.2
LONGEST_LOG = 8_000  # pages of 4 KB
FIRST_CALL = "first_call"

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, account TEXT, method TEXT NOT NULL,
    path TEXT NOT NULL, query TEXT NOT NULL, status INTEGER, fault TEXT, applied INTEGER NOT NULL, body TEXT);
"""


class Checkpoints:
    """
    Moves what stands in the log into the file beside the calls, so that none waits for the disk.

    A log that many writers keep from its end meanwhile is moved to it with the lock held, when it has grown long.
    """

    def __init__(self, path: str, lock: AbstractContextManager[object], db: sqlite3.Connection) -> None:
        self._path, self._lock = path, lock
        self._commits = 0
        self._is_over = Event()
        self._thread: Thread | None = None
        self._is_kept = not path.startswith(":")
        if self._is_kept:
            db.execute("PRAGMA wal_autocheckpoint=0")

    def count(self) -> None:
        """Take note of a commit; the first few need no thread."""
        self._commits += 1
        if self._is_kept and self._thread is None and self._commits >= COMMITS_BETWEEN:
            self._thread = Thread(target=self._work, name="sandbox-checkpoints", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        if self._thread:
            self._thread.join(10)

    def _work(self) -> None:
        own = sqlite3.connect(self._path, isolation_level=None)
        try:
            while not self._is_over.wait(SECONDS_BETWEEN):
                if self._commits >= COMMITS_BETWEEN:
                    self._commits = 0
                    self._move(own)
        finally:
            own.close()

    def _move(self, own: sqlite3.Connection) -> None:
        [(_, pages, moved)] = own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        if pages > LONGEST_LOG and moved < pages:
            with self._lock:
                own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


class Memory:
    """One connection behind one lock; Python's threads would queue for the interpreter anyway."""

    def __init__(self, path: str, schema: str = "", tables: Iterable[str] = ()) -> None:
        self._tables = (*tables, "calls")
        self._lock = RLock()
        self._depth = 0  # of transactions; the outermost begins with the first change and ends with its block
        self._has_begun = False
        self._postponed: list[Statement] = []
        self._taken_along: list[
            Statement
        ] = []  # by the transaction at hand; postponed again if that is taken back
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA cache_size=-48000")
        self._db.executescript(SCHEMA + schema)
        self._checkpoints = Checkpoints(path, self._lock, self._db)
        self._transaction = Transaction(self)
        # The journal's numbers go on counting when it is emptied; AUTOINCREMENT would write one more page a call.
        self.first_call: int = self.meta(FIRST_CALL, 1)

    def close(self) -> None:
        self._checkpoints.stop()
        with self._lock:
            self.catch_up()
            self._db.close()

    def transaction(self) -> "Transaction":
        """Hold the lock; keep everything or nothing. What changes nothing costs no more than its reading."""
        return self._transaction

    def enter(self) -> None:
        self._lock.acquire()
        self._depth += 1

    def leave(self, *, keep: bool) -> None:
        """End one level; the outermost keeps what it changed, or takes it back."""
        try:
            if self._depth == 1 and self._has_begun:
                self._end(keep=keep)
        finally:
            self._depth -= 1
            if not self._depth:
                self._has_begun, self._taken_along = False, []
            self._lock.release()

    def _end(self, *, keep: bool) -> None:
        is_kept = False
        try:
            if keep:
                self._db.execute("COMMIT")
                is_kept = True
                self._checkpoints.count()
        finally:
            if not is_kept:
                self._db.execute("ROLLBACK")
                self._postponed = self._taken_along + self._postponed

    @property
    def has_changed(self) -> bool:
        """Return whether the transaction at hand changes anything."""
        return self._has_begun

    def postpone(self, sql: str, *params: object) -> None:
        """Let a statement that no answer waits for be carried out with the next change, or at `catch_up`."""
        with self._lock:
            self._postponed.append((sql, params))
            if len(self._postponed) >= MOST_POSTPONED:
                self.catch_up()

    def catch_up(self) -> None:
        """Carry out what was postponed."""
        with self.transaction():
            if self._postponed:
                self._begin()

    def _begin(self) -> None:
        if not self._depth or self._has_begun:
            return
        self._db.execute("BEGIN IMMEDIATE")
        self._has_begun = True
        self._taken_along, self._postponed = self._postponed, []
        for sql, params in self._taken_along:
            self._db.execute(sql, params)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Within a transaction: take back what the block did when it ends with an exception."""
        self._begin()
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
            self._begin()
            self._db.execute(sql, params)

    def changed(self, sql: str, *params: object) -> int:
        """Run a statement; return how many rows it changed."""
        with self._lock:
            self._begin()
            return self._db.execute(sql, params).rowcount

    def meta(self, key: str, default: Any = None) -> Any:
        found = self.rows("SELECT value FROM meta WHERE key=?", key)
        return json.loads(found[0][0]) if found else default

    def set_meta(self, key: str, value: object) -> None:
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, dumps(value))

    def wipe(self) -> None:
        """Forget everything but meta; the journal's numbers go on counting."""
        self.catch_up()
        [(self.first_call,)] = self.rows(
            "SELECT MAX(?, COALESCE(MAX(seq), 0) + 1) FROM calls", self.first_call
        )
        self.set_meta(FIRST_CALL, self.first_call)
        for table in self._tables:
            self.run(f"DELETE FROM {table}")  # noqa: S608 - names of our own


class Transaction:
    """The one block of a memory, entered again within itself: made once, since each call enters it."""

    __slots__ = ("_memory",)

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __enter__(self) -> None:
        self._memory.enter()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._memory.leave(keep=kind is None)


class Clock:
    """Real time plus an offset that can be moved and survives a restart."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.offset = timedelta(seconds=memory.meta("clock_offset", 0.0))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> None:
        """
        Move on by so many seconds (back, when negative).

        :raises ValueError: no calendar reaches that far
        """
        self._move_to(self.offset + _seconds(seconds))

    def set(self, moment: datetime) -> None:
        self._move_to(moment - datetime.now(UTC))

    def reset(self) -> None:
        self._move_to(timedelta())

    def _move_to(self, offset: timedelta) -> None:
        try:
            year = (datetime.now(UTC) + offset).year
        except OverflowError:
            year = 0
        if not 1971 <= year <= 9000:  # room for offsets and deadlines at both ends
            raise ValueError("the clock can be moved between the years 1971 and 9000")
        self.offset = offset
        self._memory.set_meta("clock_offset", offset.total_seconds())


def _seconds(value: float) -> timedelta:
    try:
        return timedelta(seconds=value)
    except (OverflowError, ValueError):
        raise ValueError("advance_seconds is out of range") from None
