"""
Seals committed history rows, each minute, in a sequence of its own: whoever writes history takes no lock for it.

Rows do not become visible in the order of their keys. What is missing below the greatest key that was seen is
remembered as a gap and looked for again, until no transaction can still be writing it.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from jetbridge.core import generations
from jetbridge.core.models.seals import (
    GENESIS,
    MARKS,
    SALT_BYTES,
    SOURCES,
    HistoryHead,
    HistoryMark,
    Seal,
    Source,
)
from jetbridge.home import write_whole

# Beside the database, and no restore replaces it: the number and link of the last seal.
FILE = "history"
# Rows a transaction: on SQLite nobody else writes meanwhile.
CHUNK = 500
# Chunks a run: a history from before there were seals is sealed over some runs.
MOST = 400
GAP_LASTS = timedelta(hours=1)
RANGES = 100
# First and last key, and since when.
Gap = list[Any]
BROKEN = "The last seal that was made is gone: the history was cut or replaced. Run manage.py verify_history."


@dataclass(frozen=True)
class Link:
    """One seal, as it is written down outside the database."""

    number: int
    link: bytes

    def __str__(self) -> str:
        return f"{self.number}-{self.link.hex()}"

    @staticmethod
    def read(text: str) -> "Link":
        """
        Return the link that a text names.

        :raises ValueError: it names none
        """
        number, _, link = text.strip().partition("-")
        found = Link(int(number), bytes.fromhex(link))
        if len(found.link) != len(GENESIS) or found.number < 1:
            raise ValueError(text)
        return found

    def stands(self) -> bool:
        """Return whether the chain holds it."""
        return Seal.objects.filter(pk=self.number, link=self.link).exists()

    def was_left(self) -> bool:
        """Return whether a restore is recorded that left it behind."""
        left = HistoryMark.objects.filter(change=HistoryMark.Change.RESTORED)
        return left.filter(after__lt=self.number, row__gte=self.number).exists()


def last() -> Link | None:
    """Return the last link of the chain; None before the first row is sealed."""
    found = head()
    return Link(found.number, bytes(found.link)) if found.number else None


def kept(home: Path | None = None) -> Link | None:
    """Return the link that stands in the home's file."""
    try:
        return Link.read(((home or settings.JETBRIDGE_HOME) / FILE).read_text())
    except (OSError, ValueError):
        return None


def seal(*, heartbeat: Callable[[], None]) -> tuple[int, str]:
    """Seal what is committed and not sealed yet; return how many rows, and what is wrong with the chain."""
    trouble = _note_restore()
    sealed = 0
    for source in SOURCES.values():
        for _ in range(MOST):
            count = _seal_some(source)
            if not count:
                break
            sealed += count
            heartbeat()
    if not trouble:
        _keep()
    return sealed, trouble


def head() -> HistoryHead:
    """Return where the sealer stands."""
    return HistoryHead.objects.filter(pk=1).first() or HistoryHead(pk=1)


def _seal_some(source: Source) -> int:
    """Add one portion of a table's rows; 0 where there is nothing, or another sealer was faster."""
    HistoryHead.objects.get_or_create(pk=1)
    before, table = head(), str(source.table)
    reached, gaps = int(before.reached.get(table, 0)), before.gaps.get(table, [])
    late = _late(source, gaps)
    above = source.model._base_manager.filter(pk__gt=reached).order_by("pk")
    fresh = list(above.values_list("pk", flat=True)[:CHUNK])
    left = list(_gaps(gaps, late, reached, fresh, timezone.now()))
    if not late and not fresh and left == gaps:
        return 0
    rows = source.rows([*late, *fresh])
    seals = list(_made(source, rows.values(), before))
    after = {
        "turn": before.turn + 1,
        "number": seals[-1].number if seals else before.number,
        "link": seals[-1].link if seals else before.link,
        "reached": {**before.reached, table: fresh[-1] if fresh else reached},
        "gaps": {**before.gaps, table: left},
    }
    try:
        with transaction.atomic():
            # Guarded by what was read: two sealers never both go on from one link.
            if HistoryHead.objects.filter(pk=1, turn=before.turn).update(**after) != 1:
                return 0
            Seal.objects.bulk_create(seals)
            if source is MARKS:
                _delete_salts(rows.values())
    except IntegrityError:  # a seal beyond the head: the check finds it
        return 0
    return len(seals)


def _made(source: Source, rows: Iterable[dict[str, Any]], head: HistoryHead) -> Iterator[Seal]:
    number, link = head.number, bytes(head.link)
    for row in rows:
        number += 1
        salt = secrets.token_bytes(SALT_BYTES)
        personal, digest = source.digests(row, salt)
        made = Seal(
            number=number, table=source.table, row=row["pk"], salt=salt, personal=personal, digest=digest
        )
        made.link = link = made.made_after(link)
        yield made


def _late(source: Source, gaps: Sequence[Gap]) -> list[int]:
    """Return the keys of rows that became visible in a gap."""
    found: list[int] = []
    for start in range(0, len(gaps), RANGES):
        within = reduce(or_, (Q(pk__range=gap[:2]) for gap in gaps[start : start + RANGES]))
        found += (
            source.model._base_manager.filter(within)
            .order_by("pk")
            .values_list("pk", flat=True)[: CHUNK - len(found)]
        )
        if len(found) >= CHUNK:
            break
    return sorted(found)


def _gaps(
    known: Sequence[Gap], late: list[int], reached: int, fresh: list[int], now: datetime
) -> Iterator[Gap]:
    """Give the ranges of keys that no row has yet and one may still get."""
    oldest = (now - GAP_LASTS).isoformat()
    for first, end, since in known:
        if since >= oldest:
            yield from ([*each, since] for each in _between(first, end, late))
    if fresh:
        yield from ([*each, now.isoformat()] for each in _between(reached + 1, fresh[-1], fresh))


def _between(first: int, end: int, taken: list[int]) -> Iterator[list[int]]:
    for key in taken:
        if first <= key <= end:
            if key > first:
                yield [first, key - 1]
            first = key + 1
    if first <= end:
        yield [first, end]


def _delete_salts(marks: Iterable[dict[str, Any]]) -> None:
    for mark in marks:
        Seal.objects.filter(table=mark["table"], row=mark["row"]).update(salt=None)


def _note_restore() -> str:
    """Record that a restore left the last seal behind; return what is wrong where none was noticed."""
    found, left = generations.state(), kept()
    if left is None or left.stands() or left.was_left():
        return ""
    written = (settings.JETBRIDGE_HOME / FILE).stat().st_mtime
    if found.doubted_until is None or found.doubted_until.timestamp() < written:
        return BROKEN
    HistoryMark.objects.create(
        at=timezone.now(),
        change=HistoryMark.Change.RESTORED,
        row=left.number,
        after=head().number,
        digest=left.link,
        reason="A copy of the database was put back.",
    )
    return ""


def _keep() -> None:
    """Write the last link beside the database; whole, also when the power goes."""
    found = last()
    if found is None or found == kept():
        return
    write_whole(settings.JETBRIDGE_HOME / FILE, f"{found}\n")
