"""Closes products on Jet, or opens them again."""

from typing import Any

from django.core.management.base import CommandParser

from catalog.listings.management.mass_action import MassActionCommand


class Command(MassActionCommand):
    """Archive, and with --undo Unarchive."""

    help = "Archive products on Jet (or with --undo open them again) and report what Jet said to each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--undo", action="store_true", help="open archived products again")
        self.add_choice(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        action = "unarchive" if options["undo"] else "archive"
        run = self.draft(action, options["skus"], options["all"])
        if options["dry_run"]:
            return self.show_plan(run)
        return self.report(self.carry_out(run), "opened" if options["undo"] else "archived")
