"""Signs calls by OAuth 1.0a (RFC 5849) with HMAC-SHA256, as a Magento integration does."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlsplit

METHOD = "HMAC-SHA256"
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Keys:
    """An integration's four keys; with `bearer` its token alone is sent, which a store must be set to take."""

    consumer_key: str = ""
    consumer_secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    token_secret: str = field(default="", repr=False)
    bearer: bool = False

    @property
    def can_sign(self) -> bool:
        return all((self.consumer_key, self.consumer_secret, self.token, self.token_secret))


def authorization(keys: Keys, method: str, url: str) -> str:
    """Return the Authorization header of one call; no two are the same."""
    if keys.bearer:
        return f"Bearer {keys.token}"
    said = {
        "oauth_consumer_key": keys.consumer_key, "oauth_nonce": secrets.token_hex(16), "oauth_version": "1.0",
        "oauth_signature_method": METHOD, "oauth_timestamp": str(int(time.time())), "oauth_token": keys.token,
    }  # fmt: skip
    said["oauth_signature"] = signature(keys, method, url, said)
    return "OAuth " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in said.items())


def signature(keys: Keys, method: str, url: str, said: dict[str, str]) -> str:
    """Sign the method, the address without its query, and all parameters, sorted (RFC 5849, 3.4)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, PORTS.get(parts.scheme)) else f":{parts.port}"
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *said.items()]
    joined = "&".join(f"{name}={value}" for name, value in sorted((_quoted(a), _quoted(b)) for a, b in pairs))
    address = f"{parts.scheme.lower()}://{host}{port}{parts.path}"
    base = "&".join([method.upper(), _quoted(address), _quoted(joined)])
    key = f"{_quoted(keys.consumer_secret)}&{_quoted(keys.token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
