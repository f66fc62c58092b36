"""What a person may do, read in one query a request: the menu of every page asks about all of it."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.contrib.auth.models import User as Person
from django.db.models import Q


class OneQueryBackend(ModelBackend):
    """Django's own backend, which asks once for a person's permissions and their groups' instead of twice."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Return a person's permissions by name; nobody who is switched off has one."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = {f"{app}.{codename}" for app, codename in _permissions(user_obj)}
        found: set[str] = user_obj._perm_cache
        return found


def lost_right(person: Person | None, name: str, *needed: str) -> str:
    """
    Return why work may not go on for whoever started it; nothing while it may.

    It is asked anew for each step: people are deleted, kept out and given other groups while work waits.

    :param person: whose it is, read anew: rights stay with the object that was asked for them; None where there is
        no such person any more
    :param name: what they were called
    """
    if person is None:
        return f"{name or 'Whoever started it'} was deleted."
    if not (person.is_active and person.is_staff):
        return f"{person}, who started it, may not enter any more."
    missing = [each for each in needed if not person.has_perm(each)]
    return f"{person}, who started it, does not have the permission {missing[0]} any more." if missing else ""


def _permissions(person: Person) -> list[tuple[str, str]]:
    held = Permission.objects.order_by()
    if not person.is_superuser:
        mine = Permission.objects.filter(Q(user=person) | Q(group__user=person))
        held = held.filter(pk__in=mine.order_by().values("pk"))
    return list(held.values_list("content_type__app_label", "codename"))
