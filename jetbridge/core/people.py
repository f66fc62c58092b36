"""Writes who may enter the panel and what each group may do; nobody locks the last one out who could let him in."""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import Q, QuerySet

from jetbridge.core import history, sessions
from jetbridge.core.actors import current_actor, somebody

# Whoever holds this can give and take every other right.
GIVES_RIGHTS = "change_user"
# Whoever holds these says where secrets are sent: settings with such addresses.
ADDRESSES = {"api_url": "core.change_api_address", "store_url": "core.change_store_address"}


# In the home, until the password is another: what became of the one that was made up for the first person.
FIRST_MARK = "first_password"


def remember_first_password(person: Person) -> None:
    """Keep a mark of a password that was made up and printed, so that a change of it can be asked for."""
    mark: Path = settings.JETBRIDGE_HOME / FIRST_MARK
    mark.write_text(_mark_of(person))


def has_first_password(person: Person) -> bool:
    """Return whether a person still uses the password that was made up at the first start."""
    try:
        kept = (settings.JETBRIDGE_HOME / FIRST_MARK).read_text()
    except (OSError, UnicodeDecodeError):
        return False
    return secrets.compare_digest(kept.strip().encode(), _mark_of(person).encode())


def _mark_of(person: Person) -> str:
    return hashlib.sha256(f"{person.pk} {person.password}".encode()).hexdigest()


class LastOne(Exception):
    """At least one active user must be able to manage users."""

    def __init__(self) -> None:
        super().__init__(
            "At least one active user must be able to manage users. Give somebody else that right first: group owner."
        )


def who_gives_rights() -> "QuerySet[Person]":
    """Return the people who can enter and change what others may do."""
    of_group = Q(
        groups__permissions__codename=GIVES_RIGHTS, groups__permissions__content_type__app_label="auth"
    )
    own = Q(user_permissions__codename=GIVES_RIGHTS, user_permissions__content_type__app_label="auth")
    held = Q(is_superuser=True) | of_group | own
    return Person.objects.filter(held, is_active=True, is_staff=True).distinct()


def is_last(person: Person) -> bool:
    """Return whether nobody but this person may manage users."""
    able = who_gives_rights()
    return able.filter(pk=person.pk).exists() and not able.exclude(pk=person.pk).exists()


def try_out(write: Callable[[], None]) -> None:
    """
    Write, look who could still manage users, and take it back.

    :raises LastOne: nobody who may give rights would be left
    """
    with transaction.atomic():
        could = who_gives_rights().exists()
        write()
        _keep_one(could)
        transaction.set_rollback(True)


_is_recorded: ContextVar[bool] = ContextVar("jetbridge_rights_recorded", default=False)


@contextmanager
def recorded() -> Iterator[None]:
    """Write who may do what, and record it oneself: what is noted where nothing else is recorded is not."""
    token = _is_recorded.set(True)
    try:
        yield
    finally:
        _is_recorded.reset(token)


@recorded()
@transaction.atomic
def save(
    *,
    person: Person,
    groups: Collection[Group] | None = None,
    password: str = "",
) -> Person:
    """
    Store a person with groups and password as far as they are given; who is kept out is out at once.

    :raises LastOne: nobody who may give rights would be left
    """
    could, before = who_gives_rights().exists(), rights_of(person)
    if password:
        person.set_password(password)
    person.save()
    if groups is not None:
        person.groups.set(groups)
    _keep_one(could)
    record_change(person, before)
    if before and (password or not person.is_active):
        sessions.end_all(person)
    return person


def note_password(*, instance: Person, update_fields: Collection[str] | None = None, **_: Any) -> None:
    """Write into the history that somebody gets another password, whichever page or command sets it."""
    if update_fields is not None and "password" not in update_fields:  # a sign-in's own notes
        return
    kept = Person.objects.filter(pk=instance.pk).values_list("password", flat=True).first()
    if kept is None or kept == instance.password:
        return
    # At a sign-in the same one, by newer rules of hashing.
    is_same = update_fields is not None and getattr(instance, "_password", None) is None
    message = "The password was stored anew." if is_same else "A new password was set."
    with somebody():
        history.record("person changed", instance, message=message)


@recorded()
@transaction.atomic
def delete(*, person: Person) -> None:
    """
    Delete a person; the rows of what the person did keep the name.

    :raises LastOne: nobody who may give rights would be left
    """
    could = who_gives_rights().exists()
    history.record("person deleted", person, before=rights_of(person))
    person.delete()
    _keep_one(could)


@transaction.atomic
def sign_out(*, person: Person) -> int:
    """End every session of a person, in every browser; return how many."""
    ended = sessions.end_all(person)
    history.record("signed out everywhere", person, message=f"Sessions ended: {ended}.")
    return ended


@recorded()
@transaction.atomic
def change_group(
    *, group: Group, give: Collection[Permission] = (), take: Collection[Permission] = ()
) -> None:
    """
    Let a group do more, or less.

    :raises LastOne: nobody who may give rights would be left
    """
    could, before = who_gives_rights().exists(), rights_of(group)
    if group.pk is None:
        group.save()
    group.permissions.add(*give)
    group.permissions.remove(*take)
    _keep_one(could)
    record_change(group, before)


@recorded()
@transaction.atomic
def delete_group(*, group: Group) -> None:
    """
    Delete a group; its people stay and may do less.

    :raises LastOne: nobody who may give rights would be left
    """
    could = who_gives_rights().exists()
    members = sorted(group.user_set.values_list("username", flat=True))
    history.record("group deleted", group, before={**rights_of(group), "people": members})
    group.delete()
    _keep_one(could)


def rights_of(target: Person | Group) -> dict[str, Any]:
    """Return what the database holds of a person's or a group's rights; nothing of a new one, never a password."""
    stored = type(target)._default_manager.filter(pk=target.pk).first()
    if stored is None:
        return {}
    if isinstance(stored, Group):
        return {"name": stored.name, "permissions": _named(stored.permissions)}
    return {
        "name": stored.username,
        "email": stored.email,
        "active": stored.is_active,
        "staff": stored.is_staff,
        "superuser": stored.is_superuser,
        "groups": sorted(stored.groups.values_list("name", flat=True)),
        "permissions": _named(stored.user_permissions),
    }


def is_recorded() -> bool:
    """Return whether what is written now is recorded by who writes it."""
    return _is_recorded.get()


def record_change(target: Person | Group, before: dict[str, Any], *, message: str = "") -> None:
    """Write into the history what differs from before; of lists only what came and what went."""
    after, kind = rights_of(target), "group" if isinstance(target, Group) else "person"
    if not before:
        history.record(f"{kind} added", target, after=after)
        return
    changed = [name for name in after if after[name] != before[name]]
    if changed or message:
        history.record(
            f"{kind} changed",
            target,
            message=message,
            before={name: _without(before[name], after[name]) for name in changed} or None,
            after={name: _without(after[name], before[name]) for name in changed} or None,
        )


def _without(value: Any, other: Any) -> Any:
    return [each for each in value if each not in other] if isinstance(value, list) else value


def _named(permissions: Any) -> list[str]:
    rows = permissions.values_list("content_type__app_label", "codename")
    return sorted(f"{app}.{codename}" for app, codename in rows)


def _keep_one(could: bool) -> None:
    if could and not who_gives_rights().exists():
        raise LastOne


def may_move(setting: str) -> bool:
    """Return whether who acts may change an address of secrets: a command may, a person needs permission."""
    acting = current_actor().user_id
    if acting is None:
        return True
    person = Person.objects.filter(pk=acting).first()
    return person is not None and person.has_perm(ADDRESSES[setting])
