"""Takes secrets, tokens, signed URLs and buyers' personal data out of what is recorded or shown."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

HIDDEN = "[redacted]"
BODY_LIMIT = 4000
# A list of 1,000 order addresses says nothing more than its first twenty, and walking it costs time.
LIST_LIMIT = 20
DEPTH_LIMIT = 12

SECRET_KEYS = frozenset({"pass", "password", "secret", "token", "id_token", "authorization"})

# Each is linear: what it begins with never begins again within what it goes on with, or it cannot fail from there.
_QUERY = re.compile(r"\?[^\s\"'<>]+")
_SIGNATURE = re.compile(r"\b(?:sig|token)=", re.IGNORECASE)
_JWT = re.compile(r"\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}")
_BEARER = re.compile(r"\b(bearer)\s+[^\s\"']+", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r"[^\w.+-]")
_PASSWORD = re.compile(r"(?i)((?<!\w)\"?(?:pass|password|secret|id_token)\"?\s*[:=]\s*\"?)[^\s\"&,}]+")
# Every text that one of these could change holds one of these words; most texts hold none.
_SUSPECT = re.compile(r"sig=|eyj|bearer|pass|secret|token|@", re.IGNORECASE)


@dataclass(frozen=True)
class Redaction:
    """
    What is hidden of one side's messages.

    What stands under a secret or personal key is hidden, and every value under a person's; in free texts so are
    addresses of buyers, whose host the expression `buyers_host` finds with its at sign.
    """

    person_keys: frozenset[str] = frozenset()
    personal_keys: frozenset[str] = frozenset()
    secret_keys: frozenset[str] = SECRET_KEYS
    buyers_host: re.Pattern[str] | None = None

    def text(self, text: str) -> str:
        """Hide what looks like a token, a password, a signature or a buyer's address in free text."""
        if not _SUSPECT.search(text):
            return text
        text = _BEARER.sub(rf"\1 {HIDDEN}", self._without_tokens(text))
        return _PASSWORD.sub(rf"\1{HIDDEN}", text)

    def body(self, value: Any) -> str:
        """Word a JSON value for the record: redacted, long lists and long texts cut."""
        if value is None:
            return ""
        return cut(json.dumps(self.redacted(value), ensure_ascii=False, default=_plain))

    def hidden(self, value: Any) -> Any:
        """Copy what is sent without secret values, and otherwise whole: its record reads as it went out."""
        if isinstance(value, Mapping):
            return {key: self._hidden_entry(str(key).lower(), item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.hidden(item) for item in value]
        # What stands under a name of its own is no password: a product may be called "Ski pass: 3 days".
        return self._without_tokens(value) if isinstance(value, str) and _SUSPECT.search(value) else value

    def redacted(self, value: Any, *, depth: int = 0) -> Any:
        """Copy a JSON value without secrets and personal data."""
        if depth > DEPTH_LIMIT:
            return "..."
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, list | tuple):
            short = [self.redacted(item, depth=depth + 1) for item in value[:LIST_LIMIT]]
            return [*short, f"... {len(value) - LIST_LIMIT} more"] if len(value) > LIST_LIMIT else short
        return self.text(value) if isinstance(value, str) else value

    def _without_tokens(self, text: str) -> str:
        """Hide what no text has by chance: signatures, tokens, addresses of buyers."""
        text = _JWT.sub(HIDDEN, _QUERY.sub(_without_signature, text))
        return _without_addresses(text, self.buyers_host) if self.buyers_host else text

    def _hidden_entry(self, key: str, item: Any) -> Any:
        if key in self.secret_keys or key in self.personal_keys:
            return HIDDEN if item not in (None, "") else item
        return _blanked(item) if key in self.person_keys else self.hidden(item)

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        shown = list(value.items())[: LIST_LIMIT * 4]
        result = {str(key): self._entry(str(key).lower(), item, depth) for key, item in shown}
        if len(value) > len(shown):
            result["..."] = f"{len(value) - len(shown)} more"
        return result

    def _entry(self, key: str, item: Any, depth: int) -> Any:
        if key in self.secret_keys or key in self.personal_keys:
            return HIDDEN if item not in (None, "") else item
        if key in self.person_keys:
            return _blanked(item)
        return self.redacted(item, depth=depth + 1)


def redacted_url(url: str) -> str:
    """Leave out a URL's query and user part: signatures stand there."""
    without_query = url.partition("?")[0]
    return re.sub(r"//[^/@]*@", "//", without_query)


def cut(text: str) -> str:
    """Cut a text to what a record keeps."""
    return text if len(text) <= BODY_LIMIT else text[:BODY_LIMIT] + f"... ({len(text)} characters)"


def _plain(value: Any) -> Any:
    """An amount that came as a number is recorded as one."""
    return float(value) if isinstance(value, Decimal) else str(value)


def _without_signature(query: re.Match[str]) -> str:
    return f"?{HIDDEN}" if _SIGNATURE.search(query[0]) else query[0]


def _without_addresses(text: str, buyers_host: re.Pattern[str]) -> str:
    """Hide buyers' addresses: each name is what stands before its host without a break."""
    parts, place = [], 0
    for host in buyers_host.finditer(text):
        before = text[place : host.start()]
        breaks = [found.end() for found in _NOT_IN_A_NAME.finditer(before)]
        name = breaks[-1] if breaks else 0
        parts += [before[:name], HIDDEN if name < len(before) else host[0]]
        place = host.end()
    return "".join([*parts, text[place:]]) if parts else text


def _blanked(item: Any) -> Any:
    """Keep the shape, hide every value: a record still shows which fields came."""
    if isinstance(item, Mapping):
        return {str(key): _blanked(part) for key, part in item.items()}
    if isinstance(item, list | tuple):
        return [_blanked(part) for part in item[:LIST_LIMIT]]
    return item if item in (None, "") else HIDDEN
