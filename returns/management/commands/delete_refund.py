"""Deletes a refund that was not sent to Jet yet, as the button Delete refund does."""

from returns.management.bases import RefundCommand
from returns.models import Refund
from returns.services import refunds


class Command(RefundCommand):
    """What it promised is free again."""

    help = "Delete a refund before it is sent to Jet."
    refusals = (refunds.AlreadySent,)
    word = "deleted"
    outcome = "nothing was sent to Jet"

    def end(self, refund: Refund) -> None:
        refunds.delete_unsent(refund=refund)
