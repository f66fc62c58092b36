"""Writes what is encrypted at rest under the newest key, so that an old key can be dropped."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

from jetbridge.core.models import fields
from jetbridge.core.models.fields import EncryptedTextField, Unreadable

# What was written beside us is read once more; somebody who saves all the time writes under the newest key anyhow.
TRIES = 3


@dataclass
class Rotation:
    """What became of the stored secrets."""

    rewritten: int = 0
    already: int = 0
    # Where they stand: no key of this installation reads them.
    unreadable: tuple[str, ...] = ()


def encrypted_columns() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Yield every column of every table whose kind of field encrypts."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField) and not model._meta.proxy:
                yield model, field


# What is encrypted within other columns: each yields where a secret stands, its text, and how to put another there,
# guarded by the text that was read.
Place = tuple[str, str, Callable[[str], bool]]
_ELSEWHERE: list[Callable[[], Iterable[Place]]] = []


def also_rotates(places: Callable[[], Iterable[Place]]) -> None:
    """Register secrets that stand within columns of another kind."""
    _ELSEWHERE.append(places)


def rotate() -> Rotation:
    """Write every secret that an older key encrypted under the newest; a second run finds nothing to do."""
    done = Rotation()
    for places in _ELSEWHERE:
        for name, ciphertext, write in places():
            _rewrite_at(name, ciphertext, write, done)
    for model, field in encrypted_columns():
        stored = _stored(model, field).values_list("pk", "ciphertext")
        for pk, ciphertext in list(stored):
            _rewrite(model, field, pk, ciphertext, done)
    return done


def _rewrite_at(name: str, ciphertext: str, write: Callable[[str], bool], done: Rotation) -> None:
    secret = fields.decrypted(ciphertext)
    if is_newest(ciphertext):
        done.already += 1
    elif isinstance(secret, Unreadable):
        done.unreadable += (name,)
    elif write(fields.encrypted(secret)):
        done.rewritten += 1


def is_newest(ciphertext: str) -> bool:
    """Return whether the newest key reads a stored text."""
    try:
        Fernet(settings.FIELD_KEYS[0].strip().encode()).decrypt(ciphertext.encode())
    except InvalidToken:
        return False
    return True


def _rewrite(
    model: type[models.Model], field: EncryptedTextField, pk: Any, ciphertext: str, done: Rotation
) -> None:
    for _ in range(TRIES):
        if is_newest(ciphertext):
            done.already += 1
            return
        secret = field.from_db_value(ciphertext)
        if isinstance(secret, Unreadable):
            done.unreadable += (f"{model._meta.label_lower} {pk}: {field.name}",)
            return
        # Guarded by what was read: a token that is renewed meanwhile stays.
        if _stored(model, field).filter(pk=pk, ciphertext=ciphertext).update(**{field.name: secret}):
            done.rewritten += 1
            return
        ciphertext = _stored(model, field).filter(pk=pk).values_list("ciphertext", flat=True).first() or ""
        if not ciphertext:
            return


def _stored(model: type[models.Model], field: EncryptedTextField) -> models.QuerySet[Any]:
    """Return the rows that hold a secret, each with the text as it stands in the database."""
    raw = Cast(models.F(field.name), models.TextField())
    return model._base_manager.annotate(ciphertext=raw).exclude(ciphertext="").exclude(ciphertext=None)
