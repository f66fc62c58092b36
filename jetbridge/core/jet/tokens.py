"""Where the panel keeps an account's token: encrypted in the account's row, renewed under a lease."""

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from jetapi.tokens import Token
from jetbridge.core.models import JetAccount

# Logging in takes seconds; a process that died while it did so blocks the others for this long at most.
RENEWAL = timedelta(seconds=60)


class DatabaseTokenStore:
    """
    One account's token, shared by all processes of this installation (jetapi.tokens.TokenStore).

    A token is kept together with a fingerprint of the keys and the address it was got for, so that
    changed keys never use the former ones' token. Threads that only speak HTTP rarely come here: the
    client asks again only when the token it holds ends or was refused.
    """

    def __init__(self, *, account: JetAccount, base_url: str) -> None:
        keys = "\0".join((base_url, account.api_user, account.api_secret))
        self._fingerprint = hashlib.sha256(keys.encode()).hexdigest()[:16]
        self._pk = account.pk
        self._owner = threading.get_ident()
        self._read = False
        self._first = self._parse(account.token, account.token_expires_at)

    def get(self) -> Token | None:
        """Return what is kept for these keys, expired or not."""
        if not self._read and self._first is not None:
            self._read = True
            return self._first
        with self._database():
            row = JetAccount.objects.filter(pk=self._pk).values_list("token", "token_expires_at").first()
        return self._parse(*row) if row else None

    def put(self, token: Token | None) -> None:
        """Keep this token instead; None forgets."""
        kept = json.dumps({"for": self._fingerprint, "value": token.value}) if token else ""
        with self._database():
            JetAccount.objects.filter(pk=self._pk).update(
                token=kept, token_expires_at=token.expires_at if token else None
            )

    @contextmanager
    def lease(self) -> Iterator[None]:
        """
        Hold the only right to renew, against all threads and processes.

        :raises TimeoutError: another has been renewing for over a minute
        """
        holder = uuid.uuid4().hex
        self._take(holder)
        try:
            yield
        finally:
            with self._database():
                JetAccount.objects.filter(pk=self._pk, token_lease_holder=holder).update(
                    token_lease_until=None
                )

    def _take(self, holder: str) -> None:
        give_up = time.monotonic() + RENEWAL.total_seconds() + 5
        while not self._took(holder):
            if time.monotonic() > give_up:
                raise TimeoutError("another process is still renewing the Jet token")
            time.sleep(0.1)

    def _took(self, holder: str) -> bool:
        now = timezone.now()
        free = Q(token_lease_until=None) | Q(token_lease_until__lt=now)
        with self._database():
            return JetAccount.objects.filter(free, pk=self._pk).update(
                token_lease_holder=holder, token_lease_until=now + RENEWAL
            ) == 1  # fmt: skip

    def _parse(self, kept: str | None, expires_at: datetime | None) -> Token | None:
        if not kept or expires_at is None:
            return None
        try:
            token = json.loads(kept)
            fits = token["for"] == self._fingerprint
            return Token(token["value"], expires_at.astimezone(UTC)) if fits else None
        except (ValueError, TypeError, KeyError):
            return None

    @contextmanager
    def _database(self) -> Iterator[None]:
        try:
            yield
        finally:
            # A thread that is not ours to manage would keep its connection open for good.
            if threading.get_ident() != self._owner:
                connection.close()
