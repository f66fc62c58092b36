"""Puts back what `back_up` saved, while the panel stands still."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connections

from jetbridge.core.management.base import PanelCommand
from jetbridge.core.run_file import AlreadyUp, RunFile
from jetbridge.desk.services import backups
from jetbridge.desk.supervision import leftovers


class Command(PanelCommand):
    """Replaces what is in the home; it asks for --yes, since what is there now is gone afterwards."""

    needs_tables = False
    help = "Put a saved installation back in place of this one. Stop the panel first."
    refusals = (backups.BackupRefused,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="What is here now may go.")
        parser.add_argument(
            "--with-sandbox", action="store_true", help="Put the sandbox's state back too; it stands for Jet."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        home = settings.JETBRIDGE_HOME
        if not options["yes"]:
            raise CommandError(
                f"This replaces what is in {home}. Save it with back_up, then repeat with --yes."
            )
        try:
            leftovers.claim(RunFile(home))
        except AlreadyUp as running:
            raise CommandError(f"{running} Stop it first.") from running
        connections.close_all()
        names = backups.restore(home=home, source=options["file"], with_sandbox=options["with_sandbox"])
        self.finish(
            {"restored": names}, f"Put back: {', '.join(names)}. Start the panel; it migrates by itself."
        )
