"""Saves this installation into one file while it runs: keys, uploads, and the database where it is SQLite."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from jetbridge.core import history_seals, outages
from jetbridge.core.management.base import PanelCommand
from jetbridge.desk.services import backups


class Command(PanelCommand):
    """A copy that `restore` puts back. It holds the keys: keep it like a password."""

    needs_tables = False
    help = "Save keys, uploads and the SQLite database into one file; safe while the panel runs."
    refusals = (backups.BackupRefused,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="Default: jetbridge-DATE.tar.gz here.")

    def handle(self, *args: Any, **options: Any) -> None:
        target = options["file"] or Path(f"jetbridge-{timezone.now():%Y%m%d-%H%M%S}.tar.gz")
        # Before the copy is taken, so that the copy holds it.
        link = "" if outages.behind() else str(history_seals.last() or "")
        names = backups.back_up(home=settings.JETBRIDGE_HOME, target=target.absolute(), link=link)
        text = (
            f"{target}: {', '.join(names)}, {target.stat().st_size:,} bytes. It holds the keys: keep it safe."
        )
        if settings.DATABASE_URL:
            text += " The database is not in it: save that with pg_dump."
        if link:
            text += f" Last seal of the history: {link}."
        summary = {"file": str(target), "holds": names, "bytes": target.stat().st_size, "last_seal": link}
        self.finish(summary, text)
