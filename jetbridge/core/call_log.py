"""Writes down the calls to Jet and to the merchant's store: one row each, secrets blacked out."""

import logging
import re
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from urllib.parse import unquote

from django.db import connection

from jetapi.http.records import CallRecord
from jetbridge.core import progress, totals
from jetbridge.core.actors import current_actor
from jetbridge.core.models import ApiCall, JetAccount
from jetbridge.core.models.bulk_sql import insert

logger = logging.getLogger(__name__)

# Rows are written in batches between calls; what a killed process loses is at most this many log lines.
BATCH = 50
REFERENCE = re.compile(
    r"/(?:merchant-skus|orders/withoutShipmentDetail|orders|files|returns/state|returns|refunds/state|refunds)/([^/?]+)",
    re.IGNORECASE,
)
STORE_REFERENCE = re.compile(
    r"/V1/(?:products|orders?|inventory/get-product-salable-quantity)/([^/?]+)", re.IGNORECASE
)
# What stands in these places and is no product.
_LISTS = frozenset(
    {"attributes", "base-prices", "special-price", "tier-prices", "media", "types", "cost", "items"}
)
LONGEST_STORE = 300
# How a call is counted that ended without one.
NO_ANSWER = "none"

COLUMNS = (
    "account_id", "at", "method", "path", "status", "duration_ms", "attempt", "error", "request_bytes",
    "response_bytes", "request_body", "response_body", "correlation_id", "purpose", "reference", "request_id",
    "job_run_id", "user_id", "who", "store",
)  # fmt: skip
# On whose behalf this thread calls: a job sends what many people and mass actions queued.
_tie: ContextVar[str] = ContextVar("jet_request_id", default="")


@contextmanager
def tied_to(request_id: str) -> Iterator[None]:
    """Log this thread's calls under the request id of what queued them, not under the job's that sends them."""
    token = _tie.set(request_id)
    try:
        yield
    finally:
        _tie.reset(token)


class CallLog:
    """
    Takes call records from any thread and writes them as rows from the thread that opened the client.

    Threads that speak HTTP never touch the database, and no row is written inside a caller's transaction
    unless the block itself ends there.
    """

    def __init__(self, account: JetAccount, *, store: str | None = None) -> None:
        self._account, self._store = account, store
        self._owner = threading.get_ident()
        self._waiting: deque[tuple[CallRecord, str]] = deque()
        self._actor = current_actor()
        self._progress = progress.current()

    def take(self, record: CallRecord) -> None:
        """Keep one record; write the batch when it is full and this is the thread that may."""
        if self._progress and record.status and record.status < 400:
            self._progress.mark()
        request_id = _tie.get() or self._actor.request_id
        self._waiting.append((record, request_id))
        self._say(record, request_id)
        if (
            len(self._waiting) >= BATCH
            and threading.get_ident() == self._owner
            and not connection.in_atomic_block
        ):
            self.write()

    def write(self) -> None:
        rows = []
        answers = Counter[str]()
        while self._waiting:
            record, request_id = self._waiting.popleft()
            rows.append(self._row(record, request_id))
            answers[str(record.status or NO_ANSWER)] += 1
        insert(ApiCall, COLUMNS, rows)
        if self._store is None:
            totals.add(totals.JET_CALLS, answers)

    def _say(self, record: CallRecord, request_id: str) -> None:
        """One line without bodies; the thread may be one that knows nothing of whoever opened the client."""
        level = logging.WARNING if record.status is None or record.status >= 500 else logging.DEBUG
        if not logger.isEnabledFor(level):
            return
        ids = {
            "call_id": record.id,
            "request_id": request_id,
            "job": self._actor.job,
            "job_run": self._actor.job_run_id or "",
        }
        answer = record.status or record.error or "no answer"
        logger.log(
            level, "%s %s: %s, %.0f ms", record.method, record.path, answer, record.duration_ms, extra=ids
        )

    def _row(self, record: CallRecord, request_id: str) -> tuple[object, ...]:
        """Return a record's values in the order of COLUMNS."""
        return (
            self._account.pk,
            record.at,
            record.method,
            record.path[:500],
            record.status,
            round(record.duration_ms),
            record.attempt,
            record.error,
            record.request_bytes,
            record.response_bytes,
            record.request_body,
            record.response_body,
            record.correlation_id[:64],
            record.purpose[:200],
            reference_of(record.path) if self._store is None else store_reference_of(record.path),
            request_id,
            self._actor.job_run_id,
            self._actor.user_id,
            self._actor.name,
            self._store[:LONGEST_STORE] if self._store else None,
        )


def reference_of(path: str) -> str:
    """Return the SKU, order, file or return that a path speaks of, or nothing."""
    match = REFERENCE.search(path)
    if match is None:
        return ""
    found = unquote(match.group(1))
    # /orders/ready is a list; only a SKU may be a word without any digit.
    is_one = "/merchant-skus/" in path or any(sign.isdecimal() for sign in found)
    return found[:100] if is_one else ""


def store_reference_of(path: str) -> str:
    """Return the SKU, or the store's number of the order, that a path of the store speaks of, or nothing."""
    match = STORE_REFERENCE.search(path)
    found = unquote(match.group(1)) if match else ""
    is_list = found in _LISTS or found.endswith("-information") or found.startswith("attribute")
    return "" if is_list else found[:100]
