"""Calls the emulator as a client would, without a socket."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from jetapi.sandbox.kit.wire import Answer, Request
from jetbridge.store.magento.sandbox.app import MagentoSandbox

HOST = "store.example:8002"


class Caller:
    """An integration that signs each call (RFC 5849), or a Bearer."""

    def __init__(self, store: MagentoSandbox, token: str = "") -> None:
        self.store = store
        self._token = token

    def answer(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        target = f"/rest/{path}"
        authorization = f"Bearer {self._token}" if self._token else signature(method, target)
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        known = {
            "host": HOST, "accept": "application/json", "content-type": "application/json",
            "authorization": authorization,
        }  # fmt: skip
        return self.store.answer(Request(method, target, known | headers, raw))

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """Return a good answer's document."""
        answer = self.answer(method, path, body)
        assert answer.status == 200, (answer.status, answer.body)
        return json.loads(answer.body)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Return status and message of a refusal, its placeholders filled in."""
        answer = self.answer(method, path, body)
        assert answer.status >= 400, answer.body
        said = json.loads(answer.body)
        return answer.status, filled(said)

    def listed(self, path: str, **criteria: Any) -> list[Any]:
        return list(self("GET", f"{path}?{search(**criteria)}")["items"])


def filled(said: dict[str, Any]) -> str:
    parameters = said.get("parameters") or {}
    text = str(said["message"])
    named = (
        parameters if isinstance(parameters, dict) else {str(n): v for n, v in enumerate(parameters, start=1)}
    )
    for name, value in named.items():
        text = text.replace(f"%{name}", str(value))
    return text


def search(page_size: int | None = None, page: int | None = None, **fields: Any) -> str:
    """Word criteria: `sku__in="A,B"`, `updated_at__gteq=...`; each is a group of its own."""
    found: dict[str, Any] = {}
    for group, (name, value) in enumerate(fields.items()):
        field, _, condition = name.partition("__")
        place = f"searchCriteria[filter_groups][{group}][filters][0]"
        found |= {
            f"{place}[field]": field,
            f"{place}[value]": value,
            f"{place}[condition_type]": condition or "eq",
        }
    if page_size is not None:
        found["searchCriteria[pageSize]"] = page_size
    if page is not None:
        found["searchCriteria[currentPage]"] = page
    return urlencode(found) or "searchCriteria"


def signature(
    method: str, target: str, secret: str = "jb-secret&jb-token-secret", *, nonce: str = "", seconds: int = 0
) -> str:
    """Sign a call with HMAC-SHA256, at a time that is so many seconds ahead."""
    path, _, query = target.partition("?")
    said = {
        "oauth_consumer_key": "jb-key", "oauth_token": "jb-token", "oauth_version": "1.0",
        "oauth_nonce": nonce or secrets.token_hex(16), "oauth_timestamp": str(int(time.time()) + seconds),
        "oauth_signature_method": "HMAC-SHA256",
    }  # fmt: skip
    pairs = [*parse_qsl(query, keep_blank_values=True), *said.items()]
    joined = "&".join(f"{a}={b}" for a, b in sorted((_quoted(a), _quoted(b)) for a, b in pairs))
    base = "&".join([method, _quoted(f"http://{HOST}{path}"), _quoted(joined)])
    made = base64.b64encode(hmac.new(secret.encode(), base.encode(), hashlib.sha256).digest()).decode()
    words = {**said, "oauth_signature": made}
    return "OAuth " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in words.items())


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
