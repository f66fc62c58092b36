"""
History rows: services say what they did, to what, with before and after.

Nothing else changes or deletes such a row: what is not marked here breaks the chain of seals.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from jetbridge.core.actors import current_actor
from jetbridge.core.models import Event
from jetbridge.core.models.seals import BY_MODEL, HistoryMark, Seal, Source

# Rows a transaction, where rows are made anonymous or deleted.
CHUNK = 500


def record(
    action: str,
    target: Model,
    *,
    message: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> Event:
    """Write one history row about an object; before and after hold only what changed."""
    event = Event.objects.create(
        **_columns(action, target), message=message, before=before, after=after, note=note
    )
    _hand_on([event])
    return event


def record_all(events: Iterable[Event]) -> None:
    """Write rows that `build` made beside bulk changes."""
    _hand_on(Event.objects.bulk_create(events))


# Rooms above that follow what is written down, in its transaction.
_followers: list[Callable[[Sequence[Event]], None]] = []


def followed_by(follower: Callable[[Sequence[Event]], None]) -> None:
    """Have a room above see each row that a service writes, in the transaction of what it did."""
    if follower not in _followers:
        _followers.append(follower)


def _hand_on(events: Sequence[Event]) -> None:
    for follower in _followers:
        follower(events)


def build(action: str, target: Model, *, message: str = "", **changes: Any) -> Event:
    """Return an unsaved history row, for `record_all` beside bulk changes."""
    return Event(**_columns(action, target), message=message, **changes)


def timeline(target: Model) -> QuerySet[Event]:
    """Return an object's history, newest first."""
    return Event.objects.filter(kind=target._meta.label_lower, object_id=str(target.pk)).select_related(
        "user"
    )


def name_editor(*, instance: LogEntry, **signal: Any) -> None:
    """Write into the row of an edit who made it; the name stays when the person is renamed or deleted."""
    if instance.pk is None and instance.actor_id is None:
        actor = current_actor()
        instance.actor_id = actor.user_id
        instance.actor_email = (actor.name or actor.job)[:254]


def erase(rows: QuerySet[Any], *columns: str, reason: str) -> int:
    """Empty columns that may name a buyer, and leave a mark of it that is sealed; return in how many rows."""
    empty = _empty(rows.model, columns)
    filled = reduce(or_, (~Q(**{name: value}) for name, value in empty.items() if value is not None), Q())
    filled |= reduce(
        or_, (Q(**{f"{name}__isnull": False}) for name, value in empty.items() if value is None), Q()
    )
    found = rows.filter(filled).order_by("pk").values_list("pk", flat=True)
    return sum(_erase(BY_MODEL[rows.model], keys, empty, reason) for keys in _portions(list(found)))


def delete(rows: QuerySet[Any], *, reason: str) -> int:
    """Delete rows, leaving marks of it that are sealed; return how many."""
    source = BY_MODEL[rows.model]
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    for keys in _portions(found):
        with transaction.atomic():
            _mark(source, HistoryMark.Change.DELETED, dict.fromkeys(keys), reason)
            source.model._base_manager.filter(pk__in=keys).delete()
    return len(found)


def _empty(model: type[Model], columns: Iterable[str]) -> dict[str, str | None]:
    return {name: None if model._meta.get_field(name).null else "" for name in columns}


def _portions(keys: list[int]) -> list[list[int]]:
    return [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]


@transaction.atomic
def _erase(source: Source, keys: list[int], empty: Mapping[str, str | None], reason: str) -> int:
    source.model._base_manager.filter(pk__in=keys).update(**empty)
    digests = {key: source.without_salt(row) for key, row in source.rows(keys).items()}
    _mark(source, HistoryMark.Change.ERASED, digests, reason)
    return len(digests)


def _mark(
    source: Source, change: HistoryMark.Change, digests: Mapping[int, bytes | None], reason: str
) -> None:
    actor, now = current_actor(), timezone.now()
    columns = {
        "at": now,
        "change": change,
        "table": source.table,
        "reason": reason,
        "who": actor.name or actor.job,
    }
    HistoryMark.objects.bulk_create(
        HistoryMark(row=key, digest=digest, **columns) for key, digest in digests.items()
    )
    Seal.objects.filter(table=source.table, row__in=list(digests)).update(salt=None)


def _columns(action: str, target: Model) -> dict[str, Any]:
    actor = current_actor()
    return {
        "at": timezone.now(),
        "user_id": actor.user_id,
        "who": actor.name,
        "job": actor.job,
        "request_id": actor.request_id,
        "action": action,
        "kind": target._meta.label_lower,
        "object_id": "" if target.pk is None else str(target.pk),
        "label": str(target)[:200],
    }
