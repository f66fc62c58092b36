"""
Homes that are made once for a whole run of tests: each story starts from a copy of its own.

A new home costs its tables, a person's slow password hash and, for the demo, a few hundred products carried to
the sandbox; a copy costs two small files. Parallel workers share what the first of them made.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from jetapi.sandbox import Sandbox
from jetbridge.core import first_tables
from jetbridge.home import PROJECT_ROOT
from tests.commands.installations import START, Installation

Furnish = Callable[[Installation], Installation]

DATABASE = "jetbridge.sqlite3"
PERSON, PASSWORD = "tester", "a-password-of-the-test"
# Where the demo's pictures are before a copy has a port of its own.
NOWHERE = "http://127.0.0.1:9/"


# Tables as a run left them, for the next run with the same migrations.
KEPT = PROJECT_ROOT / ".venv" / "tables"
KEPT_AT_MOST = 8
PRODUCT = ("jetbridge", "catalog", "orders", "returns", "tests/outbox")
# What each migrate deals out anew.
DEALT_OUT = ("auth_group", "auth_permission", "django_content_type", "django_celery_beat_")


class Homes:
    """The homes of one run, in a folder that its processes share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def database(self, target: Path) -> None:
        """Lay a database with all tables there."""
        shutil.copy(self._made("migrated", _migrate) / DATABASE, target)

    def migrated(self, installation: Installation) -> Installation:
        """Give an installation its tables."""
        return self._furnish(installation, "migrated", _migrate)

    def peopled(self, installation: Installation) -> Installation:
        """Give an installation its tables and the person who logs in."""
        return self._furnish(installation, "peopled", self._add_person)

    def demo(self, installation: Installation) -> Installation:
        """Give an installation the whole demo, as its sandbox knows it too, and the person."""
        return self._furnish(installation, "demo", self._seed)

    def _furnish(
        self, installation: Installation, kind: str, make: Callable[[Installation], None]
    ) -> Installation:
        shutil.copytree(self._made(kind, make), installation.home)
        with closing(sqlite3.connect(installation.home / DATABASE)) as database, database:
            # A schedule that was just made counts from now: else the jobs of an old template would be late.
            database.execute("UPDATE django_celery_beat_periodictask SET date_changed = datetime('now')")
            panel = f"http://127.0.0.1:{installation.port}/"
            pictures = "UPDATE core_configuration SET image_base_url = replace(image_base_url, ?, ?)"
            database.execute(pictures, [NOWHERE, panel])
        return installation

    def _made(self, kind: str, make: Callable[[Installation], None]) -> Path:
        """Return the home of a kind; whoever asks first makes it while the others wait."""
        home = self._folder / kind
        with home.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not home.exists():
                draft = Installation(self._folder / f"{kind}-draft")
                # What a maker that was killed left behind is no home.
                shutil.rmtree(draft.home, ignore_errors=True)
                make(draft)
                draft.home.rename(home)
        return home

    def _add_person(self, installation: Installation) -> None:
        self.migrated(installation)
        installation.env["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
        _run(installation, "createsuperuser", "--noinput", "--username", PERSON, "--email", "t@example.test")

    def _seed(self, installation: Installation) -> None:
        self.peopled(installation)
        run = installation.home / "run.json"
        with (
            closing(Sandbox(state=str(installation.home / "sandbox.sqlite3"))) as sandbox,
            sandbox.serve() as url,
        ):
            run.write_text(json.dumps({"panel": NOWHERE, "sandbox": url}))
            _run(installation, "seed_demo")
        run.unlink()


def _migrate(installation: Installation) -> None:
    """Make the tables, or take those that an earlier run made of the same migrations; then deal out what goes in."""
    kept = KEPT / f"{_name_of_tables()}.sqlite3"
    database = installation.home / DATABASE
    if kept.exists():
        installation.home.mkdir(mode=0o700)
        shutil.copy(kept, database)
    _run(installation, "migrate", "--verbosity", "0")
    if KEPT.parent.is_dir() and not kept.exists():
        _keep(database, kept)


def _name_of_tables() -> str:
    """Return what changes with any migration, ours or a library's, and with how they are carried out."""
    files = [path for top in PRODUCT for path in sorted((PROJECT_ROOT / top).rglob("migrations/*.py"))]
    files.append(Path(first_tables.__file__))
    content = [path.relative_to(PROJECT_ROOT).as_posix().encode() + path.read_bytes() for path in files]
    locked = (PROJECT_ROOT / "requirements-dev.lock").read_bytes()
    return hashlib.sha256(b"\0".join([*content, locked])).hexdigest()[:20]


def _keep(database: Path, target: Path) -> None:
    """Keep the tables alone: permissions, groups and schedules follow the code, not the migrations."""
    target.parent.mkdir(exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(database)) as made, closing(sqlite3.connect(draft)) as copy:
        made.backup(copy)
        tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table.startswith(DEALT_OUT):
                copy.execute(f"DELETE FROM {table}")
        copy.execute("DELETE FROM sqlite_sequence")
        copy.commit()
    draft.rename(target)
    for old in sorted(target.parent.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT_AT_MOST]:
        old.unlink(missing_ok=True)


def _run(installation: Installation, *arguments: str) -> None:
    done = installation.manage(*arguments, seconds=START)
    assert done.returncode == 0, done.stdout + done.stderr
