"""Takes the demo away before real work begins."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core.management.base import PanelCommand
from jetbridge.desk.demo import removal


class Command(PanelCommand):
    """Remove the demo's products and everything that is about nothing but them."""

    help = "Remove demo data: demo products, orders about nothing but them, their files, categories and mappings."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would go and leave it")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        found = removal.counts() if dry_run else removal.remove()
        words = ", ".join(f"{count} {name}" for name, count in found.items())
        if not words:
            text = "There is no demo data."
        else:
            text = f"Would be removed: {words}." if dry_run else f"Removed: {words}."
        self.finish({"removed": {} if dry_run else found, "found": found if dry_run else {}}, text)
