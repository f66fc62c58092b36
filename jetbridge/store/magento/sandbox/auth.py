"""
Who calls: an integration by OAuth 1.0a (RFC 5849), by Bearer where that is switched on, or an administrator's token.

Whatever is wrong is said in the same way: the consumer may not do this.
"""

import base64
import hashlib
import hmac
import json
import re
import time
from urllib.parse import parse_qsl, quote, unquote

from jetapi.sandbox.kit.wire import Request

from .errors import Refusal, refused
from .world import World

CONSUMER, CONSUMER_SECRET, TOKEN, TOKEN_SECRET = "jb-key", "jb-secret", "jb-token", "jb-token-secret"
ADMIN, ADMIN_PASSWORD = "admin", "admin123"
ADMIN_SECONDS = 3600
HASHES = {"HMAC-SHA256": hashlib.sha256, "HMAC-SHA1": hashlib.sha1}
PARAMETER = re.compile(r'([A-Za-z_]{1,64})="([^"]*)"')
ADMIN_KEY = b"the emulator's own"
# How far a call's time may lie ahead of the store's; one that lies behind is taken, however old.
SECONDS_AHEAD = 600


def is_known(world: World, request: Request) -> bool:
    """
    Say whether a call comes from the integration or an administrator.

    :raises Refusal: it is signed for another time, or once more
    """
    scheme, _, rest = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer":
        token = rest.strip().strip('"')
        return (world.options.bearer and token == TOKEN) or _is_admin(world, token)
    return scheme.lower() == "oauth" and _is_signed(request, rest, world)


def admin_token(world: World, user: object, password: object) -> str:
    """
    Return an administrator's token, good for an hour.

    :raises Refusal: the name or the password is wrong
    """
    if user != ADMIN or password != ADMIN_PASSWORD:
        text = (
            "The account sign-in was incorrect or your account is disabled temporarily. "
            "Please wait and try again later."
        )
        raise Refusal(401, text)
    now = int(world.now().timestamp())
    claims = {"uid": 1, "utypid": 2, "iat": now, "exp": now + ADMIN_SECONDS}
    parts = [_coded(json.dumps(each).encode()) for each in ({"kid": "1", "alg": "HS256"}, claims)]
    return ".".join([*parts, _sealed(".".join(parts))])


def _is_admin(world: World, token: str) -> bool:
    head, _, seal = token.rpartition(".")
    if not head or not hmac.compare_digest(seal.encode(), _sealed(head).encode()):
        return False
    claims = json.loads(base64.urlsafe_b64decode(head.partition(".")[2] + "=="))
    return bool(claims["exp"] > world.now().timestamp())


def _sealed(text: str) -> str:
    return _coded(hmac.new(ADMIN_KEY, text.encode(), hashlib.sha256).digest())


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _is_signed(request: Request, header: str, world: World) -> bool:
    """
    Check a call's signature.

    :raises Refusal: its time lies ahead of the store's, or its nonce was used before
    """
    said = {name: unquote(value) for name, value in PARAMETER.findall(header)}
    digest = HASHES.get(said.get("oauth_signature_method", "").upper())
    if digest is None or said.get("oauth_consumer_key") != CONSUMER or not said.get("oauth_nonce"):
        return False
    _check_time(said.get("oauth_timestamp", ""))
    # Of a call that turns out to be signed wrongly, the nonce is used up all the same.
    if not world.nonces.is_new(said["oauth_nonce"]):
        raise Refusal(401, "The nonce is already being used by the consumer with ID %1", [1])
    if said.get("oauth_token") != TOKEN:
        return False
    given = said.pop("oauth_signature", "")
    said.pop("realm", None)
    key = f"{_quoted(CONSUMER_SECRET)}&{_quoted(TOKEN_SECRET)}".encode()
    base = _base(request, said).encode()
    expected = base64.b64encode(hmac.new(key, base, digest).digest()).decode()
    return hmac.compare_digest(given, expected)


def _check_time(text: str) -> None:
    """
    Look at the time of a call, by this machine's clock and not by the one that is moved.

    :raises Refusal: it is none, or ahead
    """
    if not (text.isdecimal() and len(text) < 15 and 0 < int(text) <= time.time() + SECONDS_AHEAD):
        raise refused("Incorrect timestamp value in the oauth_timestamp parameter")


def _base(request: Request, said: dict[str, str]) -> str:
    """Word what is signed (RFC 5849, 3.4.1): method, address without query, sorted parameters."""
    query = parse_qsl(request.query_string, keep_blank_values=True)
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        query += parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in [*query, *said.items()])
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    address = f"{request.base_url.lower()}{request.path}"
    return "&".join([request.method, _quoted(address), _quoted(joined)])


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
