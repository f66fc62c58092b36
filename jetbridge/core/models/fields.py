"""Model fields of our own: text that is encrypted at rest."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key.strip().encode()) for key in settings.FIELD_KEYS])


class Unreadable(str):
    """
    A stored secret that none of our keys decrypts: empty to whoever needs it, kept as it is by whoever saves it.

    So the panel opens and says what is wrong, and the former key, once found, still reads it.
    """

    stored: str

    def __new__(cls, stored: str) -> "Unreadable":
        text = super().__new__(cls, "")
        text.stored = stored
        return text


def encrypted(text: str) -> str:
    """Return a text encrypted with the first of settings.FIELD_KEYS."""
    return _cipher().encrypt(text.encode()).decode()


def decrypted(stored: str) -> str:
    """Return what was encrypted; Unreadable, which is empty, where no key of ours reads it."""
    try:
        return _cipher().decrypt(stored.encode()).decode()
    except InvalidToken:
        return Unreadable(stored)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # stubs: generic only while checking
    """Text encrypted with the first of settings.FIELD_KEYS; every listed key still decrypts."""

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Unreadable):
            return value.stored
        text = super().get_prep_value(value)
        return encrypted(str(text)) if text else text

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return decrypted(value) if value else value
