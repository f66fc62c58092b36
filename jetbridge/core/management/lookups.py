"""How a command finds the one row that a person names."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.models import User as Person
from django.core.management.base import CommandError
from django.db.models import Model, Q, QuerySet

from jetbridge.core.management.faults import Usage

Row = TypeVar("Row", bound=Model)


def the_one(rows: "QuerySet[Row]", name: str, *columns: str, what: str, fix: str = "") -> Row:
    """
    Return the row that has this name in one of these columns.

    A column may be empty until Jet fills it, so an empty name would find somebody else's row.

    :param fix: what to do where there is none
    :raises CommandError: the name is empty, or there is no such row, or more than one
    """
    if not name.strip():
        raise Usage(f"Name the {what}.")
    named = Q()
    for column in columns:
        named |= Q(**{column: name})
    found = list(rows.filter(named)[:2])
    if found[1:]:
        raise CommandError(f"More than one {what} is known as {name}.")
    if not found:
        raise CommandError(f"No {what} is known as {name}. {fix}".strip())
    return found[0]


def existing(rows: "QuerySet[Row]", refusal: str | Callable[[], str], **key: Any) -> Row:
    """
    Return the row with this key.

    :param refusal: what is said where there is none
    :raises CommandError: there is none
    """
    found = rows.filter(**key).first()
    if found is None:
        raise CommandError((refusal if isinstance(refusal, str) else refusal()).strip())
    return found


def person(username: str) -> Person:
    """
    Return somebody who may log in.

    :raises CommandError: there is no user of this name
    """
    return existing(Person.objects.all(), f"There is no user {username}.", username=username)
