"""`manage.py rotate_keys`: rewrites all stored secrets under the first of the field keys."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration, history, key_rotation
from jetbridge.core.management.base import PanelCommand


class Command(PanelCommand):
    """Exit code 0: the newest key reads every secret, the older ones may be dropped."""

    help = "Encrypt API secrets and tokens under the newest field key, so that older keys can be dropped."

    def add_arguments(self, parser: CommandParser) -> None:
        self.add_dry_run(parser)

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        with self.trying(dry_run):
            done = key_rotation.rotate()
            if done.rewritten:
                history.record(
                    "keys rotated", configuration.current(), message=f"{done.rewritten} stored secrets"
                )
        lines = [f"Secrets rewritten under the newest key: {done.rewritten}; already there: {done.already}."]
        lines += [
            f"No key reads {place}. Put its key behind the others, or enter it again."
            for place in done.unreadable
        ]
        if not done.unreadable:
            lines.append("Every key but the first may be dropped.")
        summary = {"rewritten": done.rewritten, "already": done.already, "unreadable": list(done.unreadable)}
        self.finish(summary, "\n".join(lines), ok=not done.unreadable)
