"""
The tables that say who may do what: no row of theirs changes without a row of history.

What no service records is recorded here, as it is written. Each write notes in its own transaction which rows came
and went; what differs and is not among these (by SQL, `update`, bulk inserts) is noticed when the history is sealed.

Not among them: sessions, since what their table holds lets nobody in and cannot be made without the secret key, which
stands in no table (`session_store`); failed sign-ins, which only keep out; unused tables of the sign-in library.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.utils import timezone

from jetbridge.core import history, history_seals, people
from jetbridge.core.actors import somebody
from jetbridge.core.models import Configuration, HistoryHead, HistoryMark, Seal
from jetbridge.core.models.seals import EVENTS, MARKS, Source

# Of a row, before it is written: what the database holds.
_BEFORE = "_rights_before"
UNRECORDED = "changed without a record"
REPLACED = "what was noted of who may do what"
GONE = " deleted"
# Part of what is noted: what an earlier version noted is compared with nothing.
VERSION = 2
# Digits of a row's digest.
SHOWN = 16
# What happens to people and changes nothing of what they may do.
HARMLESS = ("signed in", "sign-in failed", "sign-ins paused", "signed out everywhere", "API call", UNRECORDED)


@dataclass(frozen=True)
class Part:
    """A table, what of it decides, and by which column a row is somebody's; without one it stands for itself."""

    model: type[models.Model]
    columns: tuple[str, ...]
    owner: str = ""
    # Of a row's columns: what stays the same while nobody changes what they may do.
    kept: Callable[[Sequence[Any]], Any] = list
    # Rows that give nobody anything by themselves may come unnoticed.
    may_come: bool = False
    # Whatever writes it records it.
    is_recorded: bool = False

    @property
    def name(self) -> str:
        """What the table is called in the history and on screen."""
        return str(self.model._meta.verbose_name)

    @property
    def label(self) -> str:
        """Whose rows they are, as the history names kinds of objects."""
        owner = self.model._meta.get_field(self.owner).related_model if self.owner else self.model
        return str(owner._meta.label_lower)  # type: ignore[union-attr]  # never a string once apps are ready


parts: dict[type[models.Model], Part] = {}
_PERMISSION = ("permission__content_type__app_label", "permission__codename")


def watch(part: Part) -> None:
    """Record each change of a table that says who may do what, and notice those that are not recorded."""
    model = part.model
    parts[model] = part
    signals = ((pre_save, _before), (post_save, _after), (pre_delete, _deleted))
    for signal, receiver in signals:
        signal.connect(receiver, sender=model, dispatch_uid=f"jetbridge.core.rights.{model._meta.label}")


def watch_people() -> None:
    """Watch who there is, in which groups, what these may do, and where the panel's secrets are sent."""
    watch(Part(Person, ("username", "email", "is_active", "is_staff", "is_superuser", "password")))
    watch(Part(Group, ("name",)))
    watch(Part(Permission, ("content_type__app_label", "codename"), may_come=True))
    watch(Part(Person.groups.through, ("group_id",), "user"))
    watch(Part(Person.user_permissions.through, _PERMISSION, "user"))
    watch(Part(Group.permissions.through, _PERMISSION, "group"))
    watch(Part(Configuration, ("api_url", "store_url"), may_come=True, is_recorded=True))
    for links in (Person.groups.through, Person.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_linked, sender=links, dispatch_uid=f"jetbridge.core.rights.{links._meta.label}")


def _before(
    *, sender: type[models.Model], instance: models.Model, update_fields: Any = None, **_: Any
) -> None:
    part = parts[sender]
    if update_fields is not None and not {*update_fields} & {*part.columns}:
        return
    is_named = isinstance(instance, Person | Group) and not people.is_recorded()
    held = people.rights_of(instance) if is_named else {}  # type: ignore[arg-type]  # as is looked at
    setattr(instance, _BEFORE, (_items_of(part, instance), held))


def _after(*, sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    before = instance.__dict__.pop(_BEFORE, None)
    if before is None:
        return
    part, (items, held) = parts[sender], before
    now = _items_of(part, instance)
    if items or not part.may_come:
        _note(items ^ now)
    if people.is_recorded() or part.is_recorded:
        return
    with somebody():
        if isinstance(instance, Person | Group):
            people.record_change(instance, held)
        elif now != items:
            _record(part, instance, "changed" if items else "added")


@contextmanager
def changing(row: models.Model) -> Iterator[None]:
    """Note what becomes of a row that is written by a guarded update; who writes it records it."""
    before = _items_of(parts[type(row)], row)
    yield
    _note(before ^ _items_of(parts[type(row)], row))


def _deleted(*, sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    part = parts[sender]
    _note(_items_of(part, instance) | _items_leading_to(instance))
    if people.is_recorded() or part.is_recorded:
        return
    with somebody():
        if isinstance(instance, Permission):
            held = {
                "groups": sorted(instance.group_set.values_list("name", flat=True)),
                "people": sorted(instance.user_set.values_list("username", flat=True)),
            }
            history.record("permission deleted", instance, before=held)
        elif isinstance(instance, Person | Group):
            kind = "group" if isinstance(instance, Group) else "person"
            history.record(f"{kind} deleted", instance, before=people.rights_of(instance))
        else:
            _record(part, instance, "deleted")


def _record(part: Part, row: models.Model, what: str) -> None:
    if part.owner:
        owner = getattr(row, part.owner)
        kind = "group" if isinstance(owner, Group) else "person"
        history.record(f"{kind} changed", owner, message=f"{what.capitalize()}: {part.name} {row}."[:500])
    else:
        history.record(f"{part.name} {what}"[:60], row)


def _linked(
    *, sender: Any, instance: Any, action: str, reverse: bool, model: Any, pk_set: Any, **_: Any
) -> None:
    """Record which groups or permissions are given or taken, from either side of the link."""
    part = parts[sender]
    if action.startswith("pre_"):
        rows = sender._default_manager.filter(**{f"{type(instance)._meta.model_name}_id": instance.pk})
        keys = pk_set if pk_set is not None else rows.values_list(f"{model._meta.model_name}_id", flat=True)
        targets = list(model._default_manager.filter(pk__in=list(keys))) if reverse else [instance]
        named = [(each, {} if people.is_recorded() else people.rights_of(each)) for each in targets]
        setattr(instance, _BEFORE, (_items(part, _of(part, targets)), named))
        return
    items, named = instance.__dict__.pop(_BEFORE, (set(), ()))
    _note(items ^ _items(part, _of(part, [each for each, _ in named])))
    if not people.is_recorded():
        with somebody():
            for target, before in named:
                people.record_change(target, before)


# By whose rows they are and of which table: a digest of what decides of each row.
State = dict[str, list[str]]
Item = tuple[str, str]


@dataclass(frozen=True)
class Reading:
    """What stands in the tables, and the last seal before that was read."""

    state: State
    seal: int


def read() -> Reading:
    """Read who may do what. The seal first: what is recorded with a change is never sealed before it is seen here."""
    seal = history_seals.head().number
    state: State = defaultdict(list)
    for part in parts.values():
        for place, digest in _items(part, part.model._base_manager.all()):
            state[place].append(digest)
    return Reading({place: sorted(digests) for place, digests in state.items()}, seal)


def _items(part: Part, rows: "QuerySet[Any]") -> set[Item]:
    """Return a digest of each row's columns; of who stands for itself one of each column, since they change apart."""
    owner, table = f"{part.owner}_id" if part.owner else "pk", part.model._meta.label_lower
    found = set()
    for key, *values in rows.values_list(owner, *part.columns):
        kept = (
            [part.kept(values)]
            if part.owner
            else [[*each] for each in zip(part.columns, values, strict=True)]
        )
        found |= {(f"{part.label} {key} {table}", _digest(each).hex()[:SHOWN]) for each in kept}
    return found


def _items_of(part: Part, row: models.Model) -> set[Item]:
    return _items(part, part.model._base_manager.filter(pk=row.pk))


def _of(part: Part, owners: Sequence[models.Model]) -> "QuerySet[Any]":
    return part.model._base_manager.filter(**{f"{part.owner}__in": [each.pk for each in owners]})


def _items_leading_to(row: models.Model) -> set[Item]:
    """Return the links that go with a group or a permission, of which no signal is sent."""
    found = set()
    for part in parts.values():
        for field in part.model._meta.fields if part.model._meta.auto_created else ():
            if field.related_model is type(row):
                found |= _items(part, part.model._base_manager.filter(**{field.name: row.pk}))
    return found


def _note(items: Collection[Item]) -> None:
    """Note, in the transaction that writes them, which rows come and go: a row of history explains no others."""
    now = timezone.now()
    if _is_noted.get():
        HistoryMark.objects.bulk_create(
            HistoryMark(
                at=now, change=HistoryMark.Change.WRITTEN, row=0, digest=bytes.fromhex(digest), reason=place
            )
            for place, digest in sorted(items)
        )


_is_noted: ContextVar[bool] = ContextVar("jetbridge_rights_noted", default=True)


@contextmanager
def unnoted() -> Iterator[None]:
    """Write while there is no table to note it in."""
    token = _is_noted.set(False)
    try:
        yield
    finally:
        _is_noted.reset(token)


@dataclass(frozen=True)
class Unrecorded:
    """A row of somebody's that differs from what was noted, and no history says why."""

    part: Part
    key: str

    @property
    def target(self) -> models.Model:
        """Whose it is; one that is gone is named by its number."""
        model = self.part.model
        if self.part.owner:
            model = model._meta.get_field(self.part.owner).related_model  # type: ignore[assignment]
        found: models.Model | None = model._base_manager.filter(pk=self.key).first()
        return found or model(pk=self.key)

    def __str__(self) -> str:
        target = self.target
        gone = "" if target._state.db else f" {self.key}, which is gone"
        return f"{target._meta.verbose_name} {'' if gone else target}{gone}: {self.part.name}"


def noted() -> State | None:
    """Return what was noted last; None before the first time, and where other columns decide since an upgrade."""
    stored = _stored()
    return stored["state"] if stored.get("columns") == _columns() else None


def _stored() -> dict[str, Any]:
    head = HistoryHead.objects.filter(pk=1).first()
    return head.rights if head else {}


def _columns() -> str:
    decide = sorted((model._meta.label_lower, part.owner, *part.columns) for model, part in parts.items())
    return _digest([VERSION, *decide]).hex()


def unrecorded(reading: Reading) -> list[Unrecorded]:
    """Return what differs from what was noted, and was not written with a row of history that says so since."""
    known = noted()
    if known is None:
        return []
    by_label = {part.model._meta.label_lower: part for part in parts.values()}
    explained, written, found = _explained(), _written(), []
    for place in sorted(known.keys() | reading.state.keys()):
        owner, key, table = place.split(" ")
        part, differs = by_label.get(table), {*known.get(place, ())} ^ {*reading.state.get(place, ())}
        if part is None or not differs or (part.may_come and place not in known):
            continue
        is_gone = place not in reading.state and (owner, key) in explained[GONE]
        # With a group or a permission go the links that lead to it.
        is_said = (owner, key) in explained[""] or bool(part.model._meta.auto_created and explained[GONE])
        if not is_gone and not (is_said and differs <= written[place]):
            found.append(Unrecorded(part, key))
    return found


def is_replaced() -> bool:
    """Return whether what was noted is not what was sealed as noted."""
    stored = _stored()
    mark = HistoryMark.objects.filter(change=HistoryMark.Change.RIGHTS).order_by("-pk").first()
    sealed = bytes(mark.digest) if mark is not None and mark.digest is not None else None
    return sealed != (_total(stored["columns"], stored["state"]) if stored else None)


def note(reading: Reading) -> list[str]:
    """Note what stands there now, and record what changed without a record; return that."""
    known, columns, replaced = noted(), _columns(), is_replaced()
    found = unrecorded(reading)
    with transaction.atomic():
        for each in found:
            history.record(UNRECORDED, each.target, message=f"No history says who: {each}.")
        HistoryHead.objects.get_or_create(pk=1)
        stored = {"seal": reading.seal, "columns": columns, "state": reading.state}
        HistoryHead.objects.filter(pk=1).update(rights=stored)
        if known != reading.state or replaced:
            HistoryMark.objects.create(
                at=timezone.now(),
                change=HistoryMark.Change.RIGHTS,
                row=0,
                digest=_total(columns, reading.state),
                reason="Who may do what, as it was read.",
            )
    return [*([REPLACED] if replaced else []), *map(str, found)]


def _total(columns: str, state: State) -> bytes:
    return _digest([columns, state])


def _digest(value: Any) -> bytes:
    return hashlib.sha256(json.dumps(value, default=str, sort_keys=True).encode()).digest()


def _since(source: Source) -> "QuerySet[Any]":
    """Return the rows of a sealed table since what was noted."""
    head = HistoryHead.objects.get(pk=1)
    sealed = Seal.objects.filter(table=source.table, number__gt=head.rights["seal"]).values("row")
    return source.model._base_manager.filter(
        Q(pk__in=sealed) | Q(pk__gt=head.reached.get(str(source.table), 0))
    )


def _written() -> dict[str, set[str]]:
    """Return what was written since by ways that are watched, by its place."""
    found: dict[str, set[str]] = defaultdict(set)
    marks = _since(MARKS).filter(change=HistoryMark.Change.WRITTEN)
    for place, digest in marks.values_list("reason", "digest"):
        found[place].add(bytes(digest).hex())
    return found


def _explained() -> dict[str, set[tuple[str, str]]]:
    """Return of whom the history says something since what was noted, and who of them is deleted."""
    events = _since(EVENTS).exclude(action__in=HARMLESS)
    found = {(kind, key) for kind, key in events.values_list("kind", "object_id")}
    for part in filter(lambda each: each.owner, parts.values()):
        mine = [key for kind, key in found if kind == part.model._meta.label_lower]
        owners = part.model._base_manager.filter(pk__in=mine).values_list(f"{part.owner}_id", flat=True)
        found |= {(part.label, str(key)) for key in owners}
    return {"": found, GONE: {*events.filter(action__endswith=GONE).values_list("kind", "object_id")}}
