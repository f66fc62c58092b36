"""A database that was put back from a copy: what a person is asked before deliveries go again."""

from django.db import transaction

from jetbridge.core import generations, history
from jetbridge.core.models import Generation
from jetbridge.jobs.queue import nudge
from jetbridge.outbox import claims
from jetbridge.panel import display

LIFTED = "The mark is lifted: deliveries go again."
NOT_HELD = "Deliveries are not held: the database is as new as what was sent from it."


def warnings(found: Generation) -> list[str]:
    """Return what to do first, and what may be doubled once deliveries go."""
    since = display.exact(found.older_since) if found.older_since else ""
    return [
        f"This database was put back from a copy: it knows nothing of what happened after {since}. Shipments, "
        "cancels, refunds, answers to returns, prices, quantities, files, mass actions and mail wait; orders are "
        "imported and acknowledged.",
        "First fetch the orders since that day (manage.py fetch_orders --since DAY --until DAY): one that came in "
        "and was acknowledged since is not known here, and its units would be offered again. Fetch returns, and "
        "choose Update Product Status over all products.",
        "What waits is sent once: whatever was asked for before the restore is looked up at Jet first. What people "
        "entered since and this copy has lost is not known here: entered again without a look at Jet's answer, a "
        "shipment, a cancel or a refund may be sent twice. A mail may go out twice.",
    ]


def let_go() -> bool:
    """Lift the mark and start what was held; return whether it stood."""
    found = generations.known()
    with transaction.atomic():
        if not generations.lift():
            return False
        since = {"older_since": found.older_since.isoformat() if found.older_since else ""}
        history.record("mark lifted", found, message="Deliveries go again.", before=since)
    for job in claims.due_jobs():
        nudge(job)
    return True
