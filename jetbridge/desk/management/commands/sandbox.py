"""`manage.py sandbox`: practice with the sandbox, as the buttons of the first steps do."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.jet.client import sandbox_in_use
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import Mode
from jetbridge.desk.demo import practice
from jetbridge.desk.demo.sandbox import SandboxAway, of_this_run


class Command(PanelCommand):
    """Fill in the sandbox's keys, load the practice categories, finish the review now, move the clock."""

    help = "Practice: the sandbox's keys and clock, a small taxonomy, and a review without a wait."
    refusals = (SandboxAway, practice.ClockStays)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one thing to do."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--keys", choices=Mode.values, metavar="MODE", help="store its keys for test or live"
        )
        what.add_argument("--taxonomy", action="store_true", help="store the practice categories")
        what.add_argument("--finish-review", action="store_true", help="end every review that has begun")
        what.add_argument(
            "--clock",
            type=int,
            metavar="MINUTES",
            help="move its clock on, to practice with deadlines; 0: back to real time",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say which sandbox it would be; do nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        if options["dry_run"]:
            self.finish({"sandbox": of_this_run().url, "dry_run": True}, f"Sandbox: {sandbox_in_use()}")
        elif options["keys"]:
            changed = practice.fill_keys(account=configuration.account(Mode(options["keys"])))
            self.finish({"changed": changed}, f"Changed: {', '.join(changed) or 'nothing'}.")
        elif options["taxonomy"]:
            said = practice.load_taxonomy()
            self.finish({"said": said}, said)
        elif options["clock"] is not None:
            by = timedelta(minutes=options["clock"]) if options["clock"] else None
            offset = practice.move_clock(account=configuration.active_account(), by=by)
            self.finish({"seconds": offset // timedelta(seconds=1)}, practice.said_of_clock(offset))
        else:
            count = practice.finish_review(account=configuration.active_account())
            self.finish({"finished": count}, practice.said_of_reviews(count))
