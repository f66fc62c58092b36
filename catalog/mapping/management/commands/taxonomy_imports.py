"""`manage.py taxonomy_imports`: imports of Jet's taxonomy; fetches one from Jet, accepts, discards, restores."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from catalog.mapping.models import TaxonomyImport
from catalog.mapping.services import taxonomy_imports
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.lookups import existing

SHOWN = 20
MOVES = ("accept", "discard", "restore", "look", "move")


class Command(PanelCommand):
    """The buttons of the taxonomy's pages; `import_taxonomy` reads files of this machine at once."""

    help = "List taxonomy imports; fetch one from Jet, accept or discard it, go back, move broken mappings."
    refusals = (taxonomy_imports.NotNow,)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an import and what becomes of it."""
        action = parser.add_mutually_exclusive_group()
        action.add_argument(
            "--from-jet", action="store_true", help="fetch it; the workers do, then it waits to be accepted"
        )
        action.add_argument("--accept", type=int, metavar="NUMBER", help="store what was shown")
        action.add_argument("--discard", type=int, metavar="NUMBER", help="leave everything as it is")
        action.add_argument(
            "--restore", type=int, metavar="NUMBER", help="back to the version before it, at once"
        )
        action.add_argument("--look", type=int, metavar="NUMBER", help="show what going back would change")
        action.add_argument(
            "--move", type=int, metavar="NUMBER", help="move the mappings that it broke to their successors"
        )
        parser.add_argument(
            "--with-mappings", action="store_true", help="with --accept: move broken mappings too"
        )
        self.add_dry_run(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or do the one thing that was asked for."""
        action = next((name for name in MOVES if options[name] is not None), "")
        if not action and not options["from_jet"]:
            found = TaxonomyImport.objects.defer("errors", "difference").order_by("-pk")[:SHOWN]
            rows = [_summary(each) for each in found]
            self.finish_rows("imports", rows, "Jet's taxonomy was not imported yet.")
            return
        row = _find(options[action]) if action else None
        if options["dry_run"] and row is None:
            self.finish({"dry_run": True}, "Jet's taxonomy would be fetched.")
            return
        with self.trying(options["dry_run"]):
            self.finish_facts(
                _done(action, row, options) if row else _summary(taxonomy_imports.start_from_jet())
            )


def _find(number: int) -> TaxonomyImport:
    return existing(TaxonomyImport.objects.all(), f"There is no taxonomy import {number}.", pk=number)


def _done(action: str, row: TaxonomyImport, options: dict[str, Any]) -> dict[str, Any]:
    movable = {
        each["store_id"]
        for each in row.difference.get("broken", ())
        if each["successor"] and each.get("store_id")
    }
    if action == "accept":
        taxonomy_imports.accept(taxonomy_import=row, moves=movable if options["with_mappings"] else ())
    elif action == "discard":
        taxonomy_imports.discard(taxonomy_import=row)
    elif action == "move":
        if row.state != TaxonomyImport.State.DONE:
            raise CommandError("Mappings move once the import is stored.")
        report = taxonomy_imports.move_mappings(taxonomy_import=row, moves=movable)
        return {"moved": len(report.changed), "undo": report.request_id}
    elif options["dry_run"]:
        taxonomy_imports.version_before(row)  # going back writes a file, which no rollback takes away
    else:
        row = taxonomy_imports.start_restore(of=row, at_once=action == "restore")
    return _summary(row)


def _summary(row: TaxonomyImport) -> dict[str, Any]:
    return {
        "import": row.pk, "source": row.source, "at": row.at, "state": row.state,
        "categories": row.categories, "attributes": row.attributes, "skipped": row.skipped,
    }  # fmt: skip
