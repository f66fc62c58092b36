"""Says whether the database is older than Jet, and lets deliveries go."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from jetbridge.core import generations
from jetbridge.core.management.base import PanelCommand
from jetbridge.desk.services import restored


class Command(PanelCommand):
    """Lifting asks for --yes: what people entered since the copy and enter again may be sent twice."""

    help = (
        "Say whether this database was put back from a copy and is older than Jet; --lift lets deliveries go."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lift", action="store_true", help="Let deliveries go.")
        parser.add_argument("--yes", action="store_true", help="What may be doubled was looked at.")

    def handle(self, *args: Any, lift: bool, yes: bool, **options: Any) -> None:
        found = generations.state()
        if not found.is_older:
            self.finish({"older_since": None, "held": False}, restored.NOT_HELD)
            return
        lines = "\n".join(restored.warnings(found))
        if not lift:
            self.finish({"older_since": found.older_since, "held": True}, lines)
            return
        if not yes:
            raise CommandError(f"{lines}\nRepeat with --lift --yes.")
        restored.let_go()
        self.finish({"older_since": None, "held": False}, restored.LIFTED)
