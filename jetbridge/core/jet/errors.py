"""
What can go wrong between us and Jet, as our own exceptions, and in one plain sentence with the fix.

Rooms above catch these and never the client's: each says whether the work may have been done all the same
(`sent_maybe`) and whether the same call may succeed later (`retryable`), exactly as the client's own error did.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from jetapi import errors as client_errors


class JetFailure(Exception):
    """Anything that went wrong in a call to Jet. `messages` are Jet's own texts where it answered with any."""

    retryable: bool = False

    def __init__(  # noqa: PLR0913 - what the client knew of one failure, all but the text keyword-only
        self,
        text: str = "",
        *,
        sent_maybe: bool = False,
        call_id: str = "",
        status: int | None = None,
        messages: list[str] | None = None,
        retry_after: float | None = None,
        retry_at: datetime | None = None,
        timed_out: bool = False,
    ) -> None:
        super().__init__(text)
        self.sent_maybe, self.call_id = sent_maybe, call_id
        self.status, self.messages = status, messages or []
        self.retry_after, self.retry_at, self.timed_out = retry_after, retry_at, timed_out


class JetNotConfigured(JetFailure):
    """No call can be made: an address or keys are missing; the message says which and where to set them."""


class SecretBoundElsewhere(JetNotConfigured):
    """The secret was entered for another address than the configured one, so that it is not sent there."""


class JetCallInvalid(JetFailure, ValueError):
    """Refused before anything was sent: the call as built could not have meant what was intended."""


class JetAddressRefused(JetCallInvalid):
    """Refused before anything was sent: Jet handed out an address that is not followed."""


class JetUnreachable(JetFailure):
    """No answer came. `timed_out` means that Jet may still be at work on the call."""

    retryable = True


class JetHeldBack(JetUnreachable):
    """Nothing was sent: Jet failed so often that calls are held back until `retry_at` (aware, UTC)."""


class JetAnswered(JetFailure):
    """Jet answered with a refusal or a failure."""


class JetKeysRefused(JetAnswered):
    """The keys are wrong, or Jet does not accept our token."""


class JetRefused(JetAnswered):
    """Jet understood the call and refuses it; repeating it unchanged is useless."""


class JetNotKnown(JetAnswered):
    """Jet does not know this id or route."""


class JetOverloaded(JetAnswered):
    """Too many calls; `retry_after` seconds where Jet said so. The work was not done."""

    retryable = True


class JetBroken(JetAnswered):
    """Jet itself failed."""

    retryable = True


class JetUnreadable(JetAnswered):
    """Jet took the call, and its answer is not what its API promises."""

    retryable = True


_OURS: dict[type[client_errors.JetError], type[JetFailure]] = {
    client_errors.JetError: JetFailure,
    client_errors.JetInvalidRequest: JetCallInvalid,
    client_errors.JetForbiddenAddress: JetAddressRefused,
    client_errors.JetConnectionError: JetUnreachable,
    client_errors.JetUnavailable: JetHeldBack,
    client_errors.JetResponseError: JetAnswered,
    client_errors.JetAuthError: JetKeysRefused,
    client_errors.JetRejected: JetRefused,
    client_errors.JetNotFound: JetNotKnown,
    client_errors.JetThrottled: JetOverloaded,
    client_errors.JetServerError: JetBroken,
    client_errors.JetUnreadable: JetUnreadable,
}
_KEPT = ("sent_maybe", "call_id", "status", "messages", "retry_after", "retry_at", "timed_out")


def failure_from(error: client_errors.JetError) -> JetFailure:
    """Return our own exception for one of the client's, with all that it knew."""
    kind = next(_OURS[base] for base in type(error).__mro__ if base in _OURS)
    return kind(str(error), **{name: getattr(error, name) for name in _KEPT if hasattr(error, name)})


@contextmanager
def our_errors() -> Iterator[None]:
    """
    Turn what the client raises inside the block into our own exceptions; their cause is the client's.

    :raises JetFailure: in place of each JetError
    """
    try:
        yield
    except client_errors.JetError as error:
        raise failure_from(error) from error


def in_words(error: JetFailure) -> str:
    """Say why Jet's answer is missing, and what to do about it."""
    if isinstance(error, JetNotConfigured):
        return str(error)
    if isinstance(error, JetKeysRefused):
        return "Jet does not take our keys. Check API user and secret in Configuration."
    if isinstance(error, JetHeldBack):
        return f"Jet has failed so often that calls are held back for now: {error}"
    if isinstance(error, JetUnreachable):
        return f"Jet did not answer in time: {error}. Nothing is known about what it holds; try again."
    if isinstance(error, JetAnswered) and error.retryable:
        return f"Jet failed to answer ({error}). Try again in a moment."
    return f"Jet refused the question: {error}"
