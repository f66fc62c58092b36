"""Deletes a refund that was not sent to Jet yet, as the button Delete refund does."""

from typing import Any

from django.core.management.base import CommandParser

from jetbridge.core import configuration
from jetbridge.core.management import lookups
from jetbridge.core.management.base import PanelCommand
from returns.models import Refund
from returns.services import refunds


class Command(PanelCommand):
    """What it promised is free again."""

    help = "Delete a refund before it is sent to Jet."
    refusals = (refunds.AlreadySent,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("refund", help="your own refund id, or Jet's")
        self.add_dry_run(parser)

    def handle(self, *args: Any, refund: str, **options: Any) -> None:
        rows = Refund.objects.filter(account=configuration.active_account())
        found = lookups.the_one(rows, refund, "alt_refund_id", "jet_id", what="refund")
        with self.trying(options["dry_run"]):
            refunds.delete_unsent(refund=found)
        self.finish({"deleted": refund}, f"Refund {refund} is deleted; nothing was sent to Jet.")
