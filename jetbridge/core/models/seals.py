"""
The chain of seals over history rows: each link covers the row's digest and the link before.

What a column is asked for stays as it is here for good: a change of it breaks every seal that was made before.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auditlog.models import LogEntry
from django.db import models

from jetbridge.core.models.events import Event

GENESIS = bytes(32)
SALT_BYTES = 16


class HistoryMark(models.Model):
    """What was done to the history itself: a row was made anonymous or deleted, or a restore left some behind."""

    class Change(models.TextChoices):
        ERASED = "erased", "Made anonymous"
        DELETED = "deleted", "Deleted"
        RESTORED = "restored", "Left by a restore"
        RIGHTS = "rights", "Who may do what"
        WRITTEN = "written", "A row of who may do what"

    at = models.DateTimeField()
    change = models.CharField(max_length=10, choices=Change.choices)
    # Of a restore: table 0, and the number and link of the last seal that the restored database does not know.
    table = models.PositiveSmallIntegerField(default=0)
    row = models.PositiveBigIntegerField()
    # Of a restore: the last seal that the restored database knows.
    after = models.PositiveBigIntegerField(null=True)
    # What the row says since; of RIGHTS, all that was noted; of WRITTEN, a row that came or went, at `reason`.
    digest = models.BinaryField(max_length=32, null=True)
    reason = models.CharField(max_length=200)
    who = models.CharField(max_length=200, blank=True)

    class Meta:
        app_label = "core"
        default_permissions = ()
        indexes = [models.Index(fields=["table", "row"], name="mark_row")]

    def __str__(self) -> str:
        return f"{self.get_change_display()}: {self.table}/{self.row}"


class Seal(models.Model):
    """One link of the chain, in the sealer's own sequence; it holds no foreign key, for it outlives its row."""

    number = models.PositiveBigIntegerField(primary_key=True)
    table = models.PositiveSmallIntegerField()
    row = models.PositiveBigIntegerField()
    # Gone once the row is made anonymous: then nobody can try out what the personal columns held.
    salt = models.BinaryField(max_length=SALT_BYTES, null=True)
    personal = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    link = models.BinaryField(max_length=32)

    class Meta:
        app_label = "core"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["table", "row"], name="one_seal_per_row")]

    def __str__(self) -> str:
        return f"{self.number}-{bytes(self.link).hex()}"

    def made_after(self, before: bytes) -> bytes:
        """Return what the link must be, given the one before."""
        parts = (self.number, self.table, self.row)
        return _hash(before, *(part.to_bytes(8, "big") for part in parts), bytes(self.digest))


class HistoryHead(models.Model):
    """One row: the last link, and up to which row of each table every committed one is sealed."""

    # Grows with each write: who read another turn's head writes nothing.
    turn = models.PositiveBigIntegerField(default=0)
    number = models.PositiveBigIntegerField(default=0)
    link = models.BinaryField(max_length=32, default=GENESIS)
    # By table: the greatest key seen, and [first, last, since] of keys below it that no row had then.
    reached = models.JSONField(default=dict)
    gaps = models.JSONField(default=dict)
    # The last seal before it was read who may do what, and digests of that.
    rights = models.JSONField(default=dict)

    class Meta:
        app_label = "core"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}-{bytes(self.link).hex()}"


@dataclass(frozen=True)
class Source:
    """A table whose rows are sealed. What may have to be forgotten stands under `personal`."""

    table: int
    name: str
    model: type[models.Model]
    plain: tuple[str, ...]
    personal: tuple[str, ...] = ()

    def rows(self, keys: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return the sealed columns of rows by key."""
        found = (
            self.model._base_manager.filter(pk__in=list(keys))
            .order_by("pk")
            .values("pk", *self.plain, *self.personal)
        )
        return {row["pk"]: row for row in found}

    def digests(self, row: dict[str, Any], salt: bytes) -> tuple[bytes, bytes]:
        """Return the salted digest of a row's personal columns, and that of the whole row."""
        personal = _hash(salt, _text(row, self.personal))
        return personal, self.whole(row, personal)

    def whole(self, row: dict[str, Any], personal: bytes) -> bytes:
        """Return a row's digest, given that of its personal columns."""
        return _hash(_text(row, ("pk", *self.plain)), personal)

    def without_salt(self, row: dict[str, Any]) -> bytes:
        """Return the digest of a row that holds nothing personal any more."""
        return _hash(_text(row, ("pk", *self.plain, *self.personal)))


EVENTS = Source(
    1,
    "event",
    Event,
    ("at", "who", "job", "action", "kind", "object_id", "label", "request_id"),
    ("message", "before", "after", "note"),
)
EDITS = Source(
    2,
    "edit",
    LogEntry,
    ("timestamp", "action", "content_type_id", "object_pk", "object_repr", "actor_email", "cid"),
    ("changes", "changes_text", "serialized_data", "additional_data", "remote_addr", "remote_port"),
)
MARKS = Source(3, "mark", HistoryMark, ("at", "change", "table", "row", "after", "digest", "reason", "who"))
SOURCES = {source.table: source for source in (EVENTS, EDITS, MARKS)}
# Where rows may be made anonymous or deleted.
BY_MODEL: dict[type[models.Model], Source] = {Event: EVENTS, LogEntry: EDITS}


def _hash(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).digest()


def _text(row: dict[str, Any], columns: Iterable[str]) -> bytes:
    return json.dumps([row[name] for name in columns], default=_plain, sort_keys=True).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value)
