"""Closes a refund that Jet refused, as the button Close on its page does: nothing more is paid for it."""

from returns.management.bases import RefundCommand
from returns.models import Refund
from returns.services import refunds


class Command(RefundCommand):
    """It no longer waits for a person."""

    help = "Close a refund that Jet refused: nothing more is paid for it."
    refusals = (refunds.NotRefused,)
    word = "closed"
    outcome = "nothing more is paid for it"

    def end(self, refund: Refund) -> None:
        refunds.close(refund=refund)
