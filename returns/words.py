"""How returns look: tones of their statuses."""

from jetbridge.core.display import Tone
from returns.models import ReturnRequest
from returns.models.sending import SendState

RETURN_TONES: dict[str, Tone] = {
    ReturnRequest.Status.CREATED: "amber",
    ReturnRequest.Status.IN_PROGRESS: "blue",
    ReturnRequest.Status.COMPLETED: "green",
}
SEND_TONES: dict[str, Tone] = {
    SendState.NONE: "grey",
    SendState.WANTED: "blue",
    SendState.SENDING: "blue",
    SendState.UNKNOWN: "amber",
    SendState.ACCEPTED: "green",
    SendState.REFUSED: "red",
}
