"""`manage.py import_files`: product files uploaded in the panel; imports what was previewed, or discards it."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.products.models import ImportFile
from catalog.products.services import import_files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.lookups import existing

SHOWN = 20


class Command(PanelCommand):
    """Import and Discard on an uploaded file's page; `import_products` takes a file of this machine at once."""

    help = "List uploaded product files; import one that was previewed, or discard it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a file and what becomes of it."""
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--confirm", type=int, metavar="NUMBER", help="have it imported by the workers")
        deed.add_argument("--discard", type=int, metavar="NUMBER", help="delete what was uploaded")
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        number = options["confirm"] or options["discard"]
        found = ImportFile.objects.defer("errors", "samples").order_by("-pk")
        if number is None:
            rows = [_told(file) for file in found[:SHOWN]]
            self.finish({"files": rows}, "\n".join(map(_line, rows)) or "No file was uploaded yet.")
            return
        file = existing(found, f"There is no file {number}.", pk=number)
        try:
            # What discarding deletes from disk cannot be taken back.
            discard = import_files.withdraw if options["dry_run"] else import_files.discard
            with self.trying(options["dry_run"]):
                (import_files.accept if options["confirm"] else discard)(file=file)
        except import_files.NotNow as refusal:
            raise CommandError(str(refusal)) from refusal
        row = _told(file)
        self.finish(row, _line(row))


def _told(file: ImportFile) -> dict[str, Any]:
    return {
        "file": file.pk, "name": file.name, "state": file.state, "rows": file.rows,
        "created": file.created, "updated": file.updated, "failed": file.failed,
    }  # fmt: skip


def _line(row: dict[str, Any]) -> str:
    counts = f"{row['created']} new, {row['updated']} changed, {row['failed']} bad of {row['rows']} rows"
    return f"{row['file']}  {row['name']}: {row['state']}, {counts}"
