"""`manage.py import_files`: product files uploaded in the panel; imports what was previewed, or discards it."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.products.models import ImportFile
from catalog.products.services import import_files
from jetbridge.core.management.lookups import existing
from jetbridge.panel.management.grids import Grid, GridCommand

COUNTS = ("name", "state", "rows", "created", "updated", "failed")


class Command(GridCommand):
    """Import and Discard on an uploaded file's page; `import_products` takes a file of this machine at once."""

    help = "List uploaded product files; import one that was previewed, or discard it."
    grid = Grid(ImportFile, "files", {"file": "pk", **dict(zip(COUNTS, COUNTS, strict=True))}, most=20)
    refusals = (import_files.NotNow,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a file and what becomes of it."""
        deed = parser.add_mutually_exclusive_group()
        deed.add_argument("--confirm", type=int, metavar="NUMBER", help="have it imported by the workers")
        deed.add_argument("--discard", type=int, metavar="NUMBER", help="delete what was uploaded")
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        number = options["confirm"] if options["confirm"] is not None else options["discard"]
        if number is None:
            self.finish_grid(options)
            return
        files = ImportFile.objects.defer("errors", "samples")
        file = existing(files, f"There is no file {number}.", pk=number)
        # What discarding deletes from disk cannot be taken back.
        discard = import_files.withdraw if options["dry_run"] else import_files.discard
        with self.trying(options["dry_run"]):
            (import_files.accept if options["confirm"] is not None else discard)(file=file)
        self.finish_facts(self.grid.told(file))
