"""Waits for Jet's answer to a document that another worker may have taken up before the command."""

from jetbridge.jobs.management import waiting
from returns.models import Refund, ReturnRequest


def settled(row: ReturnRequest | Refund, patience: float = waiting.PATIENCE) -> bool:
    """Tell whether the document is settled, once it is or the patience ends."""

    def is_over() -> bool:
        row.refresh_from_db()
        return not (row.is_pending and row.claimed_by)

    waiting.until(is_over, patience)
    return not row.is_pending
