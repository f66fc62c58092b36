"""Deletes a refund that was not sent to Jet yet, as the button Delete refund does."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import Q

from jetbridge.core import configuration
from jetbridge.core.management.base import PanelCommand
from returns.models import Refund
from returns.services import refunding


class Command(PanelCommand):
    """What it promised is free again."""

    help = "Delete a refund before it is sent to Jet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("refund", help="your own refund id, or Jet's")
        self.add_dry_run(parser)

    def handle(self, *args: Any, refund: str, **options: Any) -> None:
        named = Q(alt_refund_id=refund) | Q(jet_id=refund)
        found = Refund.objects.filter(named, account=configuration.active_account()).first()
        if found is None:
            raise CommandError(f"No refund is known as {refund}.")
        try:
            with self.trying(options["dry_run"]):
                refunding.delete_unsent(refund=found)
        except refunding.AlreadySent as refusal:
            raise CommandError(str(refusal)) from refusal
        self.finish({"deleted": refund}, f"Refund {refund} is deleted; nothing was sent to Jet.")
