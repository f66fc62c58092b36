"""Reads answers: JSON with exact amounts, error envelopes, lists under a key."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from jetapi.http import json_documents
from jetapi.http.calls import Answer, Call
from jetapi.http.errors import AuthError, Refused, ResponseError, Unreadable, unreadable
from jetapi.http.peers import Peer


def value_of(call: Call, answer: Answer, peer: Peer) -> Any:
    """
    Read an answer: any 2xx is success; after a change it may be empty.

    :raises ResponseError: a refusal or a failure, or the answer cannot be what the API promises
    """
    if not 200 <= answer.status < 300:
        raise refusal(call, answer, peer)
    if call.plain and (call.page or not answer.is_page):
        return answer.file or answer.body
    data = _content(call, answer)
    if call.has_effect and isinstance(data, Mapping) and data.get("errors"):
        raise Refused(status=answer.status, messages=peer.texts(data), name=peer.name)
    return data


def refusal(call: Call, answer: Answer, peer: Peer) -> ResponseError:
    """Make the exception for an answer outside 2xx."""
    texts = _texts_in(answer, peer)
    kind = peer.error(answer, texts)
    if call.url and issubclass(kind, AuthError):  # a signed address has expired; our keys are not concerned
        kind = Refused
    return kind(
        status=answer.status,
        messages=texts,
        sent_maybe=call.has_effect and answer.status >= 500 and not kind.undone,
        retry_after=retry_after(answer.headers.get("Retry-After", "")),
        name=peer.name,
    )


def parsed(body: bytes) -> Any:
    """
    Parse an answer whose size was limited when it came; fractions become Decimal.

    :raises ValueError: it is no JSON that is read
    """
    return json_documents.read(body, most_bytes=len(body))


def retry_after(value: str, *, now: datetime | None = None) -> float | None:
    """Read `Retry-After` in seconds, given as a number or as a date."""
    if re.fullmatch(r"\s*\d{1,9}(\.\d{1,3})?\s*", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def mapping(data: Any, *, of: str) -> Mapping[str, Any]:
    """
    Take an answer that must be a JSON object.

    :raises Unreadable: it is something else
    """
    if isinstance(data, Mapping):
        return data
    raise unreadable(f"{of}: expected an object, got {type(data).__name__}")


def listed(data: Any, *keys: str) -> list[Any]:
    """
    Take the list that stands under the first key present; null counts as empty.

    :raises Unreadable: no such list
    """
    found = mapping(data, of=keys[0])
    for key in keys:
        value = found.get(key, _MISSING)
        if value is None:
            return []
        if isinstance(value, list):
            return value
    raise unreadable(f"no list {' or '.join(keys)} in the answer")


_MISSING = object()


def _content(call: Call, answer: Answer) -> Any:
    if not answer.body.strip():
        if call.has_effect:
            return None
        raise Unreadable(status=answer.status, messages=["the answer is empty"])
    try:
        return parsed(answer.body)
    except ValueError:
        if call.method in {"PUT", "PATCH"} and not answer.is_page:
            return None
        kind = answer.content_type or "unknown content"
        raise Unreadable(
            status=answer.status,
            messages=[f"the answer is not JSON that can be read ({kind}, {len(answer.body)} bytes)"],
            sent_maybe=call.has_effect,
        ) from None


def _texts_in(answer: Answer, peer: Peer) -> list[str]:
    try:
        return peer.texts(parsed(answer.body))
    except ValueError:
        return []
