"""The record that every HTTP exchange leaves behind, fit to be stored: no token, no secret, no buyer."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallRecord:
    """
    One exchange, also a failed one.

    `id` is this exchange's; `correlation_id` is common to all attempts of one call, or the caller's own.
    `status` is None where no answer came; `error` says then why. Bodies are redacted and cut.
    """

    id: str
    at: datetime
    user: str
    method: str
    path: str
    status: int | None
    duration_ms: float
    request_bytes: int
    response_bytes: int
    request_body: str
    response_body: str
    error: str
    correlation_id: str
    purpose: str
    attempt: int


OnCall = Callable[[CallRecord], None]
