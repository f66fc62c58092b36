"""
Sessions whose table lets nobody in: it holds a digest of each key, and signs what it holds for this one row.

Whoever reads the table, or a copy of the database, knows no key that a browser could send. Whoever writes it makes no
session of their own either: a row copied under another key holds nothing, and the secret key stands in no table.
"""

import hashlib
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone


def stored_as(key: str | None) -> str:
    """Return by what the table knows the session of a key."""
    return hashlib.sha256(f"session {key}".encode()).hexdigest()[:40] if key else ""


class SessionStore(db.SessionStore):
    """Django's sessions in the database, under digests of their keys."""

    def __init__(self, session_key: str | None = None, row: str = "") -> None:
        super().__init__(session_key)
        self._row = row

    @property
    def key_salt(self) -> str:
        """What is signed counts for one row."""
        return f"jetbridge.sessions {self._row or stored_as(self.session_key)}"

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        open_ones = self.model.objects.filter(expire_date__gt=timezone.now())
        found: AbstractBaseSession | None = open_ones.filter(session_key=stored_as(self.session_key)).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str | None) -> bool:
        """Return whether a session of this key is stored."""
        return bool(self.model.objects.filter(session_key=stored_as(session_key)).exists())

    def create_model_instance(self, data: Any) -> AbstractBaseSession:
        """Return the row of this session."""
        row: AbstractBaseSession = super().create_model_instance(data)
        row.session_key = stored_as(self.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End the session of a key, or this one."""
        self.model.objects.filter(session_key=stored_as(session_key or self.session_key)).delete()


def data_of(row: AbstractBaseSession) -> dict[str, Any]:
    """Return what a stored session holds; nothing where it was not written for this row."""
    found: dict[str, Any] = SessionStore(row=row.session_key).decode(row.session_data)
    return found
