"""Every command, each in a process of its own, while the database cannot be used: one line, and an exit code."""

import argparse
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.db import connection

from jetbridge.core.management.base import PanelCommand
from tests.children import end_of
from tests.homes import Homes

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="a file stands for the database here"),
]

# Django's own that people use here.
DJANGOS = {
    "createsuperuser": ["--noinput", "--username", "a", "--email", "a@example.com"],
    "changepassword": ["a"],
    "clearsessions": [],
    "axes_reset_username": ["a"],
}
# Run in a child that has loaded everything already, on a database of its own and without patience for locks.
PREPARED = """
import os, sys, traceback
from datetime import timedelta
import manage
from django.db import connections
from jetbridge.jobs import patience

def use(database, log, arguments, pages):
    os.chdir(os.path.dirname(log))  # what a command writes by default
    log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    chosen = connections["default"].settings_dict
    chosen["NAME"], chosen["OPTIONS"]["timeout"] = database, 0.1
    patience.PATIENCE, patience.PAUSE = timedelta(seconds=0.2), 0.1
    if pages:  # the disk has no room for more
        chosen["OPTIONS"]["init_command"] += f" PRAGMA max_page_count = {pages};"
    sys.argv = ["manage.py", *arguments]
    code = 0
    try:
        manage.main()
    except SystemExit as left:
        code = left.code
    except BaseException:
        traceback.print_exc()
        code = 99
    if isinstance(code, str):
        print(code, file=sys.stderr)
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)
"""


def commands() -> dict[str, PanelCommand]:
    found = {
        name: load_command_class(app, name) for name, app in get_commands().items() if isinstance(app, str)
    }
    return {name: command for name, command in found.items() if isinstance(command, PanelCommand)}


COMMANDS = commands()
WITH_TABLES = sorted(name for name, command in COMMANDS.items() if command.needs_tables)


def test_only_these_do_without_tables():
    assert COMMANDS.keys() - WITH_TABLES == {
        "up",
        "back_up",
        "restore",
        "screenshots",
        "journey",
        "store_module",
    }


class Field:
    """A database in a folder of its own, and what commands say of it."""

    def __init__(self, folder: Path) -> None:
        self.database, self._log = folder / "fields.sqlite3", folder / "said.log"
        self._file = folder / "a-file"
        self.pages = 0

    def run(self, name: str, arguments: list[str]) -> tuple[int, str]:
        """Return exit code and all that was said."""
        rows = [f"A-{number},{'Mug ' * 50}" for number in range(400)]
        self._file.write_text("\n".join(["sku,name", *rows]))  # anew: some commands write files
        words = [name, *arguments]
        code = end_of(PREPARED, f"use({str(self.database)!r}, {str(self._log)!r}, {words!r}, {self.pages})")
        return code, self._log.read_text()

    def arguments(self, name: str) -> list[str]:
        """Return what a command cannot do without: a first choice, a number, a file, a word."""
        parser = COMMANDS[name].create_parser("manage.py", name)
        words: list[str] = []
        for group in parser._mutually_exclusive_groups:
            if group.required:
                words += self._said(group._group_actions[0])
        for action in parser._actions:
            if action.required and action.nargs != "?":
                words += self._said(action)
        return words

    def _said(self, action: argparse.Action) -> list[str]:
        value = str(next(iter(action.choices))) if action.choices else self._value(action.type)
        many = action.nargs if isinstance(action.nargs, int) else 1
        return [*action.option_strings[-1:], *([value] * many if action.nargs != 0 else [])]

    def _value(self, kind: Any) -> str:
        return "1" if kind is int else str(self._file) if kind is Path else "A-1"


@pytest.fixture
def field(tmp_path: Path) -> Field:
    return Field(tmp_path)


def assert_one_line(name: str, code: int, said: str) -> str:
    lines = said.strip().splitlines()
    assert code == 1, (name, code, said)
    assert len(lines) == 1, (name, said)
    return lines[0]


# A command is a process each time: every other one in one trouble, those between in the next; all in each for long.
SPREAD = [pytest.param(2, id="in turns"), pytest.param(1, id="all", marks=pytest.mark.kill)]


@pytest.mark.parametrize("step", SPREAD)
@pytest.mark.parametrize("is_empty", [True, False], ids=["empty", "older"])
def test_before_migrate_every_command_says_one_line(field: Field, homes: Homes, is_empty: bool, step: int):
    if not is_empty:
        homes.database(field.database)
        _forget_one_migration(field.database)

    for name in WITH_TABLES[is_empty % step :: step]:
        line = assert_one_line(name, *field.run(name, field.arguments(name)))
        assert line.startswith("The database is not up to date: "), name
        assert line.endswith("Run `manage.py migrate`.")


def test_before_migrate_djangos_commands_say_one_line(field: Field):
    for name, arguments in DJANGOS.items():
        code, said = field.run(name, arguments)
        assert code == 1, said
        assert said.splitlines()[-1].endswith("Run `manage.py migrate`."), name
        assert "Traceback" not in said


# What lets a command write, where a first choice would only show.
WRITING = {
    "run_job": ["desk.sweep"],
    "roles": ["packers", "--create"],
    "people": ["carol", "--create", "--groups", "viewer"],
    "store_category": ["Default Category/Mugs", "--add"],
    "brand_rule": ["Acme", "--keep-off"],
    "schedule_job": ["desk.sweep", "--pause", "--note", "a reason"],
    "configure": ["--log-days", "5"],
}
# These start what stays, or reach for a browser or a network of their own and say what they find there.
APART = {"up", "worker", "screenshots", "journey"}


@pytest.mark.parametrize("step", SPREAD)
def test_a_database_that_is_gone_is_one_line_and_no_new_one_is_made(field: Field, step: int):
    field.database = f"file:{field.database}?mode=rw"

    for name in WITH_TABLES[::step]:
        line = assert_one_line(name, *field.run(name, field.arguments(name)))
        assert line.startswith("The database file is gone, or cannot be opened."), name


@pytest.mark.parametrize("step", SPREAD)
@pytest.mark.parametrize("trouble", ["full", "locked"])
def test_no_command_ends_in_a_traceback(field: Field, homes: Homes, trouble: str, step: int):
    homes.database(field.database)
    assert field.run("migrate", ["--verbosity", "0"])[0] == 0  # tables that only tests have
    cause = {"full": "The disk is full.", "locked": "The database is locked by another program."}[trouble]
    stopped, always = [], {"import_products", "seed_demo", *(WRITING if trouble == "locked" else ())}
    chosen = sorted(COMMANDS.keys() - APART - always)[(trouble == "full") % step :: step]
    with closing(sqlite3.connect(field.database, isolation_level=None)) as holder:
        if trouble == "locked":
            holder.execute("BEGIN IMMEDIATE")
        else:
            holder.execute("VACUUM")
            field.pages = holder.execute("PRAGMA page_count").fetchone()[0]
        for name in [*sorted(always), *chosen]:
            code, said = field.run(name, WRITING.get(name) or field.arguments(name))
            assert code in (0, 1, 2), (name, said)
            assert "Traceback" not in said, (name, said)
            if cause in said:
                stopped.append(name)
                assert code == 1, (name, said)
                assert len([line for line in said.splitlines() if cause in line]) == 1, (name, said)

    assert always <= set(stopped)  # a small row fits into a full file


def test_djangos_commands_say_one_line_when_the_database_is_gone(field: Field):
    field.database = f"file:{field.database}?mode=rw"

    for name, arguments in DJANGOS.items():
        code, said = field.run(name, arguments)
        assert code == 1, said
        assert "Traceback" not in said
        assert said.splitlines()[-1].startswith("The database file is gone, or cannot be opened."), name


def _forget_one_migration(database: Path) -> None:
    with closing(sqlite3.connect(database)) as old, old:
        old.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
