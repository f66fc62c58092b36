"""What happens once in the life of an installation: tables, the first person, demo data."""

import secrets
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connection
from django.db import connections as db_connections
from django.db.migrations.executor import MigrationExecutor

from jetbridge.core import configuration
from jetbridge.core.people import remember_first_password
from jetbridge.desk.demo import store_csv
from jetbridge.desk.services import store as connections
from jetbridge.store import services as links

ADMIN = "admin"
# Public: every emulator of a store takes these, and it listens on this machine alone.
EMULATOR_KEYS = {
    "consumer_key": "jb-key", "consumer_secret": "jb-secret", "token": "jb-token", "token_secret": "jb-token-secret",
}  # fmt: skip


def migrate() -> int:
    """Bring the database up to date; return how many migrations that took."""
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    # Also when none waits: what migrate seeds may have been lost or be new.
    call_command("migrate", interactive=False, verbosity=0)
    return waiting


def make_admin() -> str:
    """Make the first person when there is nobody; return the password, or nothing."""
    people = get_user_model()
    if people.objects.exists():
        return ""
    password = secrets.token_urlsafe(12)
    remember_first_password(people.objects.create_superuser(ADMIN, "", password))
    return password


def store_seed(home: Path) -> Path:
    """Write the demo's catalogue for the store's emulator, once, and return where."""
    file = home / "store-seed.csv"
    if not file.exists():
        with file.open("w", newline="") as stream:
            store_csv.write(stream)
    return file


def link_store() -> str:
    """Connect the emulator of this run, unless the panel names a store elsewhere; say in one line what came of it."""
    try:
        if configuration.current().store_url:
            return "Configuration names another store address; the store's emulator is not linked."
        links.save_keys(**EMULATOR_KEYS, is_bearer=False)
        return f"Store: {links.summary(connections.connect())}"
    finally:
        db_connections.close_all()


class DemoRequest:
    """Remembers on disk that demo data is still to be seeded, so that an interrupted start makes up for it."""

    def __init__(self, home: Path) -> None:
        self._mark = home / "demo-wanted"

    def make(self) -> None:
        """Ask for demo data."""
        self._mark.touch(mode=0o600)

    def is_open(self) -> bool:
        """Return whether demo data is asked for and can be had."""
        return self._mark.exists() and "seed_demo" in get_commands()

    def fulfil(self) -> None:
        """Demo data is there."""
        self._mark.unlink(missing_ok=True)
