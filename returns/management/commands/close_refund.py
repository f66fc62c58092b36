"""Closes a refund that Jet refused, as the button Close on its page does: nothing more is paid for it."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from returns.models import Refund
from returns.services import refunds


class Command(PanelCommand):
    """It no longer waits for a person."""

    help = "Close a refund that Jet refused: nothing more is paid for it."
    refusals = (refunds.NotRefused,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("refund", help="your own refund id, or Jet's")
        self.add_dry_run(parser)

    def handle(self, *args: Any, refund: str, **options: Any) -> None:
        rows = Refund.objects.filter(account=configuration.active_account())
        found = lookups.the_one(rows, refund, "alt_refund_id", "jet_id", what="refund")
        with self.trying(options["dry_run"]):
            refunds.close(refund=found)
        self.finish({"closed": refund}, f"Refund {refund} is closed; nothing more is paid for it.")
