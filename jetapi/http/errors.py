"""What can go wrong in a call, as exceptions that say whether the work may have been done."""

from collections.abc import Sequence
from datetime import datetime

# What a status means where the answer says nothing; the name is the other side's.
UNSAID = {
    401: "{name} does not accept the keys",
    403: "{name} does not allow this with these keys",
    404: "{name} does not know it",
    429: "{name} asks for fewer calls",
    500: "something broke at {name}",
    502: "{name}'s server is not to be reached",
    503: "{name}'s server is overloaded or being maintained",
    504: "{name}'s server did not answer in time",
}


def unsaid(status: int, name: str) -> str:
    """Say in plain words what a status means that came without any."""
    if status in UNSAID:
        text = UNSAID[status]
    elif 300 <= status < 400:
        text = "the answer leads to another address, which is not followed"
    else:
        text = UNSAID[500] if status >= 500 else "{name} gave no reason"
    return text.format(name=name)


class CallError(Exception):
    """
    Anything that went wrong in a call.

    `sent_maybe`: the work may have been done although no good answer came; settle by reading the other side's state.
    `retryable`: the same call may succeed later without anybody changing anything.
    """

    sent_maybe: bool = False
    retryable: bool = False
    call_id: str = ""


class InvalidCall(CallError, ValueError):
    """Refused before anything was sent: the call as written could not have meant what was intended."""


class ForbiddenAddress(InvalidCall):
    """Refused before anything was sent: an answer handed out an address that is not followed."""


class NoAnswer(CallError):
    """No answer came. `timed_out` means that the other side may still be at work on the call."""

    retryable = True

    def __init__(
        self, reason: str, *, sent_maybe: bool = False, timed_out: bool = False, call_id: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent_maybe = sent_maybe
        self.timed_out = timed_out
        self.call_id = call_id


class HeldBack(NoAnswer):
    """Nothing was sent: the other side failed so often that calls are held back until `retry_at` (aware, UTC)."""

    def __init__(self, reason: str, *, retry_at: datetime) -> None:
        super().__init__(reason)
        self.retry_at = retry_at


class ResponseError(CallError):
    """
    The answer is a refusal or a failure; `messages` are its own texts, in its order.

    `undone`: whatever its status, the work was certainly not done.
    """

    undone = False

    def __init__(
        self,
        *,
        status: int,
        messages: Sequence[str] = (),
        call_id: str = "",
        sent_maybe: bool = False,
        retry_after: float | None = None,
        name: str = "the other side",
    ) -> None:
        self.status = status
        self.messages = [message for message in messages if message]
        super().__init__(f"{status}: {'; '.join(self.messages) or unsaid(status, name)}")
        self.call_id = call_id
        self.sent_maybe = sent_maybe
        self.retry_after = retry_after


class AuthError(ResponseError):
    """The keys are wrong, or the token is not accepted."""


class Refused(ResponseError):
    """The call was understood and is refused (400 and other 4xx); repeating it unchanged is useless."""


class NotFound(ResponseError):
    """This id or route is not known (404)."""


class Throttled(ResponseError):
    """Too many calls (429); `retry_after` seconds where the answer said so. The work was not done."""

    retryable = True


class ServerError(ResponseError):
    """The other side itself failed (5xx)."""

    retryable = True


class Unreadable(ResponseError):
    """A 2xx answer that is not what the API promises: HTML, cut JSON, or a field of an impossible kind."""

    retryable = True


def error_for(status: int) -> type[ResponseError]:
    """Choose the exception for an answer's status."""
    known: dict[int, type[ResponseError]] = {
        401: AuthError,
        403: AuthError,
        404: NotFound,
        429: Throttled,
    }
    if status in known:
        return known[status]
    if status >= 500:
        return ServerError
    return Refused if status >= 400 else ResponseError


def unreadable(reason: str) -> Unreadable:
    """Make the exception for well-formed JSON of the wrong shape: asking again would give the same."""
    error = Unreadable(status=200, messages=[reason])
    error.retryable = False
    return error
