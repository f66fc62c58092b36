"""
Who calls: an integration by OAuth 1.0a (RFC 5849), by Bearer where that is switched on, or by a token that an
administrator or a customer signed in for.

Of a signed call the store says what is wrong with its keys or signature; of a Bearer only that it may not do this.
"""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

from jetapi.sandbox.kit.wire import Request

from .errors import Refusal, lacking, refused
from .world import World

CONSUMER, CONSUMER_SECRET, TOKEN, TOKEN_SECRET = "jb-key", "jb-secret", "jb-token", "jb-token-secret"
ADMIN, ADMIN_PASSWORD = "admin", "admin123"
ADMIN_SECONDS = 3600
ADMINISTRATOR, CUSTOMER = 2, 3
VERSION = "1.0"
REQUIRED = tuple(
    f"oauth_{name}"
    for name in ("consumer_key", "signature", "signature_method", "nonce", "timestamp", "token")
)
HASHES = {"HMAC-SHA256": hashlib.sha256, "HMAC-SHA1": hashlib.sha1}
ADMIN_KEY = b"the emulator's own"
# How far a call's time may lie ahead of the store's; one that lies behind is taken, however old.
SECONDS_AHEAD = 600


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the integration or an administrator, a customer of this number, or nobody."""

    is_known: bool = False
    customer: int = 0


def caller(world: World, request: Request) -> Caller:
    """
    Say who calls: the integration, an administrator, a customer who is signed in, or nobody.

    :raises Refusal: it is signed, and the keys or the signature are wrong
    """
    scheme, _, rest = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "oauth":
        _check_signed(request, rest, world)
        return Caller(is_known=True)
    token = rest.strip().strip('"') if scheme.lower() == "bearer" else ""
    if world.options.bearer and token == TOKEN:
        return Caller(is_known=True)
    claims = _claims(world, token)
    if claims.get("utypid") == CUSTOMER:
        secret = world.memory.get("customer_secret", claims["uid"]) or {}
        return Caller(customer=claims["uid"] if secret.get("turn") == claims["turn"] else 0)
    return Caller(is_known=bool(claims))


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
    return _token(world, uid=1, utypid=ADMINISTRATOR)


def customer_token(world: World, number: int, turn: int) -> str:
    """Return a customer's token, good for an hour and until they sign out."""
    return _token(world, uid=number, utypid=CUSTOMER, turn=turn)


def sealed(text: str) -> str:
    """Return what stands for a text that the store keeps to itself."""
    return _coded(hmac.new(ADMIN_KEY, text.encode(), hashlib.sha256).digest())


def _token(world: World, **claims: int) -> str:
    now = int(world.now().timestamp())
    claims |= {"iat": now, "exp": now + ADMIN_SECONDS}
    parts = [_coded(json.dumps(each).encode()) for each in ({"kid": "1", "alg": "HS256"}, claims)]
    return ".".join([*parts, sealed(".".join(parts))])


def _claims(world: World, token: str) -> dict[str, int]:
    """Return what a token says that the store gave out and that is still good."""
    head, _, seal = token.rpartition(".")
    if not head or not hmac.compare_digest(seal.encode(), sealed(head).encode()):
        return {}
    claims: dict[str, int] = json.loads(base64.urlsafe_b64decode(head.partition(".")[2] + "=="))
    return claims if claims["exp"] > world.now().timestamp() else {}


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _check_signed(request: Request, header: str, world: World) -> None:
    """
    Check a call's signature, in the store's order.

    Its own keys are shorter than a store's, so that how long one is says nothing here.

    :raises Refusal: what is wrong with its form, keys, time, nonce or signature
    """
    parts = [each.partition("=") for each in header.split(",")]
    said = {name.strip(): unquote(value.strip().strip('"')) for name, _, value in parts if "oauth_" in name}
    if said.get("oauth_version", VERSION) != VERSION:
        raise refused('The "%1" Oauth version isn\'t supported.', said["oauth_version"])
    if absent := [name for name in REQUIRED if name not in said]:
        raise lacking(absent)
    digest = HASHES.get(said["oauth_signature_method"])
    if digest is None:
        raise refused("Signature method %1 is not supported", said["oauth_signature_method"])
    if said["oauth_consumer_key"] != CONSUMER:
        raise Refusal(401, "A consumer having the specified key does not exist")
    if not _is_in_time(said["oauth_timestamp"]):
        raise Refusal(401, "An error occurred validating the nonce")
    # Of a call that turns out to be signed wrongly, the nonce is used up all the same.
    if not world.nonces.is_new(said["oauth_nonce"]):
        raise Refusal(401, "The nonce is already being used by the consumer with ID %1", [1])
    if said["oauth_token"] != TOKEN:
        raise Refusal(401, "Specified token does not exist")
    given = said.pop("oauth_signature")
    key = f"{_quoted(CONSUMER_SECRET)}&{_quoted(TOKEN_SECRET)}".encode()
    signed = [hmac.new(key, base.encode(), digest).digest() for base in _bases(request, said)]
    if not any(hmac.compare_digest(given.encode(), base64.b64encode(each)) for each in signed):
        raise Refusal(401, "The signature is invalid. Verify and try again.")


def _is_in_time(text: str) -> bool:
    """Say whether a call's time is one, and not ahead of this machine's clock; the one that is moved is another."""
    return text.isdecimal() and len(text) < 15 and 0 < int(text) <= time.time() + SECONDS_AHEAD


def _bases(request: Request, said: dict[str, str]) -> list[str]:
    """
    Word what is signed (RFC 5849, 3.4.1): method, address without query, sorted parameters.

    A parameter without a value, as in `?searchCriteria`, belongs to it; the store leaves it out, and so may a client.
    """
    parts = request.query_string.split("&")
    stated = "&".join(each for each in parts if each.count("=") == 1)
    return list(dict.fromkeys(_base(request, said, query) for query in (request.query_string, stated)))


def _base(request: Request, said: dict[str, str], text: str) -> str:
    query = parse_qsl(text, keep_blank_values=True)
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        query += parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in [*query, *said.items()])
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    address = f"{request.base_url.lower()}{request.path}"
    return "&".join([request.method, _quoted(address), _quoted(joined)])


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
