"""Says in time that a return is about to be completed by Jet, once for each."""

from datetime import datetime, timedelta

from jetbridge.core import store_days
from jetbridge.core.models import JetAccount
from jetbridge.inbox import notifications
from returns import selectors
from returns.models import ReturnRequest

# Long enough to be read in the morning, near enough to be the last word.
AHEAD = timedelta(hours=24)
# One run notifies of so many; the next, minutes later, goes on.
MOST = 50


def notify_deadlines(*, account: JetAccount, now: datetime) -> int:
    """Notify of each unanswered return whose deadline is near; return how many were notified."""
    near = selectors.to_complete(account).filter(
        complete_by__lte=now + account.clock_offset + AHEAD, deadline_notified_at=None
    )
    notified = 0
    for row in near.select_related("order").prefetch_related("items")[:MOST]:
        # Guarded, so that two workers notify once.
        if ReturnRequest.objects.filter(pk=row.pk, deadline_notified_at=None).update(
            deadline_notified_at=now
        ):
            _notify(row, now + account.clock_offset)
            notified += 1
    return notified


def _notify(row: ReturnRequest, at_jet: datetime) -> None:
    is_over = row.complete_by is not None and row.complete_by <= at_jet
    when = "has passed" if is_over else f"ends {store_days.text(row.complete_by, '%A, %B %d, %H:%M')}"
    asked = sum(
        item.asked_principal + item.asked_tax + item.asked_shipping + item.asked_shipping_tax
        for item in row.items.all()
    )
    notifications.notify(
        "returns.deadline",
        key=row.jet_id,
        title=f"The time to answer return {row} {when}",
        text=f"Without your answer Jet completes it by itself and gives the buyer ${asked:,.2f}.",
        about=row,
        severity="error",
        mail=True,
    )
