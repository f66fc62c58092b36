"""Sends price and quantity of products to Jet, content left alone."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.listings.management.mass_action import MassActionCommand


class Command(MassActionCommand):
    """Update Inventory and Price."""

    help = "Send price and quantity of products to Jet and report what Jet said to each."

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_choice(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run = self.draft("sync", options["skus"], options["all"])
        if options["dry_run"]:
            return self.show_plan(run)
        return self.report(self.carry_out(run), "in step with Jet")
