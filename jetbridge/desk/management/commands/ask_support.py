"""Writes a message to whoever supports the panel, from the shell."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from jetbridge.desk.forms.pages import SupportForm
from jetbridge.desk.services import support_bundles
from jetbridge.inbox import support_messages
from jetbridge.panel.management.forms import NO_OPTION, FormCommand


class Command(FormCommand):
    """The command behind Send message."""

    help = "Send a message to the support address; it is kept with its reference first."

    form = SupportForm
    flags = {"subject": NO_OPTION, "text": NO_OPTION, "attach": NO_OPTION}
    hints = {"reply_to": "where the answer goes"}

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject")
        parser.add_argument("text")
        self.add_fields(parser)
        parser.add_argument("--no-bundle", action="store_true", help="do not attach the bundle")
        parser.add_argument(
            "--dry-run", action="store_true", help="say where it would go; keep and send nothing"
        )

    def handle(self, *args: Any, subject: str, text: str, **options: Any) -> None:
        given = self.filled({"subject": subject, "text": text, **self.given(options)}).cleaned_data
        if options["dry_run"]:
            self.finish({"address": support_messages.address(), "dry_run": True}, f"It would go {_where()}.")
            return
        message = support_messages.write(
            subject=given["subject"],
            text=given["text"],
            reply_to=given["reply_to"],
            bundle=None if options["no_bundle"] else support_bundles.build(tracebacks=True),
            by=None,
            now=timezone.now(),
        )
        summary = {"reference": message.reference, "address": support_messages.address()}
        self.finish(summary, f"{message.reference} goes {_where()}.")


def _where() -> str:
    address = support_messages.address()
    return f"to {address}" if address else "nowhere yet: set JETBRIDGE_SUPPORT_EMAIL"
