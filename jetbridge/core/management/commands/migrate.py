"""Django's `migrate`, which makes the tables of an empty database at once."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from jetbridge.core import first_tables

# With one of these somebody asks for less than everything, or only looks.
PARTS = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """Migrations are applied one after the other only where there is something to move."""

    def handle(self, *args: Any, **options: Any) -> None:
        if not any(options[name] for name in PARTS):
            made = first_tables.make(connections[options["database"]])
            if made and options["verbosity"]:
                self.stdout.write(
                    f"The database was empty: its tables stand as {made} migrations leave them."
                )
        super().handle(*args, **options)
