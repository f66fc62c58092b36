"""`manage.py map_category PATH JET_ID`: maps a store category, named by its path, to a Jet category."""

from argparse import ArgumentParser
from difflib import get_close_matches
from typing import Any

from django.core.management.base import CommandError

from catalog.mapping.models import JetCategory
from catalog.mapping.services import mappings
from catalog.models import StoreCategory
from jetbridge.core.management.base import PanelCommand


class Command(PanelCommand):
    """Maps one category; --below maps all below it too."""

    help = "Map a store category to a Jet category."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the two categories."""
        parser.add_argument(
            "path", metavar="PATH", help='Store category, as in "Default Category/Gear/Bags".'
        )
        parser.add_argument("jet_id", metavar="JET_ID", help="Jet category ID, such as 4000123.")
        parser.add_argument("--below", action="store_true", help="Map every category below it too.")
        parser.add_argument("--dry-run", action="store_true", help="Check both categories; change nothing.")

    def handle(self, *, path: str, jet_id: str, below: bool, dry_run: bool, **_: Any) -> None:
        """Map, and say what changed."""
        store, jet = _store_category(path), _jet_category(jet_id)
        try:
            mappings.check_mappable(jet)
        except mappings.NotMappable as problem:
            raise CommandError(str(problem)) from problem
        summary = {"store_category": store.full_path, "jet_category": jet.jet_id, "jet_path": jet.path}
        if dry_run:
            self.finish({**summary, "dry_run": True}, f"Would map {store.full_path} to {jet.path}.")
            return
        report = mappings.map_category(store_category=store, jet_category=jet, below=below)
        counts = {"mapped": len(report.changed), "unchanged": report.same}
        text = (
            f"{store.full_path} -> {jet.path}: {len(report.changed)} mapped, {report.same} were so already."
        )
        self.finish({**summary, **counts}, text)


def _store_category(path: str) -> StoreCategory:
    wanted = path.strip().strip("/")
    found: StoreCategory | None = StoreCategory.objects.filter(full_path=wanted).first()
    if found:
        return found
    paths = list(StoreCategory.objects.values_list("full_path", flat=True))
    if not paths:
        raise CommandError(
            "There are no store categories yet. Import products first: manage.py import_products FILE."
        )
    close = get_close_matches(wanted, paths, n=3, cutoff=0.5)
    hint = f" Did you mean: {'; '.join(close)}?" if close else ""
    raise CommandError(f"There is no store category {wanted!r}.{hint}")


def _jet_category(jet_id: str) -> JetCategory:
    if not (jet_id.isascii() and jet_id.isdecimal() and len(jet_id) <= 18):
        raise CommandError(f"JET_ID must be a whole number, not {jet_id!r}.", returncode=2)
    found = JetCategory.objects.filter(jet_id=int(jet_id)).first()
    if found:
        return found
    if not JetCategory.objects.exists():
        raise CommandError("Jet's taxonomy is not imported yet: manage.py import_taxonomy DIR.")
    raise CommandError(f"There is no Jet category {jet_id}.")
