"""Waits for Jet's answer to a document that another worker may have taken up before the command."""

import time

from returns.models import Refund, ReturnRequest

PATIENCE = 30.0
PAUSE = 0.25


def settled(row: ReturnRequest | Refund, patience: float = PATIENCE) -> bool:
    """Tell whether the document is settled, once it is or the patience ends."""
    give_up = time.monotonic() + patience
    row.refresh_from_db()
    while row.is_unsettled and row.claimed_by and time.monotonic() < give_up:
        time.sleep(PAUSE)
        row.refresh_from_db()
    return not row.is_unsettled
