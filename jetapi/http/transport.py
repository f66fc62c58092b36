"""Sends calls: attempts and waits between them, the circuit, and a record of every exchange."""

import logging
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from jetapi.http import answers, redaction
from jetapi.http.calls import Answer, Call
from jetapi.http.circuit import Circuit
from jetapi.http.errors import CallError, InvalidCall, NoAnswer
from jetapi.http.peers import Peer
from jetapi.http.pool import Pool
from jetapi.http.records import CallRecord, OnCall
from jetapi.http.retry import Retries
from jetapi.http.timeouts import Deadline, Timeouts

log = logging.getLogger(__name__)
JSON = "application/json"
# A larger answer is not read once more for its record: read, it takes ten times its size in memory.
MOST_READ_TWICE = 1024 * 1024
# Gives the Authorization header of one attempt, by its method and its whole address.
Authorize = Callable[[str, str], str]


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
        peer: Peer,
    ) -> None:
        self._base_url = base_url
        self._pool = pool
        self._timeouts = timeouts
        self._retries = retries
        self._circuit = circuit
        self._peer = peer

    def deadline(self) -> Deadline:
        """Start the time of one whole call."""
        return Deadline(self._timeouts)

    def send(
        self, call: Call, *, sender: Sender, deadline: Deadline, authorize: Authorize | None = None
    ) -> Any:
        """
        Send a call, again where that is safe, and return the parsed answer (None when empty).

        :raises CallError: the last attempt's failure
        """
        return self.answered(call, sender=sender, deadline=deadline, authorize=authorize)[0]

    def answered(
        self, call: Call, *, sender: Sender, deadline: Deadline, authorize: Authorize | None = None
    ) -> tuple[Any, Answer]:
        """
        Send a call as `send` does, and return the answer itself beside what it says.

        :raises CallError: the last attempt's failure
        """
        body = self._peer.to_json(call.json) if call.json is not None else call.data
        correlation_id = sender.correlation_id or uuid.uuid4().hex
        attempt, in_doubt = 1, False
        while True:
            exchange = _Exchange(call, attempt, correlation_id, body)
            try:
                with self._circuit.guard(self._peer.name):
                    return self._exchange(exchange, sender=sender, deadline=deadline, authorize=authorize)
            except CallError as error:
                in_doubt = in_doubt or error.sent_maybe
                if isinstance(error, NoAnswer):  # an earlier attempt may have done the work
                    error.sent_maybe = in_doubt
                wait = self._retries.wait(call, error, attempt=attempt, remaining=deadline.remaining)
                # Held back, another attempt would be waited for in vain, for as long as was asked.
                if wait is None or self._circuit.retry_at is not None:
                    raise
            time.sleep(wait)
            attempt += 1

    def _exchange(
        self, exchange: _Exchange, *, sender: Sender, deadline: Deadline, authorize: Authorize | None
    ) -> tuple[Any, Answer]:
        call = exchange.call
        url = self._url(call)
        headers = _headers(call)
        if authorize is not None:
            query = urlencode(call.params or {})
            headers["Authorization"] = authorize(call.method, f"{url}?{query}" if query else url)
        try:
            answer = self._pool.exchange(
                call, url=url, body=exchange.body, headers=headers, deadline=deadline
            )
            exchange.answer = answer
            return answers.value_of(call, answer, self._peer), answer
        except CallError as error:
            error.call_id = exchange.id
            exchange.error = str(error)
            raise
        finally:
            self._publish(exchange, sender)

    def _url(self, call: Call) -> str:
        """
        Return where a call goes.

        :raises InvalidCall: its path would reach beyond the base URL's host
        """
        if not call.url and not call.path.startswith("/"):
            raise InvalidCall(f"the path {call.path!r} does not begin with a slash")
        return call.url or self._base_url + call.path

    def _publish(self, exchange: _Exchange, sender: Sender) -> None:
        if sender.on_call is None:
            return
        try:
            sender.on_call(_record(exchange, sender, self._peer))
        except Exception:
            # The call is done whatever becomes of its record: losing the answer here would be worse.
            log.exception("the record of a call to %s was not kept", self._peer.name)


def _record(exchange: _Exchange, sender: Sender, peer: Peer) -> CallRecord:
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
        request_body=_request_text(call, peer),
        response_body=_response_text(answer, peer.redaction) if answer else "",
        error=exchange.error,
        correlation_id=exchange.correlation_id,
        purpose=sender.purpose,
        attempt=exchange.attempt,
    )


def _headers(call: Call) -> dict[str, str]:
    headers = dict(call.headers)
    if not call.url:
        headers["Accept"] = JSON
    if call.json is not None:
        headers["Content-Type"] = JSON
    return headers


def _path(call: Call) -> str:
    if call.url:
        return redaction.redacted_url(call.url)
    query = urlencode(call.params or {})
    return f"{call.path}?{query}" if query else call.path


def _request_text(call: Call, peer: Peer) -> str:
    """Word a body by the serialization that sends it, character by character but for secret values."""
    if call.json is None:
        return ""
    return redaction.cut(peer.to_json(peer.redaction.hidden(call.json)).decode())


def _size(answer: Answer) -> int:
    return os.fstat(answer.file.fileno()).st_size if answer.file else len(answer.body)


def _response_text(answer: Answer, hiding: redaction.Redaction) -> str:
    if answer.file is not None:  # whose names of SKUs and states hold nothing that is hidden
        text = hiding.text(answer.body[: redaction.BODY_LIMIT].decode("utf-8", "replace"))
        return f"{text}... ({_size(answer)} bytes)" if _size(answer) > redaction.BODY_LIMIT else text
    if len(answer.body) > MOST_READ_TWICE:
        return f"({len(answer.body)} bytes)"
    try:
        return hiding.body(answers.parsed(answer.body)) if answer.body else ""
    except ValueError:
        text = answer.body[: redaction.BODY_LIMIT].decode("utf-8", "replace")
        return redaction.cut(hiding.text(text))
