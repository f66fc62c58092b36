"""Searching tables that only grow: by exact keys through their indexes, by words among the latest rows only."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from auditlog.models import LogEntry
from django.db.models import Model, Q, QuerySet

from jetbridge.core.models import ApiCall, Event

# A search by words reads rows one by one; older rows are found by their keys and by filters.
LATEST = 50_000

T = TypeVar("T", bound=Model)

# What was answered, by class of status: in words, and as a condition on calls.
ANSWERS: dict[str, tuple[str, Q]] = {
    "taken": ("Taken (2xx)", Q(status__range=(200, 299))),
    "refused": ("Refused (4xx)", Q(status__gte=400, status__lte=499)),
    "broken": ("Failed (5xx)", Q(status__gte=500)),
    "none": ("No answer", Q(status=None)),
}

# To whom a call went.
SIDES: dict[str, tuple[str, Q]] = {
    "jet": ("Jet", Q(store=None)),
    "store": ("The store", Q(store__isnull=False)),
}


# Gives the other side's names for what a person knows by a number of ours.
Namer = Callable[[str], Iterable[str]]
_namers: list[Namer] = []


def also_named_by(namer: Namer) -> None:
    """Have a room of the floors above say under which names Jet knows one of our numbers."""
    if namer not in _namers:
        _namers.append(namer)


def calls(rows: "QuerySet[ApiCall]", term: str) -> "QuerySet[ApiCall]":
    """Return the calls that a person means: by Jet's status, by exact keys, else by words among the latest."""
    if not term:
        return rows
    if len(term) == 3 and term.isdecimal() and rows.filter(status=term).exists():
        return rows.filter(status=term)
    names = {name for namer in _namers for name in namer(term)} - {"", term}
    if names and (theirs := rows.filter(reference__in=names)).exists():
        return theirs
    return search(rows, term, keys=("reference", "request_id", "correlation_id"), words=("path", "purpose"))


def events(rows: "QuerySet[Event]", term: str) -> "QuerySet[Event]":
    """Return the events that a person means: by request first, then by words among the latest."""
    if not term:
        return rows
    return search(rows, term, keys=("request_id",), words=("label", "message", "action"))


def edits(rows: QuerySet[LogEntry], term: str) -> QuerySet[LogEntry]:
    """Return the edits in forms that a person means: by request first, then by words of the object's name."""
    return search(rows, term, keys=("cid",), words=("object_repr",)) if term else rows


def search(rows: QuerySet[T], term: str, *, keys: tuple[str, ...], words: tuple[str, ...]) -> QuerySet[T]:
    """
    Return the rows whose key is the term, by the first key that knows it; else the latest whose words hold it.

    One key at a time: its index then gives the rows in order, where several would have all of them sorted.
    """
    for key in keys:
        by_key = rows.filter(**{key: term})
        if by_key.exists():
            return by_key
    newest = rows.model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    return rows.filter(_any(words, term), pk__gt=newest - LATEST)


def _any(fields: tuple[str, ...], term: str) -> Q:
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": term})
    return found
