"""Waits for Jet's answer to a document that another worker may have taken up before the command."""

from jetbridge.jobs.management import waits
from returns.models import Refund, ReturnRequest


def settled(row: ReturnRequest | Refund, patience: float = waits.PATIENCE) -> bool:
    """Return whether the document is settled, once it is or the patience ends."""

    def is_over() -> bool:
        row.refresh_from_db()
        return not (row.is_pending and row.claimed_by)

    waits.until(is_over, patience)
    return not row.is_pending
