"""Does once what must be done once: where the answer is lost, the other side's own state says whether it was done."""

import time
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from jetapi.http.errors import CallError, NoAnswer, Refused

T = TypeVar("T")

ATTEMPTS = 3
PAUSE_SECONDS = 0.5
# What took longer is not tried again here but by the caller, whose claim must outlast the whole.
REPEATED_WITHIN_SECONDS = 10


class Settled(Enum):
    """How it came to be done."""

    NOW = "taken now"
    BEFORE = "taken before"


def settled(act: Callable[[], T], found: Callable[[], T | None], *, in_doubt: bool = False) -> T:
    """
    Do something that must happen once, and return what it led to.

    `found` reads the other side's state and returns None where the thing is not done. `in_doubt`: an earlier run
    may have done it, so look first. A refusal is looked into as well, since what is done is refused a
    second time. After a timeout it may still be at work, so nothing is sent again, nor after several seconds: the
    error asks the caller to come back later, in doubt.

    :raises CallError: not done (`sent_maybe` false), or still in doubt (`sent_maybe` true)
    """
    if in_doubt and (known := _look(found)) is not None:
        return known
    attempt, began = 1, time.monotonic()
    while True:
        try:
            return act()
        except CallError as error:
            if (known := _after(error, found)) is not None:
                return known
            is_over = attempt >= ATTEMPTS or time.monotonic() - began > REPEATED_WITHIN_SECONDS
            if is_over or not _worth_repeating(error):
                raise
        attempt += 1


def _after(error: CallError, found: Callable[[], T | None]) -> T | None:
    """
    Read the other side's state after a failure that leaves a doubt.

    :raises CallError: the state cannot be read, so the doubt remains and nothing must be sent again
    """
    if not (error.sent_maybe or isinstance(error, Refused)):
        return None
    if error.sent_maybe:
        time.sleep(PAUSE_SECONDS)
    try:
        return _look(found)
    except CallError as unread:
        raise (error if error.sent_maybe else unread) from unread


def _look(found: Callable[[], T | None]) -> T | None:
    """
    Read the other side's state where there is a doubt.

    :raises CallError: it cannot be read; the error says that the doubt remains
    """
    try:
        return found()
    except CallError as unread:
        unread.sent_maybe = True
        raise


def _worth_repeating(error: CallError) -> bool:
    """Only where the other side failed, is done with failing, and its state shows nothing."""
    timed_out = isinstance(error, NoAnswer) and error.timed_out
    return error.sent_maybe and not timed_out
