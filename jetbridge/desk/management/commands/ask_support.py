"""Writes a message to whoever supports the panel, from the shell."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from jetbridge.core.management.base import PanelCommand
from jetbridge.desk.services import support_bundles
from jetbridge.inbox import support_messages


class Command(PanelCommand):
    """The command behind Send message."""

    help = "Send a message to the support address; it is kept with its reference first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject")
        parser.add_argument("text")
        parser.add_argument("--reply-to", default="", help="Where the answer goes.")
        parser.add_argument("--no-bundle", action="store_true", help="Do not attach the bundle.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say where it would go; keep and send nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.finish({"address": support_messages.address(), "dry_run": True}, f"It would go {_where()}.")
            return
        message = support_messages.write(
            subject=options["subject"],
            text=options["text"],
            reply_to=options["reply_to"],
            bundle=None if options["no_bundle"] else support_bundles.build(tracebacks=True),
            by=None,
            now=timezone.now(),
        )
        summary = {"reference": message.reference, "address": support_messages.address()}
        self.finish(summary, f"{message.reference} goes {_where()}.")


def _where() -> str:
    address = support_messages.address()
    return f"to {address}" if address else "nowhere yet: set JETBRIDGE_SUPPORT_EMAIL"
