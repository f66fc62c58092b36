"""Why something that was to reach the other side did not, or may not have; `core.jet` makes them of Jet's errors."""

from datetime import datetime
from typing import Any


class SendFailure(Exception):
    """A send that did not end in a plain yes. `errors` are the other side's own words where it had any."""

    def __init__(self, *errors: str) -> None:
        super().__init__("; ".join(errors))
        self.errors = [error for error in errors if error]


class Rejected(SendFailure):
    """The other side said no for good. `value` is what it holds instead, where that was read."""

    def __init__(self, *errors: str, value: Any = None) -> None:
        super().__init__(*errors)
        self.value = value


class NotSent(SendFailure):
    """It surely was not done; `retry_at` where the other side said when to come back."""

    def __init__(self, *errors: str, retry_at: datetime | None = None) -> None:
        super().__init__(*errors)
        self.retry_at = retry_at


class AnswerLost(SendFailure):
    """It may have been done: no answer came that could be read."""


class Halt(SendFailure):
    """Nothing can be sent for now, and this surely was not; `error` is raised once the drain has ended."""

    def __init__(self, *errors: str, error: Exception | None = None) -> None:
        super().__init__(*errors)
        self.error = error


class HaltLost(Halt):
    """Nothing can be sent for now, and this may have been done all the same."""
