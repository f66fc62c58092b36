"""Searching tables that only grow: by exact keys through their indexes, by words among the latest rows only."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

# A search by words reads rows one by one; older rows are found by their keys and by filters.
LATEST = 50_000

T = TypeVar("T", bound=Model)


def search(rows: QuerySet[T], term: str, *, keys: tuple[str, ...], words: tuple[str, ...]) -> QuerySet[T]:
    """Return the rows one of whose keys is the term; when there are none, the latest whose words hold it."""
    by_key = rows.filter(_any(keys, "", term))
    if by_key.exists():
        return by_key
    newest = rows.model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return rows.filter(_any(words, "__icontains", term), pk__gt=newest - LATEST)


def _any(fields: tuple[str, ...], lookup: str, term: Any) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}{lookup}": term})
    return found
