"""Model fields of our own: text that is encrypted at rest."""

from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key.strip().encode()) for key in settings.FIELD_KEYS])


class UndecryptableSecret(Exception):
    """A stored secret was encrypted with a key that this installation no longer has."""


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # stubs: generic only while checking
    """Text encrypted with the first of settings.FIELD_KEYS; every listed key still decrypts."""

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return _cipher().encrypt(str(text).encode()).decode() if text else text

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        if not value:
            return value
        try:
            return _cipher().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise UndecryptableSecret(
                "A stored secret cannot be decrypted: the key file field_keys is not the one it was saved with."
            ) from error
