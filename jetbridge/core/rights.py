"""
The tables that say who may do what: no row of theirs changes without a row of history.

What no service records is recorded here, as it is written. What is written past signals (SQL, `update`, bulk inserts)
differs from what was noted last, and is noticed when the history is sealed.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from django.utils import timezone

from jetbridge.core import history, history_seals, people
from jetbridge.core.actors import somebody
from jetbridge.core.models import Event, HistoryHead, HistoryMark, Seal
from jetbridge.core.models.seals import EVENTS

# Of a row, before it is written: what the database holds.
_BEFORE = "_rights_before"
UNRECORDED = "changed without a record"
REPLACED = "what was noted of who may do what"
TARGET_GONE = ("gone", "")
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

    @property
    def name(self) -> str:
        """What the table is called in the history and on screen."""
        return str(self.model._meta.verbose_name)

    @property
    def label(self) -> str:
        """Whose rows they are, as the history names kinds of objects."""
        owner = self.model._meta.get_field(self.owner).related_model if self.owner else self.model
        return str(owner._meta.label_lower)  # type: ignore[union-attr]  # never a string once apps are ready

    def decisive(self, row: models.Model) -> list[Any]:
        """Return what the database holds of a row; nothing of a new one."""
        found = self.model._base_manager.filter(pk=row.pk).values_list(*self.columns).first()
        return [self.kept(found)] if found else []


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
    """Watch who there is, in which groups, and what these may do."""
    watch(Part(Person, ("username", "email", "is_active", "is_staff", "is_superuser", "password")))
    watch(Part(Group, ("name",)))
    watch(Part(Permission, ("content_type__app_label", "codename"), may_come=True))
    watch(Part(Person.groups.through, ("group_id",), "user"))
    watch(Part(Person.user_permissions.through, _PERMISSION, "user"))
    watch(Part(Group.permissions.through, _PERMISSION, "group"))
    for links in (Person.groups.through, Person.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_linked, sender=links, dispatch_uid=f"jetbridge.core.rights.{links._meta.label}")


def _before(
    *, sender: type[models.Model], instance: models.Model, update_fields: Any = None, **_: Any
) -> None:
    part = parts[sender]
    if people.is_recorded() or (update_fields is not None and not {*update_fields} & {*part.columns}):
        return
    if isinstance(instance, Person | Group):
        held: Any = people.rights_of(instance)
    else:
        held = part.decisive(instance)
    setattr(instance, _BEFORE, held)


def _after(*, sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    before = instance.__dict__.pop(_BEFORE, None)
    if before is None:
        return
    with somebody():
        if isinstance(instance, Person | Group):
            people.record_change(instance, before)
        elif parts[sender].decisive(instance) != before:
            _record(parts[sender], instance, "changed" if before else "added")


def _deleted(*, sender: type[models.Model], instance: models.Model, **_: Any) -> None:
    if people.is_recorded():
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
            _record(parts[sender], instance, "deleted")


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
    if people.is_recorded():
        return
    if action.startswith("pre_"):
        rows = sender._default_manager.filter(**{f"{type(instance)._meta.model_name}_id": instance.pk})
        keys = pk_set if pk_set is not None else rows.values_list(f"{model._meta.model_name}_id", flat=True)
        targets = list(model._default_manager.filter(pk__in=list(keys))) if reverse else [instance]
        setattr(instance, _BEFORE, [(each, people.rights_of(each)) for each in targets])
        return
    with somebody():
        for target, before in instance.__dict__.pop(_BEFORE, ()):
            people.record_change(target, before)


# By whose rows they are and of which table: a digest of what decides.
State = dict[str, str]


@dataclass(frozen=True)
class Reading:
    """What stands in the tables, and the last seal before that was read."""

    state: State
    seal: int


def read() -> Reading:
    """Read who may do what. The seal first: what is recorded with a change is never sealed before it is seen here."""
    seal = history_seals.head().number
    return Reading(dict(_digests()), seal)


def _digests() -> Iterator[tuple[str, str]]:
    for part in parts.values():
        rows: dict[Any, list[str]] = defaultdict(list)
        owner = f"{part.owner}_id" if part.owner else "pk"
        for key, *values in part.model._base_manager.order_by("pk").values_list(owner, *part.columns):
            rows[key].append(json.dumps(part.kept(values), default=str, sort_keys=True))
        for key, texts in rows.items():
            yield f"{part.label} {key} {part.model._meta.label_lower}", _digest(sorted(texts)).hex()[:32]


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
    return _digest(decide).hex()


def unrecorded(reading: Reading) -> list[Unrecorded]:
    """Return what differs from what was noted, and stands in no row of history since."""
    known = noted()
    if known is None:
        return []
    by_label = {part.model._meta.label_lower: part for part in parts.values()}
    explained, found = _explained(), []
    for place in sorted(known.keys() | reading.state.keys()):
        owner, key, table = place.split(" ")
        part = by_label.get(table)
        if part is None or known.get(place) == reading.state.get(place) or (owner, key) in explained:
            continue
        if TARGET_GONE in explained and part.model._meta.auto_created:
            continue
        if place in known or not part.may_come:
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


def _explained() -> set[tuple[str, str]]:
    """Return of whom the history says something since what was noted."""
    head = HistoryHead.objects.get(pk=1)
    sealed = Seal.objects.filter(table=EVENTS.table, number__gt=head.rights["seal"]).values("row")
    since = Q(pk__in=sealed) | Q(pk__gt=head.reached.get(str(EVENTS.table), 0))
    events = Event.objects.filter(since).exclude(action__in=HARMLESS)
    found = {(kind, key) for kind, key in events.values_list("kind", "object_id")}
    for part in filter(lambda each: each.owner, parts.values()):
        mine = [key for kind, key in found if kind == part.model._meta.label_lower]
        owners = part.model._base_manager.filter(pk__in=mine).values_list(f"{part.owner}_id", flat=True)
        found |= {(part.label, str(key)) for key in owners}
    # With a group or a permission go the links that lead to it.
    if events.filter(action__in=("group deleted", "permission deleted")).exists():
        found.add(TARGET_GONE)
    return found
