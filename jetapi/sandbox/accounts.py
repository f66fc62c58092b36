"""The two merchants of the sandbox, their keys and their tokens."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from .kit.wire import dumps
from .store import Store

TOKEN_LIFE = timedelta(hours=10)
HEADER = {"typ": "JWT", "alg": "RS256", "kid": "sandbox"}


@dataclass(frozen=True, slots=True)
class Account:
    """One key pair with its own data; `epoch` grows when all its tokens are revoked."""

    mode: str
    user: str
    secret: str
    merchant_id: str
    fulfillment_node_id: str
    epoch: int = 0


def _stable_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _first_accounts(salt: str) -> dict[str, Account]:
    return {
        mode: Account(
            mode=mode,
            user=f"{mode}-user",
            secret=f"{mode}-secret",
            merchant_id=_stable_id(f"{salt}merchant {mode}"),
            fulfillment_node_id=_stable_id(f"{salt}node {mode}"),
        )
        for mode in ("test", "live")
    }


class Accounts:
    """Who may call; tokens look like Jet's and are checked by a secret of this sandbox alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = str(store.meta("signing_key") or secrets.token_hex(32))
        store.set_meta("signing_key", self._key)
        kept = store.meta("accounts")
        self._all = {each["mode"]: Account(**each) for each in kept} if kept else _first_accounts("")
        self._keep()

    def __iter__(self) -> Iterator[Account]:
        return iter(self._all.values())

    def get(self, mode: str) -> Account | None:
        return self._all.get(mode)

    def renew(self) -> None:
        """Begin with new merchant and node ids; the key pairs stay as documented."""
        self._all = _first_accounts(secrets.token_hex(8))
        self._key = secrets.token_hex(32)
        self._store.set_meta("signing_key", self._key)
        self._keep()

    def login(self, user: object, password: object) -> Account | None:
        for account in self:
            if (user, password) == (account.user, account.secret):
                return account
        return None

    def revoke_tokens(self, mode: str) -> None:
        account = self._all[mode]
        self._all[mode] = replace(account, epoch=account.epoch + 1)
        self._keep()

    def issue(self, account: Account, now: datetime) -> tuple[str, datetime]:
        """Make a token in Jet's shape and return when it expires."""
        expires = now.replace(microsecond=0) + TOKEN_LIFE
        claims = {
            "ironman_portal_user_id": _stable_id(account.user),
            "is_sandbox_uid": "True" if account.mode == "test" else "False",
            "merchant_id": account.merchant_id,
            "partner_type": "Merchant",
            "scope": "ironman-api",
            "iss": "jet.com",
            "exp": int(expires.timestamp()),
            "nbf": int((expires - TOKEN_LIFE).timestamp()),
            "jti": f"{account.mode}-{account.epoch}-{secrets.token_hex(4)}",
        }
        signed = f"{_base64(dumps(HEADER).encode())}.{_base64(dumps(claims).encode())}"
        return f"{signed}.{self.sign(signed)}", expires

    def sign(self, text: str) -> str:
        return _signature(self._key, text)

    def holder(self, token: str, now: datetime) -> Account | None:
        """Return whose token this is; None when it is garbled, expired or revoked."""
        claims = _signed_claims(self._key, token)
        if claims is None:
            return None
        mode, epoch, expires = claims
        account = self._all.get(mode)
        live = account is not None and account.epoch == epoch and now.timestamp() < expires
        return account if live else None

    def _keep(self) -> None:
        self._store.set_meta("accounts", [asdict(account) for account in self])


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _signature(key: str, text: str) -> str:
    return _base64(hmac.new(key.encode(), text.encode("utf-8", "replace"), hashlib.sha256).digest())


@lru_cache(maxsize=256)
def _signed_claims(key: str, token: str) -> tuple[str, int, int] | None:
    """Read mode, epoch and expiry of a token; None where another key signed it, or none."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_signature(key, signed).encode(), signature.encode("utf-8", "replace")):
        return None
    payload = signed.partition(".")[2]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    mode, epoch, _ = claims["jti"].split("-")
    return mode, int(epoch), claims["exp"]
