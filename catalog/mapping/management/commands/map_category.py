"""`manage.py map_category PATH JET_ID`: maps a store category, named by its path, to a Jet category."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from catalog.mapping.models import JetCategory
from catalog.mapping.services import category_mappings
from catalog.products.management import lookups
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.texts import counted, number_in


class Command(PanelCommand):
    """Save, Clear and Undo of Category Mapping; --below takes all below it along."""

    help = "Map a store category to a Jet category; clear its mapping; take back a change of mappings."
    refusals = (category_mappings.NotMappable,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "path",
            nargs="?",
            default="",
            metavar="PATH",
            help='Store category, as in "Default Category/Gear/Bags".',
        )
        parser.add_argument(
            "jet_id", nargs="?", default="", metavar="JET_ID", help="Jet category ID, such as 4000123."
        )
        parser.add_argument("--below", action="store_true", help="Every category below it too.")
        other = parser.add_mutually_exclusive_group()
        other.add_argument("--clear", action="store_true", help="Map it to nothing.")
        other.add_argument("--undo", metavar="CHANGE", help="Take a change back, by the id that it reported.")
        parser.add_argument("--dry-run", action="store_true", help="Check both categories; change nothing.")

    def handle(self, *, path: str, jet_id: str, below: bool, dry_run: bool, **options: Any) -> None:
        """Map, clear or take back, and say what changed."""
        expected = 0 if options["undo"] else 1 if options["clear"] else 2
        if len([each for each in (path, jet_id) if each]) != expected:
            raise Usage("Give PATH and JET_ID, or PATH --clear, or --undo alone.")
        if options["undo"]:
            with self.trying(dry_run):
                self._report(category_mappings.undo(request_id=options["undo"]), "taken back")
        elif options["clear"]:
            with self.trying(dry_run):
                self._report(
                    category_mappings.clear_category(store_category=lookups.category(path), below=below),
                    "cleared",
                )
        else:
            self._map(path, jet_id, below, dry_run)

    def _report(self, report: category_mappings.MappingReport, word: str) -> None:
        paths = report.changed
        text = (
            f"{counted(len(paths), 'mapping')} {word}: {', '.join(paths[:10])}"
            if paths
            else "Nothing was to be changed."
        )
        self.finish({"changed": paths, "unchanged": report.same, "undo": report.request_id}, text)

    def _map(self, path: str, jet_id: str, below: bool, dry_run: bool) -> None:
        store, jet = lookups.category(path), _jet_category(jet_id)
        category_mappings.check_mappable(jet)
        summary = {"store_category": store.full_path, "jet_category": jet.jet_id, "jet_path": jet.path}
        if dry_run:
            self.finish({**summary, "dry_run": True}, f"Would map {store.full_path} to {jet.path}.")
            return
        report = category_mappings.map_category(store_category=store, jet_category=jet, below=below)
        counts = {"mapped": len(report.changed), "unchanged": report.same, "undo": report.request_id}
        text = (
            f"{store.full_path} -> {jet.path}: {len(report.changed)} mapped, {report.same} were so already."
        )
        self.finish({**summary, **counts}, text)


def _jet_category(jet_id: str) -> JetCategory:
    number = number_in(jet_id)
    if number is None:
        raise Usage(f"JET_ID must be a whole number, not {jet_id[:40]!r}.")
    found = JetCategory.objects.filter(jet_id=number).first()
    if found:
        return found
    if not JetCategory.objects.exists():
        raise CommandError("Jet's taxonomy is not imported yet: manage.py import_taxonomy DIR.")
    raise CommandError(f"There is no Jet category {jet_id}.")
