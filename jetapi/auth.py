"""Logs in, keeps one token for all callers, and renews it before it ends or once when Jet refuses it."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard

from jetapi import wire
from jetapi.errors import JetAuthError, JetConnectionError, JetRejected, JetUnreadable
from jetapi.http.calls import Call, Kind
from jetapi.http.timeouts import Deadline
from jetapi.http.transport import Sender, Transport
from jetapi.tokens import Token, TokenStore

LIFETIME = timedelta(hours=10)
LONGEST_MARGIN = timedelta(minutes=15)
# Wrong keys stay wrong: 32 waiting threads must not try them 32 times.
REFUSAL_HOLDS_SECONDS = 20.0


def log_in(transport: Transport, *, user: str, secret: str, sender: Sender, deadline: Deadline) -> Token:
    """
    Ask for a token: POST /token (docs/jet-api.md, authentication).

    :raises JetAuthError: Jet does not accept the keys (it says "400 Bad Request")
    """
    call = Call("POST", "/token", kind=Kind.REPEATABLE, json={"user": user, "pass": secret})
    try:
        answer = transport.send(call, sender=sender, deadline=deadline)
    except JetRejected as error:
        raise _wrong_keys(error) from None
    return _token_in(answer)


def _wrong_keys(error: JetRejected) -> JetAuthError:
    said = f" ({'; '.join(error.messages)})" if error.messages else ""
    return JetAuthError(
        status=error.status,
        messages=[f"Jet does not accept this API user and secret{said}"],
        call_id=error.call_id,
    )


def _token_in(answer: Any) -> Token:
    value = answer.get("id_token") if isinstance(answer, Mapping) else None
    if not isinstance(value, str) or not value.strip() or not value.isascii() or not value.isprintable():
        raise JetUnreadable(status=200, messages=["the answer to the login holds no token"])
    return Token(value.strip(), datetime.now(UTC) + _use_for(wire.read_date(answer.get("expires_on"))))


def _use_for(expires_on: datetime | None) -> timedelta:
    """
    Decide how long to use a new token; its renewal comes up to 15 minutes before its end.

    The server's clock may differ from ours (a sandbox's is moved on purpose): a lifetime that cannot be is
    replaced by the documented ten hours, and a 401 renews the token whenever that was wrong.
    """
    left = expires_on - datetime.now(UTC) if expires_on else LIFETIME
    if not timedelta(0) < left <= LIFETIME:
        left = LIFETIME
    return left - min(LONGEST_MARGIN, left / 10)


class Authority:
    """Hands out the account's token; asks the store only when what it holds cannot be used."""

    def __init__(self, *, store: TokenStore, log_in: Callable[[Deadline], Token]) -> None:
        self._store = store
        self._log_in = log_in
        self._token: Token | None = None
        self._lock = threading.Lock()
        self._refusal: JetAuthError | None = None
        self._refused_at = 0.0

    def token(self, deadline: Deadline) -> Token:
        """
        Return a token that is good as far as we know.

        :raises JetAuthError: Jet does not accept the keys
        """
        token = self._token
        return token if _usable(token) else self.renewed(instead_of=None, deadline=deadline)

    def renewed(self, *, instead_of: Token | None, deadline: Deadline) -> Token:
        """
        Return another token than the refused one; log in unless somebody else already did.

        :raises JetAuthError: Jet does not accept the keys
        :raises JetConnectionError: Jet does not answer, or another process holds the renewal for too long
        """
        with self._lock:
            for held in (self._token, self._store.get()):
                if _usable(held) and not _same(held, instead_of):
                    self._token = held
                    return held
            try:
                with self._store.lease():
                    return self._renew_alone(instead_of, deadline)
            except TimeoutError as error:
                raise JetConnectionError(f"no token: {error}") from error

    def _renew_alone(self, instead_of: Token | None, deadline: Deadline) -> Token:
        held = self._store.get()
        if not _usable(held) or _same(held, instead_of):
            self._raise_remembered_refusal()
            try:
                held = self._log_in(deadline)
            except JetAuthError as error:
                self._refusal, self._refused_at = error, time.monotonic()
                raise
            self._store.put(held)
        self._token = held
        return held

    def _raise_remembered_refusal(self) -> None:
        known = self._refusal
        if known is not None and time.monotonic() - self._refused_at < REFUSAL_HOLDS_SECONDS:
            raise JetAuthError(status=known.status, messages=known.messages, call_id=known.call_id)


def _usable(token: Token | None) -> TypeGuard[Token]:
    return token is not None and datetime.now(UTC) < token.expires_at


def _same(token: Token | None, other: Token | None) -> bool:
    return token is not None and other is not None and token.value == other.value
