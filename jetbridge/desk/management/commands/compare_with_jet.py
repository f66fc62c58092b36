"""Says whether the database is older than Jet and what the last comparison found, and lets deliveries go."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError, CommandParser

from jetbridge.core import generations
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.models import Comparison
from jetbridge.desk.services import comparisons, restored


class Command(PanelCommand):
    """Lifting asks for --yes: what could not be read is not known here, and may be sent twice or offered again."""

    help = (
        "Say whether this database was put back from a copy and is older than Jet, and what the last comparison "
        "found (run_job desk.compare_with_jet compares); --lift lets deliveries go."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lift", action="store_true", help="Let deliveries go; compares first.")
        parser.add_argument("--yes", action="store_true", help="What may be doubled was looked at.")

    def handle(self, *args: Any, lift: bool, yes: bool, **options: Any) -> None:
        found = generations.state()
        if found.is_older and lift and yes:
            self._lift()
            return
        lines = "\n".join([*(restored.warnings(found) if found.is_older else [restored.NOT_HELD]), _last()])
        if found.is_older and lift:
            raise CommandError(f"{lines}\nRepeat with --lift --yes.")
        self.finish({"older_since": found.older_since, "held": found.is_older}, lines.strip())

    def _lift(self) -> None:
        try:
            comparisons.lift_by_hand()
        except comparisons.NotCompared:
            call_command("run_job", comparisons.JOB, stdout=self.stderr)
            try:
                comparisons.lift_by_hand()
            except comparisons.NotCompared as lack:
                raise CommandError(f"{lack} It did not come to its end: see Cron Status.") from lack
        self.finish({"older_since": None, "held": False}, f"{_last()}\n{restored.LIFTED}".strip())


def _last() -> str:
    last = Comparison.objects.first()
    return comparisons.words(last) if last is not None and last.finished_at else ""
