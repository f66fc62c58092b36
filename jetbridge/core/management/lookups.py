"""How a command finds the one row that a person names."""

from typing import Any, TypeVar

from django.contrib.auth.models import User as Person
from django.core.management.base import CommandError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


def the_one(rows: "QuerySet[Row]", name: str, *columns: str, what: str) -> Row:
    """
    Return the row that has this name in one of these columns.

    A column may be empty until Jet fills it, so an empty name would find somebody else's row.

    :raises CommandError: the name is empty, or there is no such row, or more than one
    """
    if not name.strip():
        raise CommandError(f"Name the {what}.", returncode=2)
    named = Q()
    for column in columns:
        named |= Q(**{column: name})
    found = list(rows.filter(named)[:2])
    if len(found) != 1:
        raise CommandError(f"{'More than one' if found else 'No'} {what} is known as {name}.")
    return found[0]


def existing(rows: "QuerySet[Row]", refusal: str, **key: Any) -> Row:
    """
    Return the row with this key.

    :raises CommandError: there is none; refusal is what is said then
    """
    found = rows.filter(**key).first()
    if found is None:
        raise CommandError(refusal)
    return found


def person(username: str) -> Person:
    """
    Return somebody who may log in.

    :raises CommandError: there is no user of this name
    """
    return existing(Person.objects.all(), f"There is no user {username}.", username=username)
