"""Tokens: made by people for themselves, shown once, found by a digest, taken back; each step in the history."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from jetbridge.api.models import Token
from jetbridge.core import history, people, rights

PREFIX = "jb_"
# Days a token lasts unless its person says otherwise, and at most.
DAYS, MOST_DAYS = 90, 366
# Signs by which a person recognizes one.
SHOWN = 9
# A person's tokens that let somebody in; more are more than anybody looks after.
MOST = 50
# The moment of the last use is stored once in so long.
USED_EVERY = timedelta(minutes=1)
PERMISSION = "api.use_api"


class TokenRefused(Exception):
    """No token was made; the message says why."""


@people.recorded()
@transaction.atomic
def create(*, person: Person, name: str, scope: str, days: int = DAYS) -> tuple[Token, str]:
    """
    Make a token; return it and its secret, which nobody can read again.

    :param days: for how many days it lets somebody in
    :raises TokenRefused: the person may not use the API, or has a token of this name, or too many
    """
    name = " ".join(name.split())
    _check(person, name, scope, days)
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    now = timezone.now()
    token = Token.objects.create(
        person=person,
        name=name,
        scope=scope,
        start=secret[:SHOWN],
        digest=digest_of(secret),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    after = {"person": person.get_username(), "scope": scope, "expires": token.expires_at.isoformat()}
    history.record("API token made", token, after=after)
    return token, secret


@people.recorded()
@transaction.atomic
def revoke(*, token: Token) -> bool:
    """Take a token back for good; return whether it was this call that did."""
    now = timezone.now()
    with rights.changing(token):
        taken = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)
    token.refresh_from_db()
    if taken:
        history.record("API token revoked", token, message=f"It was {token.person.get_username()}'s.")
    return bool(taken)


def find(secret: str) -> Token | None:
    """Return the token of a secret with its person; none where it is unknown, expired or taken back."""
    if not secret.startswith(PREFIX):
        return None
    found = Token.objects.select_related("person").filter(digest=digest_of(secret)).first()
    if found is None or not found.is_open or not (found.person.is_active and found.person.is_staff):
        return None
    return found


def note_use(token: Token) -> None:
    """Store that a token was used now, at most once a minute."""
    now = timezone.now()
    long_ago = Q(last_used_at=None) | Q(last_used_at__lte=now - USED_EVERY)
    if token.last_used_at is None or token.last_used_at <= now - USED_EVERY:
        Token.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: it is as long as a key, so that one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _check(person: Person, name: str, scope: str, days: int) -> None:
    if not (person.is_active and person.is_staff and person.has_perm(PERMISSION)):
        raise TokenRefused(f"{person.get_username()} may not use the JSON API.")
    if not name or len(name) > Token._meta.get_field("name").max_length:  # type: ignore[operator]
        raise TokenRefused("Name the token in at most 80 signs.")
    if scope not in Token.Scope.values:
        raise TokenRefused("The scope is read or write.")
    if not 1 <= days <= MOST_DAYS:
        raise TokenRefused(f"A token lasts from 1 to {MOST_DAYS} days.")
    mine = Token.objects.filter(person=person, revoked_at=None, expires_at__gt=timezone.now())
    if mine.filter(name=name).exists():
        raise TokenRefused(f"There is a token {name} already. Revoke it first, or choose another name.")
    if mine.count() >= MOST:
        raise TokenRefused(f"There are {MOST} tokens already. Revoke those that nobody uses.")
