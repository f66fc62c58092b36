"""An empty database gets in one step what all migrations, one after the other, would make of it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from jetbridge.core import first_tables
from jetbridge.home import PROJECT_ROOT

pytestmark = [pytest.mark.database, pytest.mark.timeout(900)]

ONE_BY_ONE = """
import gc
import django; django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
gc.set_threshold(100_000, 50, 50)  # each step makes all models anew
call_command(Command(), verbosity=0, interactive=False)
"""
AT_ONCE = """
import django; django.setup()
from django.db import connection
from jetbridge.core import first_tables
print(first_tables.make(connection))
"""
# Django ends the names that it makes up in a hash of table and columns, which keep theirs when either is renamed.
MADE_UP = re.compile(r"_[0-9a-f]{8}(_uniq|_like|_pk|_fk\w*|_check)?$")
# Added without copying a table of millions of rows: the step gave the column a default to do so, and kept it. Whoever
# writes these rows names the column.
ADDED_IN_PLACE = {
    "sqlite": (
        "catalog_listingfacet",
        ("column", "attempts", "smallint", 1, "0", 0),
        ("column", "attempts", "smallint unsigned", 1, None, 0),
    ),
    "postgresql": (
        "catalog_listingfacet",
        ("column", "attempts", "smallint", None, 16, 0, "NO", "0", "NO", None),
        ("column", "attempts", "smallint", None, 16, 0, "NO", None, "NO", None),
    ),
}


@pytest.fixture(autouse=True)
def databases_of_its_own(django_db_blocker: Any) -> Iterator[None]:
    """Let a test reach databases that the tests' settings do not know."""
    with django_db_blocker.unblock():
        yield


@dataclass
class Place:
    """Where an empty database is: how a process is told, and Django's name for it."""

    env: dict[str, str]
    alias: str

    @property
    def database(self) -> Any:
        """Return this thread's connection to it."""
        return connections[self.alias]


@contextmanager
def empty(folder: Path, name: str) -> Iterator[Place]:
    """Make an empty database of the kind that the tests run on; it is gone afterwards."""
    home = folder / name
    home.mkdir(mode=0o700)
    inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env = {**inherited, "JETBRIDGE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "jetbridge.settings"}
    path = str(home / "jetbridge.sqlite3")
    if connection.vendor == "postgresql":
        path = f"{settings.DATABASES['default']['NAME']}_{name}_{os.getpid()}"
        env["DATABASE_URL"] = re.sub(r"/[^/?]*(\?|$)", rf"/{path}\1", os.environ["DATABASE_URL"])
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{path}"')
            cursor.execute(f'CREATE DATABASE "{path}"')
    # A pool of connections is kept by the alias.
    alias = f"empty_{name}_{os.getpid()}"
    connections.settings[alias] = {**connections.settings["default"], "NAME": path}
    place = Place(env, alias)
    try:
        yield place
    finally:
        place.database.close()
        if connection.vendor == "postgresql":
            place.database.close_pool()
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{path}" WITH (FORCE)')
        del connections[alias], connections.settings[alias]


def run(place: Place, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT_ROOT,
        env=place.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(place: Place, sql: str, *params: object) -> list[tuple[Any, ...]]:
    with place.database.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def plain(text: str, table: str) -> str:
    """Word a definition without what the two ways may write differently: quotes, blanks, made-up names."""
    text = re.sub(r'["`]', "", text)
    text = re.sub(r"\b\w+_[0-9a-f]{8}(?:_\w+)?\b", "_", text)
    text = re.sub(rf"\b{table}_[a-z0-9_]*?_(?:pkey|key|check\d*|fkey)\b", "_", text)
    return re.sub(r"\s+", " ", re.sub(r"\s*([(),])\s*", r"\1", text)).strip()


def checks(sql: str) -> Iterator[str]:
    """Give each CHECK of a table's text, with its brackets."""
    for found in re.finditer(r"CHECK \(", sql):
        depth, at = 1, found.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[at], 0)
            at += 1
        yield sql[found.start() : at]


def in_sqlite(place: Place) -> dict[str, set[object]]:
    """Return what makes up each table: its columns, indexes, keys, checks."""
    found: dict[str, set[object]] = {}
    for table, sql in rows(place, "SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        if table.startswith("sqlite_"):
            continue
        parts: set[object] = {
            ("column", name, kind.lower(), needed, first, key)
            for _, name, kind, needed, first, key, hidden in rows(place, f"PRAGMA table_xinfo({table})")
        }
        parts |= {("key", *row[2:]) for row in rows(place, f"PRAGMA foreign_key_list({table})")}
        parts |= {("check", plain(text, table)) for text in checks(sql)}
        parts |= {("own number",)} if "AUTOINCREMENT" in sql else set()
        for _, name, is_unique, origin, is_partial in rows(place, f"PRAGMA index_list({table})"):
            columns = tuple(row[2] for row in rows(place, f"PRAGMA index_info({name})"))
            made = rows(place, "SELECT sql FROM sqlite_master WHERE name = %s", name)[0][0]
            called = "" if origin != "c" or MADE_UP.search(name) else name
            parts.add(("index", called, is_unique, is_partial, columns, plain(made or "", table)))
        found[table] = parts
    return found


def in_postgresql(place: Place) -> dict[str, set[object]]:
    """Return what makes up each table: its columns, indexes, keys, checks."""
    found: dict[str, set[object]] = {}
    columns = """
        SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale,
        is_nullable, column_default, is_identity, collation_name
        FROM information_schema.columns WHERE table_schema = 'public'
    """
    for table, *column in rows(place, columns):
        found.setdefault(table, set()).add(("column", *column))
    constraints = """
        SELECT class.relname, held.conname, held.contype::text, pg_get_constraintdef(held.oid), held.condeferrable
        FROM pg_constraint held JOIN pg_class class ON class.oid = held.conrelid
        WHERE held.connamespace = 'public'::regnamespace AND held.contype <> 'n'
    """
    for table, name, kind, text, can_wait in rows(place, constraints):
        called = "" if kind == "p" or plain(name, table) == "_" else name
        found[table].add(("constraint", called, kind, plain(text, table), can_wait))
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    for table, name, text in rows(place, indexes):
        is_named = plain(name, table) != "_"
        found[table].add(("index", name if is_named else "", plain(text.replace(name, "_"), table)))
    return found


def tables(place: Place) -> dict[str, set[object]]:
    return in_sqlite(place) if connection.vendor == "sqlite" else in_postgresql(place)


def counts(place: Place, names: Iterator[str] | list[str]) -> dict[str, int]:
    """Return how many rows each table of ours and others' holds."""
    return {name: rows(place, f"SELECT COUNT(*) FROM {name}")[0][0] for name in names}


def test_both_ways_leave_the_same_database(tmp_path: Path) -> None:
    with empty(tmp_path, "steps") as steps, empty(tmp_path, "once") as once:
        run(steps, "-c", ONE_BY_ONE)
        said = run(once, "manage.py", "migrate")

        expected, found = tables(steps), tables(once)
        table, by_step, at_once = ADDED_IN_PLACE[connection.vendor]
        expected[table].remove(by_step)
        found[table].remove(at_once)
        assert "The database was empty" in said
        assert found.keys() == expected.keys()
        different = {
            name: (
                sorted(map(str, expected[name] - found[name])),
                sorted(map(str, found[name] - expected[name])),
            )
            for name in found
            if found[name] != expected[name]
        }
        assert different == {}
        assert counts(once, list(found)) == counts(steps, list(found))
        applied = "SELECT app, name FROM django_migrations ORDER BY app, name"
        assert rows(once, applied) == rows(steps, applied)


def test_of_two_that_start_together_one_makes_the_tables(tmp_path: Path) -> None:
    with empty(tmp_path, "twice") as place:
        with ThreadPoolExecutor() as pool:
            said = list(pool.map(lambda code: run(place, "-c", code), [AT_ONCE] * 2))

        nothing, made = sorted(map(int, said))
        assert nothing == 0
        assert counts(place, ["django_migrations"]) == {"django_migrations": made}


def test_an_end_in_the_middle_leaves_the_database_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty(tmp_path, "broken") as place:
        with monkeypatch.context() as patch:
            patch.setattr(first_tables, "_note_migrations", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                first_tables.make(place.database)
        assert place.database.introspection.table_names() == []

        assert first_tables.make(place.database) > 100


def test_a_database_with_tables_is_left_to_the_migrations(tmp_path: Path) -> None:
    with empty(tmp_path, "begun") as place:
        with place.database.cursor() as cursor:
            cursor.execute("CREATE TABLE somebody_elses (id integer)")

        assert first_tables.make(place.database) == 0
        assert place.database.introspection.table_names() == ["somebody_elses"]
