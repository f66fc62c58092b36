"""What an error of a call to the store means for what was being sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from jetapi.http.errors import (
    CallError,
    HeldBack,
    InvalidCall,
    NoAnswer,
    ResponseError,
    ServerError,
    Throttled,
    Unreadable,
)
from jetbridge.core.send_failures import AnswerLost, Halt, HaltLost, NotSent, Rejected, SendFailure
from jetbridge.store import services
from jetbridge.store.magento.errors import NoPermission, StoreClosed


@contextmanager
def store_failures() -> Iterator[None]:
    """
    Turn what the store's client raises inside the block into our own reasons why a send failed.

    :raises SendFailure: in place of each CallError
    """
    try:
        yield
    except CallError as error:
        raise failure_of(error) from error


def failure_of(error: CallError) -> SendFailure:
    """Return what an error of a call means: nothing goes for now, in doubt, refused, or not sent."""
    text = services.said(error)
    if isinstance(error, (HeldBack, NoPermission, StoreClosed)):
        return (HaltLost if error.sent_maybe else Halt)(text)
    if error.sent_maybe or isinstance(error, Unreadable):
        return AnswerLost(text)
    if isinstance(error, InvalidCall):
        return Rejected(str(error))
    if isinstance(error, Throttled):
        wait = timedelta(seconds=error.retry_after) if error.retry_after else None
        return NotSent(text, retry_at=timezone.now() + wait if wait else None)
    if isinstance(error, ResponseError) and not error.retryable and not isinstance(error, ServerError):
        return Rejected(*(error.messages or [text]))
    return NotSent(text if not isinstance(error, NoAnswer) else f"The store did not answer: {error.reason}.")
