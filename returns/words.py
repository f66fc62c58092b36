"""How returns, refunds and settlements look: tones of their statuses."""

from jetbridge.core.display import Tone
from returns.models import Refund, ReturnRequest, Settlement
from returns.models.sending import SendState

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
    SendState.NONE: "grey",
    SendState.WANTED: "blue",
    SendState.SENDING: "blue",
    SendState.UNKNOWN: "amber",
    SendState.ACCEPTED: "green",
    SendState.REFUSED: "red",
}
