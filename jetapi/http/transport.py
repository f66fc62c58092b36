"""Sends calls: attempts and waits between them, the circuit, and a record of every exchange."""

import logging
import os
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from jetapi import redaction, wire
from jetapi.errors import JetConnectionError, JetError, JetInvalidRequest
from jetapi.http import answers
from jetapi.http.answers import Answer
from jetapi.http.calls import Call
from jetapi.http.circuit import Circuit
from jetapi.http.pool import Pool
from jetapi.http.records import CallRecord, OnCall
from jetapi.http.retry import Retries
from jetapi.http.timeouts import Deadline, Timeouts

log = logging.getLogger("jetapi")
JSON = "application/json"
# A larger answer is not read once more for its record: read, it takes ten times its size in memory.
MOST_READ_TWICE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sender:
    """Who calls and what for: stands in every record. `correlation_id` ties a whole job's calls together."""

    user: str
    purpose: str = ""
    correlation_id: str = ""
    on_call: OnCall | None = None


@dataclass(slots=True)
class _Exchange:
    """One attempt while it runs."""

    call: Call
    attempt: int
    correlation_id: str
    body: bytes | None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = field(default_factory=time.perf_counter)
    answer: Answer | None = None
    error: str = ""


class Transport:
    """Sends calls to one base URL. Knows nothing of tokens but where they go."""

    def __init__(
        self,
        *,
        base_url: str,
        pool: Pool,
        timeouts: Timeouts,
        retries: Retries,
        circuit: Circuit,
    ) -> None:
        self._base_url = base_url
        self._pool = pool
        self._timeouts = timeouts
        self._retries = retries
        self._circuit = circuit

    def deadline(self) -> Deadline:
        """Start the time of one whole call."""
        return Deadline(self._timeouts)

    def send(self, call: Call, *, sender: Sender, deadline: Deadline, bearer: str = "") -> Any:
        """
        Send a call, again where that is safe, and return the parsed answer (None when empty).

        :raises JetError: the last attempt's failure
        """
        body = wire.to_json(call.json) if call.json is not None else call.data
        correlation_id = sender.correlation_id or uuid.uuid4().hex
        attempt, in_doubt = 1, False
        while True:
            exchange = _Exchange(call, attempt, correlation_id, body)
            try:
                with self._circuit.guard():
                    return self._exchange(exchange, sender=sender, deadline=deadline, bearer=bearer)
            except JetError as error:
                in_doubt = in_doubt or error.sent_maybe
                if isinstance(error, JetConnectionError):  # an earlier attempt may have done the work
                    error.sent_maybe = in_doubt
                wait = self._retries.wait(call, error, attempt=attempt, remaining=deadline.remaining)
                # Held back, another attempt would be waited for in vain, for as long as Jet asked.
                if wait is None or self._circuit.retry_at is not None:
                    raise
            time.sleep(wait)
            attempt += 1

    def _exchange(self, exchange: _Exchange, *, sender: Sender, deadline: Deadline, bearer: str) -> Any:
        call = exchange.call
        headers = _headers(call, bearer)
        try:
            exchange.answer = self._pool.exchange(
                call, url=self._url(call), body=exchange.body, headers=headers, deadline=deadline
            )
            return answers.value_of(call, exchange.answer)
        except JetError as error:
            error.call_id = exchange.id
            exchange.error = str(error)
            raise
        finally:
            self._publish(exchange, sender)

    def _url(self, call: Call) -> str:
        """
        Return where a call goes.

        :raises JetInvalidRequest: its path would reach beyond the base URL's host
        """
        if not call.url and not call.path.startswith("/"):
            raise JetInvalidRequest(f"the path {call.path!r} does not begin with a slash")
        return call.url or self._base_url + call.path

    def _publish(self, exchange: _Exchange, sender: Sender) -> None:
        if sender.on_call is None:
            return
        try:
            sender.on_call(_record(exchange, sender))
        except Exception:
            # The call is done whatever becomes of its record: losing Jet's answer here would be worse.
            log.exception("the record of a call to Jet was not kept")


def _record(exchange: _Exchange, sender: Sender) -> CallRecord:
    call, answer = exchange.call, exchange.answer
    return CallRecord(
        id=exchange.id,
        at=exchange.at,
        user=sender.user,
        method=call.method,
        path=_path(call),
        status=answer.status if answer else None,
        duration_ms=round((time.perf_counter() - exchange.started) * 1000, 2),
        request_bytes=len(exchange.body or b""),
        response_bytes=_size(answer) if answer else 0,
        request_body=_request_text(call),
        response_body=_response_text(answer) if answer else "",
        error=exchange.error,
        correlation_id=exchange.correlation_id,
        purpose=sender.purpose,
        attempt=exchange.attempt,
    )


def _headers(call: Call, bearer: str) -> dict[str, str]:
    headers = dict(call.headers)
    if not call.url:
        headers["Accept"] = JSON
    if call.json is not None:
        headers["Content-Type"] = JSON
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    return headers


def _path(call: Call) -> str:
    if call.url:
        return redaction.redacted_url(call.url)
    query = urlencode(call.params or {})
    return f"{call.path}?{query}" if query else call.path


def _request_text(call: Call) -> str:
    """Word a body by the serialization that sends it, character by character but for secret values."""
    if call.json is None:
        return ""
    return redaction.cut(wire.to_json(redaction.hidden(call.json)).decode())


def _size(answer: Answer) -> int:
    return os.fstat(answer.file.fileno()).st_size if answer.file else len(answer.body)


def _response_text(answer: Answer) -> str:
    if answer.file is not None:  # whose names of SKUs and states hold nothing that is hidden
        text = redaction.redacted_text(answer.body[: redaction.BODY_LIMIT].decode("utf-8", "replace"))
        return f"{text}... ({_size(answer)} bytes)" if _size(answer) > redaction.BODY_LIMIT else text
    if len(answer.body) > MOST_READ_TWICE:
        return f"({len(answer.body)} bytes)"
    try:
        return redaction.redacted_body(answers.parsed(answer.body)) if answer.body else ""
    except ValueError:
        text = answer.body[: redaction.BODY_LIMIT].decode("utf-8", "replace")
        return redaction.cut(redaction.redacted_text(text))
