"""A database that was put back from a copy: what people read of it, and how deliveries go again."""

from datetime import datetime

from django.db import transaction

from jetbridge.core import generations, history
from jetbridge.core.models import Generation
from jetbridge.jobs.queue import nudge
from jetbridge.outbox import claims
from jetbridge.panel import display

LIFTED = "The mark is lifted: deliveries go again."
NOT_HELD = "Deliveries are not held: the database is as new as what was sent from it."


def warnings(found: Generation) -> list[str]:
    """Return what is held, what goes on by itself, and what lifting it before means."""
    since = display.exact(found.older_since) if found.older_since else ""
    return [
        f"This database was put back from a copy: it knows nothing of what happened after {since}. Shipments, "
        "cancels, refunds, answers to returns, prices, quantities, files, mass actions and mail wait; orders are "
        "imported and acknowledged.",
        "The job Compare with Jet reads orders, returns, refunds, files and listings again and takes over what is "
        "new. Where all could be read, deliveries then go again by themselves.",
        "Where a list of Jet was full or something could not be read, a person lifts the mark: what stands behind "
        "the end of a full list is not known here. Its units would be offered again, and a shipment, a cancel or a "
        "refund that is entered again may be sent twice. A mail may go out twice.",
    ]


def let_go(marked_at: datetime | None = None) -> bool:
    """Lift the mark, or this one alone, and start what was held; return whether it stood."""
    found = generations.known()
    with transaction.atomic():
        if not generations.lift(marked_at):
            return False
        since = {"older_since": found.older_since.isoformat() if found.older_since else ""}
        history.record("mark lifted", found, message="Deliveries go again.", before=since)
    for job in claims.due_jobs():
        nudge(job)
    return True
