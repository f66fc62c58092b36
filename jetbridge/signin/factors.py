"""Second factors of people: which they have, who must have one, and which code opens."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.contrib.auth.models import User as Person
from django.db import transaction
from django.utils.crypto import constant_time_compare

from jetbridge.core import history
from jetbridge.core.people import GIVES_RIGHTS, recorded

# Recovery codes alone are no factor: they stand in for a lost one.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
KINDS = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery code",
}
OWNERS, ALL = "owners", "all"
# Where in a factor's data the last moment stands whose code was taken: none is taken twice, by any process.
COUNTER = "counter"


class AlreadySetUp(Exception):
    """Two-step sign-in is set up for this account already."""


def has_factor(person: Person) -> bool:
    """Return whether a person signs in with two steps."""
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())


def of_person(person: Person) -> list[Authenticator]:
    """Return a person's second factors, without recovery codes."""
    return list(Authenticator.objects.filter(user=person, type__in=FACTORS).order_by("pk"))


def is_required(person: Person) -> bool:
    """Return whether this installation asks a second factor of a person; owners are who may manage users."""
    required = settings.REQUIRE_SECOND_FACTOR
    return required == ALL or (required == OWNERS and person.has_perm(f"auth.{GIVES_RIGHTS}"))


def is_missing(person: Person) -> bool:
    """Return whether a person must have a second factor and has none."""
    return is_required(person) and not has_factor(person)


def codes_left(person: Person) -> int | None:
    """Return how many recovery codes are unused; None where there are none at all."""
    found = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(found).get_unused_codes()) if found else None


def accepted(person: Person, code: str) -> Authenticator | None:
    """Return the factor that a code of an app, or a recovery code, opens; each code opens once."""
    code = "".join(code.split()).replace("-", "")
    for found in Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.WEBAUTHN):
        takes = _takes_totp if found.type == Authenticator.Type.TOTP else _takes_recovery
        if takes(found, code):
            return found
    return None


def _takes_totp(factor: Authenticator, code: str) -> bool:
    secret, last = decrypt(factor.data["secret"]), factor.data.get(COUNTER, 0)
    if not secret:  # encrypted under a key that is gone
        return False
    right = [
        n for n in yield_hotp_counters_from_time() if _is(code, format_hotp_value(hotp_value(secret, n)))
    ]
    if not right or right[0] <= last:
        return False
    # Guarded by what was read: of two that bring one code at once, one comes in.
    rows = Authenticator.objects.filter(pk=factor.pk, data=factor.data)
    factor.data = {**factor.data, COUNTER: right[0]}
    return bool(rows.update(data=factor.data))


def _takes_recovery(factor: Authenticator, code: str) -> bool:
    read = factor.data
    if not decrypt(read["seed"]):
        return False
    for place, expected in enumerate(RecoveryCodes(factor).generate_codes()):
        if not read["used_mask"] & 1 << place and _is(code, expected):
            taken = {**read, "used_mask": read["used_mask"] | 1 << place}
            return bool(Authenticator.objects.filter(pk=factor.pk, data=read).update(data=taken))
    return False


def _is(code: str, expected: str) -> bool:
    return constant_time_compare(code.encode(), expected.encode())


@recorded()
@transaction.atomic
def set_up_app(*, person: Person, secret: str) -> list[str]:
    """
    Ask a person for codes of an app from now on; return recovery codes if these are new.

    :raises AlreadySetUp: one app is set up already
    """
    if Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists():
        raise AlreadySetUp
    TOTP.activate(person, secret)
    history.record("two-step sign-in set up", person, message="Codes of an authenticator app.")
    return [] if codes_left(person) is not None else renew_codes(person=person)


@recorded()
@transaction.atomic
def add_passkey(*, person: Person, name: str, credential: dict[str, Any]) -> list[str]:
    """
    Ask a person for this passkey, or another factor, from now on; return recovery codes if these are new.

    :param credential: the browser's answer that was looked at; only what a login needs is kept of it
    """
    kept = {part: credential[part] for part in ("id", "rawId", "type")}
    said = {part: credential["response"][part] for part in ("clientDataJSON", "attestationObject")}
    WebAuthn.add(person, name, {**kept, "response": said, "clientExtensionResults": {}})
    history.record("two-step sign-in set up", person, message=f"The passkey {name}.")
    return [] if codes_left(person) is not None else renew_codes(person=person)


@recorded()
@transaction.atomic
def renew_codes(*, person: Person) -> list[str]:
    """Make recovery codes, and the former ones worthless; return the new ones."""
    Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).delete()
    made: list[str] = RecoveryCodes.activate(person).generate_codes()
    history.record("recovery codes made", person, message=f"{len(made)} new ones; former ones open no more.")
    return made


@recorded()
@transaction.atomic
def remove(*, person: Person, factor: str = "") -> int:
    """Take one second factor from a person, or all; with the last go the recovery codes. Return how many went."""
    rows = Authenticator.objects.filter(user=person)
    # Its key comes from outside: as a text it is like no other, whatever it is.
    chosen = [each for each in of_person(person) if factor in ("", str(each.pk))]
    kinds = [KINDS[Authenticator.Type(each.type)] for each in chosen]
    rows.filter(pk__in=[each.pk for each in chosen]).delete()
    if not rows.filter(type__in=FACTORS).exists():
        rows.delete()
    if kinds:
        history.record("two-step sign-in removed", person, message=f"Gone: {', '.join(kinds)}.")
    return len(kinds)


def decisive(row: Sequence[Any]) -> list[Any]:
    """Return what of a factor's type and data stays the same, however often it is used and under whichever key."""
    kind, data = row
    kept = {name: value for name, value in data.items() if name not in (COUNTER, "used_mask")}
    return [kind, {name: decrypt(kept[name]) if name in ("secret", "seed") else kept[name] for name in kept}]


def secrets_at_rest() -> Iterator[tuple[str, str, partial[bool]]]:
    """Yield each stored secret of a factor, for who changes the key it is encrypted with."""
    for factor in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        name = "secret" if factor.type == Authenticator.Type.TOTP else "seed"
        yield f"mfa.authenticator {factor.pk}: {name}", factor.data[name], partial(_put, factor, name)


def _put(factor: Authenticator, name: str, ciphertext: str) -> bool:
    rows = Authenticator.objects.filter(pk=factor.pk, data=factor.data)
    return bool(rows.update(data={**factor.data, name: ciphertext}))
