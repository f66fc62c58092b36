"""Whose work it is that jobs do step by step: who started it, and whether it may go on for them."""

from typing import Any

from django.contrib.auth.models import User as Person

from jetbridge.core import permissions
from jetbridge.core.actors import current_actor
from jetbridge.core.models.events import Started


class RightLost(Exception):
    """Whoever started it may not do it any more; the message says who."""


def columns(column: str, person: Person | None) -> dict[str, Any]:
    """Return what a new row holds of who starts it: a person, or a command or the panel itself."""
    return {column: person, "started_as": person.get_username() if person else ""}


def in_charge(column: str) -> dict[str, Any]:
    """Return what changes in a row that somebody lets go now; nothing where nobody in particular does."""
    actor = current_actor()
    if actor.user_id is not None:
        return {f"{column}_id": actor.user_id, "started_as": actor.name}
    return {f"{column}_id": None, "started_as": ""} if actor.name and not actor.job else {}


def ask(row: Started, column: str, *needed: str) -> None:
    """
    Ask before a step whether it may be done for whoever started it; what nobody started always may.

    :raises RightLost: they were deleted, may not enter, or may not do this any more
    """
    number = getattr(row, f"{column}_id")
    if number is None and not row.started_as:
        return
    person = Person.objects.filter(pk=number or 0).first()
    setattr(row, column, person)  # so that the row can be stored, whoever was deleted
    if reason := permissions.lost_right(person, row.started_as, *needed):
        raise RightLost(reason)
