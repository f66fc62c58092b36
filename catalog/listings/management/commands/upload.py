"""Uploads products to Jet: by direct calls, or by files."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.listings.management.mass_action import MassActionCommand


class Command(MassActionCommand):
    """Selected Product Upload (--direct) and Bulk Product Upload (--bulk)."""

    help = "Upload products to Jet and report what Jet said to each."

    def add_arguments(self, parser: CommandParser) -> None:
        way = parser.add_mutually_exclusive_group(required=True)
        way.add_argument("--direct", action="store_true", help="one call a facet; waits for Jet's answers")
        way.add_argument(
            "--bulk", action="store_true", help="files; sends them, catalog.poll_files follows them"
        )
        self.add_ways(parser)
        self.add_choice(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        extra = self.ways(options)
        action = "bulk_upload" if options["bulk"] else "upload"
        run = self.draft(action, options["skus"], options["all"], **extra)
        if options["dry_run"]:
            return self.show_plan(run)
        return self.report(self.carry_out(run), "taken by Jet")
