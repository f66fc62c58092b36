"""How returns, refunds and settlements look: tones of their statuses, the deadline of a return."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from jetbridge.core import store_days
from jetbridge.outbox.models import State
from jetbridge.panel import display
from jetbridge.panel.display import Tone
from returns.models import LedgerEntry, Refund, ReturnRequest, Settlement

RETURN_TONES: dict[str, Tone] = {
    ReturnRequest.Status.CREATED: "amber",
    ReturnRequest.Status.IN_PROGRESS: "blue",
    ReturnRequest.Status.COMPLETED: "green",
}
REFUND_TONES: dict[str, Tone] = {
    Refund.Status.NEW: "grey",
    Refund.Status.CREATED: "blue",
    Refund.Status.PROCESSING: "blue",
    Refund.Status.ACCEPTED: "green",
    Refund.Status.REJECTED: "red",
}
SETTLEMENT_TONES: dict[str, Tone] = {
    Settlement.State.SUBMITTED: "blue",
    Settlement.State.PAID: "green",
    Settlement.State.REJECTED: "red",
    Settlement.State.OTHER: "grey",
}
SEND_TONES: dict[str, Tone] = {
    State.NONE: "grey",
    State.PENDING: "blue",
    State.CLAIMED: "blue",
    State.SENT: "blue",
    State.UNKNOWN: "amber",
    State.HELD: "amber",
    State.ACCEPTED: "green",
    State.REJECTED: "red",
    State.BLOCKED: "red",
}
ENTRY_TONES: dict[str, Tone] = {
    LedgerEntry.State.RESERVED: "blue",
    LedgerEntry.State.BOOKED: "green",
    LedgerEntry.State.RELEASED: "grey",
}
HOUR = 3_600
# In the zone of the store.
DAY_AND_HOUR = "%a, %b %-d, %H:%M"


def deadline(moment: datetime | None) -> SafeString:
    """Return the time left to answer a return, amber on the last day, red in the last four hours; and until when."""
    if moment is None:
        return display.NOTHING
    left, until = (
        display.countdown(moment, amber=24 * HOUR, red=4 * HOUR),
        store_days.text(moment, DAY_AND_HOUR),
    )
    return format_html('{} <span class="jb-nowrap">by {}</span>', left, until)
