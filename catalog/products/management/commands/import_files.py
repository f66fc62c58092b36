"""`manage.py import_files`: product files uploaded in the panel; imports what was previewed, or discards it."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.products.management.readings import reading_arguments, readings
from catalog.products.models import ImportFile
from catalog.products.services import import_files
from jetbridge.core.management.lookups import existing
from jetbridge.panel.management.grids import Grid, GridCommand

COUNTS = ("name", "state", "rows", "created", "updated", "failed")


class Command(GridCommand):
    """Import, Read again and Discard on a file's page; `import_products` takes a file of this machine at once."""

    help = "List uploaded product files; import one that was previewed, or discard it."
    grid = Grid(ImportFile, "files", {"file": "pk", **dict(zip(COUNTS, COUNTS, strict=True))}, most=20)
    refusals = (import_files.NotNow,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a file and what becomes of it."""
        action = parser.add_mutually_exclusive_group()
        action.add_argument("--confirm", type=int, metavar="NUMBER", help="have it imported by the workers")
        action.add_argument("--discard", type=int, metavar="NUMBER", help="delete what was uploaded")
        action.add_argument(
            "--again", type=int, metavar="NUMBER", help="have it read anew, as the options say"
        )
        reading_arguments(parser)
        self.add_grid(parser)
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        numbers = (options["confirm"], options["discard"], options["again"])
        number = next((each for each in numbers if each is not None), None)
        if number is None:
            self.finish_grid(options)
            return
        files = ImportFile.objects.defer("errors", "samples")
        file = existing(files, f"There is no file {number}.", pk=number)
        # What discarding deletes from disk cannot be taken back.
        discard = import_files.withdraw if options["dry_run"] else import_files.discard
        with self.trying(options["dry_run"]):
            if options["again"] is not None:
                import_files.read_again(file=file, options=readings(options))
            else:
                (import_files.accept if options["confirm"] is not None else discard)(file=file)
        self.finish_facts(self.grid.row_of(file))
