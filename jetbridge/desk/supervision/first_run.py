"""What happens once in the life of an installation: tables, the first person, demo data."""

import secrets
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jetbridge.core.people import remember_first_password

ADMIN = "admin"


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
