"""Reads Jet's answers: JSON with exact amounts, the three error envelopes, lists under a key."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, Any

from jetapi.errors import JetAuthError, JetRejected, JetResponseError, JetUnreadable, error_for
from jetapi.http import json_documents
from jetapi.http.calls import Call
from jetapi.redaction import redacted_text

MESSAGE_LIMIT = 500
MESSAGES_LIMIT = 100
ENVELOPE_KEYS = ("errors", "error", "Message", "message")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    # What is taken as a file; the body is its beginning then, by which a page is known.
    file: IO[bytes] | None = None

    @property
    def content_type(self) -> str:
        """The kind of content, without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def value_of(call: Call, answer: Answer) -> Any:
    """
    Read an answer (docs/jet-api.md, status codes): any 2xx is success; after a change it may be empty.

    :raises JetResponseError: Jet refused or failed, or the answer cannot be what the API promises
    """
    if not 200 <= answer.status < 300:
        raise refusal(call, answer)
    if call.plain and not _is_html(answer):
        return answer.file or answer.body
    data = _content(call, answer)
    if call.has_effect and isinstance(data, Mapping) and data.get("errors"):
        raise JetRejected(status=answer.status, messages=messages(data))
    return data


def refusal(call: Call, answer: Answer) -> JetResponseError:
    """Make the exception for an answer outside 2xx."""
    kind = error_for(answer.status)
    if call.url and kind is JetAuthError:  # a signed address has expired; our keys are not concerned
        kind = JetRejected
    return kind(
        status=answer.status,
        messages=_messages_in(answer),
        sent_maybe=call.has_effect and answer.status >= 500,
        retry_after=retry_after(answer.headers.get("Retry-After", "")),
    )


def parsed(body: bytes) -> Any:
    """
    Parse an answer whose size was limited when it came; fractions become Decimal.

    :raises ValueError: it is no JSON that is read
    """
    return json_documents.read(body, most_bytes=len(body))


def messages(data: Any) -> list[str]:
    """Collect the texts of `errors[]`, `error` or `Message`, redacted and cut."""
    if not isinstance(data, Mapping):
        return []
    found: list[str] = []
    for key in ENVELOPE_KEYS:
        found += _texts(data.get(key))
    return [redacted_text(text)[:MESSAGE_LIMIT] for text in found if text.strip()][:MESSAGES_LIMIT]


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

    :raises JetUnreadable: it is something else
    """
    if isinstance(data, Mapping):
        return data
    raise unreadable(f"{of}: expected an object, got {type(data).__name__}")


def listed(data: Any, *keys: str) -> list[Any]:
    """
    Take the list that stands under the first key present; null counts as empty.

    :raises JetUnreadable: no such list
    """
    found = mapping(data, of=keys[0])
    for key in keys:
        value = found.get(key, _MISSING)
        if value is None:
            return []
        if isinstance(value, list):
            return value
    raise unreadable(f"no list {' or '.join(keys)} in the answer")


def unreadable(reason: str) -> JetUnreadable:
    """Make the exception for well-formed JSON of the wrong shape: asking again would give the same."""
    error = JetUnreadable(status=200, messages=[reason])
    error.retryable = False
    return error


_MISSING = object()


def _content(call: Call, answer: Answer) -> Any:
    if not answer.body.strip():
        if call.has_effect:
            return None
        raise JetUnreadable(status=answer.status, messages=["the answer is empty"])
    try:
        return parsed(answer.body)
    except ValueError:
        if call.method in {"PUT", "PATCH"} and not _is_html(answer):
            return None
        kind = answer.content_type or "unknown content"
        raise JetUnreadable(
            status=answer.status,
            messages=[f"the answer is not JSON that can be read ({kind}, {len(answer.body)} bytes)"],
            sent_maybe=call.has_effect,
        ) from None


def _is_html(answer: Answer) -> bool:
    """A page instead of an answer comes from something that stands between us and Jet."""
    start = answer.body.lstrip()[:14].lower()
    return answer.content_type == "text/html" or start.startswith((b"<!doctype html", b"<html"))


def _messages_in(answer: Answer) -> list[str]:
    try:
        return messages(parsed(answer.body)) or _plain_string(answer)
    except ValueError:
        return []


def _plain_string(answer: Answer) -> list[str]:
    data = parsed(answer.body)
    return [redacted_text(data)[:MESSAGE_LIMIT]] if isinstance(data, str) else []


def _texts(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, Mapping):
        return [f"{key}: {text}" for key, part in value.items() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [str(value)]
