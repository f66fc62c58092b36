"""Puts a home into one small file, without what a home can do without, and takes it out again."""

import sqlite3
import tarfile
from pathlib import Path

# What is no part of an installation that stands still: who was logged in, the machine's name, all but the last calls.
_ELSEWHERE = (
    "UPDATE {} SET holder = 'elsewhere' || substr(holder, instr(holder, ':')) WHERE holder LIKE '%:%'"
)
TRIM = {
    "jetbridge.sqlite3": (
        "DELETE FROM django_session",
        "UPDATE core_jetaccount SET token = '', token_expires_at = NULL",
        *(_ELSEWHERE.format(table) for table in ("core_jobrun", "core_joblease")),
        "DELETE FROM core_apicall WHERE id <= (SELECT max(id) FROM core_apicall) - 300",
    ),
    "sandbox.sqlite3": ("DELETE FROM calls WHERE seq <= (SELECT max(seq) FROM calls) - 100",),
}
KEPT = ("jetbridge.sqlite3", "sandbox.sqlite3", "secret_key", "field_keys", "uploads")


def pack(home: Path, target: Path) -> None:
    """Trim the home and write it to the target; nobody may use it meanwhile."""
    for name, statements in TRIM.items():
        database = sqlite3.connect(home / name, isolation_level=None)
        for statement in statements:
            database.execute(statement)
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("VACUUM")
        database.close()
    with tarfile.open(target, "w:xz", preset=9) as archive:
        for name in KEPT:
            if (home / name).exists():
                archive.add(home / name, name, filter=_of_nobody)


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def unpack(source: Path, home: Path) -> None:
    """Put a packed home where it can be worked with."""
    home.mkdir()
    with tarfile.open(source) as archive:
        archive.extractall(home, filter="data")
