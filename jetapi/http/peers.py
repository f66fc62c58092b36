"""The other side as a client sees it: its name, how it words a body and a refusal, what is hidden of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jetapi.http.calls import Answer
from jetapi.http.errors import ResponseError, error_for
from jetapi.http.redaction import Redaction

MESSAGE_LIMIT = 500
MESSAGES_LIMIT = 100
ENVELOPE_KEYS = ("errors", "error", "Message", "message")


@dataclass(frozen=True)
class Peer:
    """
    One kind of other side.

    `messages` collects the texts of an answer that is no good one; `error_of` chooses the error by it and them.
    """

    name: str
    to_json: Callable[[Any], bytes]
    redaction: Redaction
    messages: Callable[[Any], list[str]] | None = None
    error_of: Callable[[Answer, list[str]], type[ResponseError]] | None = None

    def texts(self, data: Any) -> list[str]:
        """Return what an answer says went wrong, redacted and cut."""
        found = (self.messages or envelope_texts)(data)
        return [self.redaction.text(text)[:MESSAGE_LIMIT] for text in found if text.strip()][:MESSAGES_LIMIT]

    def error(self, answer: Answer, texts: list[str]) -> type[ResponseError]:
        return self.error_of(answer, texts) if self.error_of else error_for(answer.status)


def envelope_texts(data: Any) -> list[str]:
    """Collect the texts of `errors[]`, `error` or `message`, or the one that the whole answer is."""
    if isinstance(data, str):
        return [data]
    if not isinstance(data, Mapping):
        return []
    return [text for key in ENVELOPE_KEYS for text in _texts(data.get(key))]


def _texts(value: Any) -> list[str]:
    if value is None or value == "":
        return []
    if isinstance(value, Mapping):
        return [f"{key}: {text}" for key, part in value.items() for text in _texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [str(value)]
