"""Writes who may enter the panel and what each group may do; nobody locks the last one out who could let him in."""

from collections.abc import Collection

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.db import transaction
from django.db.models import Q, QuerySet

# Whoever holds this can give and take every other right.
GIVES_RIGHTS = "change_user"


class LastOne(Exception):
    """Nobody would be left who may let people in."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody would be left who may let people in. Give that right to somebody else first: group owner."
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
    """Tell whether nobody but this person may let people in."""
    able = who_gives_rights()
    return able.filter(pk=person.pk).exists() and not able.exclude(pk=person.pk).exists()


@transaction.atomic
def save(
    *,
    person: Person,
    groups: Collection[Group] | None = None,
    password: str = "",
) -> Person:
    """
    Store a person with groups and password as far as they are given.

    :raises LastOne: nobody who may give rights would be left
    """
    could = who_gives_rights().exists()
    if password:
        person.set_password(password)
    person.save()
    if groups is not None:
        person.groups.set(groups)
    _keep_one(could)
    return person


@transaction.atomic
def delete(*, person: Person) -> None:
    """
    Delete a person; what the history says of the person keeps no name.

    :raises LastOne: nobody who may give rights would be left
    """
    could = who_gives_rights().exists()
    person.delete()
    _keep_one(could)


@transaction.atomic
def change_group(
    *, group: Group, give: Collection[Permission] = (), take: Collection[Permission] = ()
) -> None:
    """
    Let a group do more, or less.

    :raises LastOne: nobody who may give rights would be left
    """
    could = who_gives_rights().exists()
    if group.pk is None:
        group.save()
    group.permissions.add(*give)
    group.permissions.remove(*take)
    _keep_one(could)


@transaction.atomic
def delete_group(*, group: Group) -> None:
    """
    Delete a group; its people stay and may do less.

    :raises LastOne: nobody who may give rights would be left
    """
    could = who_gives_rights().exists()
    group.delete()
    _keep_one(could)


def _keep_one(could: bool) -> None:
    if could and not who_gives_rights().exists():
        raise LastOne
