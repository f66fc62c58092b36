"""Claims: who may send a row now. A guarded update gives it to one worker at a time, for as long as its lease."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Generic

from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from jetbridge.core import generations
from jetbridge.core.models import Generation
from jetbridge.core.models.ranges import among
from jetbridge.outbox import boxes
from jetbridge.outbox.boxes import Outbox
from jetbridge.outbox.models import PENDING, Answer, free
from jetbridge.outbox.results import R

# A drain takes what was due when it began; what is given back at that very moment is not.
AFTERWARDS = timedelta(microseconds=1)


def new_token() -> str:
    """Return a name for one holder that nobody else has."""
    return uuid.uuid4().hex


def due(box: Outbox[Any], *, started: datetime, now: datetime) -> "QuerySet[Any]":
    """Return what was due at the start and nobody holds, in the box's order; nothing while it is held."""
    return _due(box, started, now, generations.state())


def is_held(box: Outbox[Any], generation: Generation | None = None) -> bool:
    """Return whether nothing of it may go, since the database is older than Jet."""
    return not box.goes_when_older and (generation or generations.state()).is_older


def _due(box: Outbox[Any], started: datetime, now: datetime, generation: Generation) -> "QuerySet[Any]":
    if is_held(box, generation):
        return box.model._default_manager.none()
    return box.select(box.model._default_manager.filter(_claimable(started, now))).order_by(*box.order_by)


def is_due(box: Outbox[Any]) -> bool:
    """Return whether anything is to be sent now."""
    now = timezone.now()
    return due(box, started=now, now=now).exists()


def due_jobs() -> list[str]:
    """Return the jobs of all boxes of which something is to be sent now, for the sweep."""
    return [box.job for box in boxes.boxes() if box.job and is_due(box())]


def _claimable(started: datetime, now: datetime) -> Q:
    return PENDING & Q(next_try_at__lte=started) & free(now)


@dataclass(frozen=True, slots=True)
class Claimed(Generic[R]):
    """What one claim took, whether nothing else was due, and whether nothing may go at all."""

    rows: list[R] = field(default_factory=list)
    is_last: bool = False
    is_held: bool = False


def claim(box: Outbox[R], *, started: datetime, limit: int, token: str = "") -> list[R]:
    """Take due rows under a fresh token, or the drain's; one that its holder abandoned becomes unknown."""
    return take(box, started=started, limit=limit, token=token or new_token()).rows


def take(box: Outbox[R], *, started: datetime, limit: int, token: str) -> Claimed[R]:
    """Claim, and return what else is known by that: who goes on claiming need not ask again."""
    # A drain that stalled for longer than its own lease must not take up its rows a second time.
    others = ~Q(claimed_by=token)
    while True:
        now, generation = timezone.now(), generations.state()
        with _locking():
            chosen = _due(box, started, now, generation).filter(others).only("pk")
            if connection.features.has_select_for_update_skip_locked:
                # Two workers at once get different rows, without waiting for each other.
                chosen = chosen.select_for_update(skip_locked=True, of=("self",))
                ids = [row.pk for row in chosen[:limit]]
            else:
                ids = list(chosen.values_list("pk", flat=True)[:limit])
            if not ids:
                return Claimed(is_last=True, is_held=is_held(box, generation))
            won = _rows(box, ids).filter(_claimable(started, now), others)
            taken = won.update(claimed_by=token, claimed_until=now + box.lease, answer=_doubted(generation))
        # Somebody may have been quicker with all of them, and others are still due.
        if taken:
            # Only now: a copy of the database from before holds none of these as claimed, and is an older one.
            if is_held(box, generations.raise_number(generation) if box.sends_claimed else generation):
                release(box, ids, token=token)
                return Claimed(is_last=True, is_held=True)
            # Where rows are locked one by one, others that are due may only have been passed over.
            is_last = taken == len(ids) < limit and not connection.features.has_select_for_update_skip_locked
            return Claimed(box.load(held(box, ids, token=token).order_by(*box.order_by)), is_last)


def _doubted(generation: Generation) -> Case:
    """
    Make unknown what the other side may have although nobody stored the answer.

    Whoever held it died; or it was asked for before the database was put back, and perhaps sent afterwards. While
    the database is known to be older that may be true of everything, also of what people entered again.
    """
    doubted = ~Q(claimed_by="")
    if generation.doubted_until is not None:
        before = Q(queued_at__lt=generation.doubted_until) | Q(queued_at=None)
        doubted |= ~Q(answer=Answer.SENT) & (Q() if generation.is_older else before)
    return Case(When(doubted, then=Value(Answer.UNKNOWN)), default=F("answer"))


def _locking() -> AbstractContextManager[Any]:
    """Where rows can be locked one by one, keep the locks until they are claimed; elsewhere look without any."""
    return transaction.atomic() if connection.features.has_select_for_update_skip_locked else nullcontext()


def renew(box: Outbox[Any], ids: Collection[Any], *, token: str) -> int:
    """Prolong what is still held; return how many."""
    return held(box, ids, token=token).update(claimed_until=timezone.now() + box.lease)


def give_back(box: Outbox[R], rows: Sequence[R], *, token: str, errors: Sequence[str] = ()) -> int:
    """Free what was surely not sent: it is due for the next drain. Return how many were still held."""
    if not rows:
        return 0
    said = {"errors": list(errors)} if errors else {}
    return release(box, [row.pk for row in rows], token=token, **said)


def release(box: Outbox[Any], ids: Collection[Any], *, token: str, **own: Any) -> int:
    """Free rows by their keys, due for the next drain; `own` is what else is written of them."""
    again = timezone.now() + AFTERWARDS
    return held(box, ids, token=token).update(claimed_by="", claimed_until=None, next_try_at=again, **own)


def retry_later(
    box: Outbox[R],
    row: R,
    *,
    token: str,
    error: str,
    unknown: bool,
    at: datetime | None = None,
    own: Mapping[str, Any] = MappingProxyType({}),
) -> bool:
    """
    Free a row and try again at `at`, or after a pause that doubles; return whether it was still held.

    Where a newer request came in meanwhile, that one stays due at once. `own` is what else is written.
    """
    now = timezone.now()
    again = at or now + box.pause(row.attempts + 1)
    changes: dict[str, Any] = {"claimed_by": "", "claimed_until": None, "errors": [error]}
    changes["next_try_at"] = Case(When(number=row.number, then=Value(again)), default=F("next_try_at"))
    if at is None:
        changes["attempts"] = F("attempts") + 1
    if unknown:
        changes |= {"answer": Answer.UNKNOWN, "answer_at": now}
    return held(box, [row.pk], token=token).update(**changes, **own) == 1


def hold(box: Outbox[Any], rows: "QuerySet[Any]", *, token: str) -> int:
    """Take whatever nobody has of these rows, pending or not, so that none is sent while its fate is decided."""
    now = timezone.now()
    return rows.filter(free(now)).update(claimed_by=token, claimed_until=now + box.lease)


class Holding(Generic[R]):
    """What one drain holds and has not settled yet. Threads ask it before they begin a call."""

    def __init__(self, box: Outbox[R], *, started: datetime) -> None:
        self.token = new_token()
        self._box, self._started = box, started
        self._until: dict[Any, datetime] = {}

    def __contains__(self, pk: Any) -> bool:
        return pk in self._until

    def claim(self, limit: int) -> Claimed[R]:
        """Take rows that were due when the drain began, none of them a second time."""
        # Before the claim itself: this worker must not think that it holds rows longer than the others do.
        until = timezone.now() + self._box.lease
        claimed = take(self._box, started=self._started, limit=limit, token=self.token)
        self._until.update((row.pk, until) for row in claimed.rows)
        return claimed

    def outlasts(self, pk: Any, now: datetime) -> bool:
        """Return whether a call that begins now is over before anybody else may take the row."""
        until = self._until.get(pk)
        return until is not None and now + self._box.longest_send <= until

    def drop(self, pk: Any) -> None:
        """Forget a row that is settled or free."""
        self._until.pop(pk, None)

    def renew(self) -> None:
        """Prolong all claims; a row that somebody else took meanwhile is not begun any more."""
        ids, until = list(self._until), timezone.now() + self._box.lease
        if not ids:
            return
        if renew(self._box, ids, token=self.token) < len(ids):
            kept = set(held(self._box, ids, token=self.token).values_list("pk", flat=True))
            for pk in set(ids) - kept:
                del self._until[pk]
            ids = list(kept)
        self._until.update(dict.fromkeys(ids, until))


def _rows(box: Outbox[Any], ids: Collection[Any]) -> "QuerySet[Any]":
    return box.model._default_manager.filter(among("pk", ids))


def held(box: Outbox[Any], ids: Collection[Any], *, token: str) -> "QuerySet[Any]":
    """Return those rows that this holder still has; by key, since no index leads to a token alone."""
    return _rows(box, ids).filter(claimed_by=token)
