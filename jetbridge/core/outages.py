"""What keeps the database from being used, in words for a person: full, locked, gone, not migrated."""

import errno
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor


@dataclass(frozen=True)
class Outage:
    """Why the database cannot be used now, and what to do about it."""

    cause: str
    action: str

    def __str__(self) -> str:
        return f"{self.cause} {self.action}"


FULL = Outage("The disk is full.", "Free some space.")
LOCKED = Outage("The database is locked by another program.", "Close it, or try again in a moment.")
READ_ONLY = Outage("The database is read-only.", "Give the user of this program the right to write.")
BROKEN = Outage("The disk of the database does not answer.", "Look after the disk.")
DAMAGED = Outage("The database file is damaged.", "Put it back from a copy with `manage.py restore`.")
GONE = Outage(
    "The database file is gone, or cannot be opened.", "Put it back, or `manage.py restore` a copy."
)
AWAY = Outage("The database server does not answer.", "Start it, or correct DATABASE_URL.")
REFUSING = Outage("The database server refuses to serve.", "Look into its log, and at DATABASE_URL.")
BUSY = Outage("The database did not answer in time.", "Try again in a moment.")

# SQLite says so by words only.
_WORDS = {
    "disk is full": FULL,
    "is locked": LOCKED,
    "readonly database": READ_ONLY,
    "disk i/o error": BROKEN,
    "malformed": DAMAGED,
    "file is not a database": DAMAGED,
    "unable to open database": GONE,
}
# PostgreSQL's codes, or the classes they begin with.
_CODES = {
    "53100": FULL,
    "55P03": LOCKED,
    "40P01": LOCKED,
    "57014": BUSY,
    "25006": READ_ONLY,
    "58": BROKEN,
    "XX": DAMAGED,
    "3D": REFUSING,
    "28": REFUSING,
    "53": REFUSING,
    "57": AWAY,
    "08": AWAY,
}
_NUMBERS = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EIO: BROKEN,
}
_NO_TABLE = ("no such table", "no such column", "has no column named", "42P01", "42703")


def outage_of(error: BaseException | None, *, is_asking: bool = True) -> Outage | None:
    """
    Return the outage that an error stands for; None where it is an error of ours.

    :param is_asking: whether the database may be asked for what a missing table stands for
    """
    for one in _chain(error):
        if isinstance(one, OSError) and one.errno in _NUMBERS:
            return _NUMBERS[one.errno]
        if isinstance(one, Error):
            return _of_database(one, is_asking)
    return None


def behind() -> Outage | None:
    """
    Return what is to be done about a database that is older than this program, or has no tables at all.

    :raises django.db.Error: it cannot be asked
    """
    count = waiting_migrations()
    if not count:
        return None
    steps = "1 migration to run" if count == 1 else f"{count} migrations to run"
    return Outage(f"The database is not up to date: {steps}.", "Run `manage.py migrate`.")


def waiting_migrations() -> int:
    """Return how many migrations are still to be applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _of_database(error: Error, is_asking: bool) -> Outage | None:
    text, code = str(error).lower(), str(getattr(error.__cause__, "sqlstate", None) or "")
    if any(sign in text or sign == code for sign in _NO_TABLE):
        return _asked_behind() if is_asking else None
    for words, outage in _WORDS.items():
        if words in text:
            return outage
    for start, outage in _CODES.items():
        if code.startswith(start):
            return outage
    if connection.vendor == "sqlite" or code:
        return None
    # A server that was never reached, or let nobody in, has no code for it.
    if any(words in text for words in ("does not exist", "authentication", "pg_hba", "too many")):
        return REFUSING
    return AWAY if _is_connection_lost(text) else None


def _asked_behind() -> Outage | None:
    try:
        return behind()
    except Error:  # in a transaction that this very error broke
        return Outage("The database is not up to date.", "Run `manage.py migrate`.")


def _is_connection_lost(text: str) -> bool:
    return any(words in text for words in ("connection", "connect", "server closed", "terminat", "resolve"))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
