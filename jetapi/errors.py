"""What can go wrong between us and Jet, as exceptions that say whether the work may have been done."""

from collections.abc import Sequence
from datetime import datetime

# What a status means where Jet's answer says nothing.
UNSAID = {
    401: "Jet does not accept the keys",
    403: "Jet does not allow this with these keys",
    404: "Jet does not know it",
    429: "Jet asks for fewer calls",
    500: "something broke at Jet",
    502: "Jet's server is not to be reached",
    503: "Jet's server is overloaded or being maintained",
    504: "Jet's server did not answer in time",
}


def unsaid(status: int) -> str:
    """Say in plain words what a status means that came without any."""
    if status in UNSAID:
        return UNSAID[status]
    if 300 <= status < 400:
        return "the answer leads to another address, which is not followed"
    return UNSAID[500] if status >= 500 else "Jet gave no reason"


class JetError(Exception):
    """
    Anything that went wrong in a call to Jet.

    `sent_maybe`: Jet may have done the work although no good answer came; settle by reading Jet's state.
    `retryable`: the same call may succeed later without anybody changing anything.
    """

    sent_maybe: bool = False
    retryable: bool = False
    call_id: str = ""


class JetInvalidRequest(JetError, ValueError):
    """Refused before anything was sent: the call as written could not have meant what was intended."""


class JetForbiddenAddress(JetInvalidRequest):
    """Refused before anything was sent: Jet handed out an address that is not followed."""


class JetConnectionError(JetError):
    """No answer came. `timed_out` means that Jet may still be at work on the call."""

    retryable = True

    def __init__(
        self, reason: str, *, sent_maybe: bool = False, timed_out: bool = False, call_id: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent_maybe = sent_maybe
        self.timed_out = timed_out
        self.call_id = call_id


class JetUnavailable(JetConnectionError):
    """Nothing was sent: Jet failed so often that calls are held back until `retry_at` (aware, UTC)."""

    def __init__(self, reason: str, *, retry_at: datetime) -> None:
        super().__init__(reason)
        self.retry_at = retry_at


class JetResponseError(JetError):
    """Jet answered with a refusal or a failure; `messages` are its own texts, in its order."""

    def __init__(
        self,
        *,
        status: int,
        messages: Sequence[str] = (),
        call_id: str = "",
        sent_maybe: bool = False,
        retry_after: float | None = None,
    ) -> None:
        self.status = status
        self.messages = [message for message in messages if message]
        super().__init__(f"{status}: {'; '.join(self.messages) or unsaid(status)}")
        self.call_id = call_id
        self.sent_maybe = sent_maybe
        self.retry_after = retry_after


class JetAuthError(JetResponseError):
    """The keys are wrong, or Jet does not accept our token."""


class JetRejected(JetResponseError):
    """Jet understood the call and refuses it (400 and other 4xx); repeating it unchanged is useless."""


class JetNotFound(JetResponseError):
    """Jet does not know this id or route (404)."""


class JetThrottled(JetResponseError):
    """Too many calls (429); `retry_after` seconds where Jet said so. The work was not done."""

    retryable = True


class JetServerError(JetResponseError):
    """Jet itself failed (5xx)."""

    retryable = True


class JetUnreadable(JetResponseError):
    """A 2xx answer that is not what the API promises: HTML, cut JSON, or a field of an impossible kind."""

    retryable = True


def error_for(status: int) -> type[JetResponseError]:
    """Choose the exception for an answer's status."""
    known: dict[int, type[JetResponseError]] = {
        401: JetAuthError,
        403: JetAuthError,
        404: JetNotFound,
        429: JetThrottled,
    }
    if status in known:
        return known[status]
    if status >= 500:
        return JetServerError
    return JetRejected if status >= 400 else JetResponseError
