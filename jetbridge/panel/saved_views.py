"""Saved filters and chosen columns of lists: what a person keeps, and what the list shows of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import User as Person
from django.http import HttpRequest, QueryDict

from jetbridge.panel.models import SavedView

# In the address of a list: which saved filters it shows.
VIEW = "view"
# More names than this are no help; nobody keeps them by accident either.
MOST = 30
LONGEST_NAME, LONGEST_QUERY = 60, 2_000
# What a saved view does not keep: where somebody had paged to, messages of the admin, our own switches.
NOT_KEPT = ("p", "e", "from_end", VIEW, "_popup", "_to_field")


class CannotSave(Exception):
    """The view cannot be kept; the message says why."""


@dataclass(frozen=True)
class Kept:
    """What one person keeps of one list."""

    views: Sequence[SavedView]
    columns: Sequence[str]

    def shown(self, chosen: str) -> SavedView | None:
        """Return the view that an address names, if it is this person's."""
        return next((view for view in self.views if str(view.pk) == chosen), None)


def kept_by(request: HttpRequest, grid: str) -> Kept:
    """Return what the person keeps of a list; read once a request."""
    cache: dict[str, Kept] = request.__dict__.setdefault("jb_kept", {})
    if grid not in cache:
        cache[grid] = _read(request.user, grid)
    return cache[grid]


def _read(person: Person | AnonymousUser, grid: str) -> Kept:
    if person.pk is None:
        return Kept([], [])
    rows = list(SavedView.objects.filter(person=person, grid=grid))
    unnamed = next((row for row in rows if not row.name), None)
    return Kept([row for row in rows if row.name], unnamed.columns if unnamed else [])


def columns_now(request: HttpRequest, grid: str) -> Sequence[str]:
    """Return the columns to show: those of the view in the address, else those that the person chose last."""
    kept = kept_by(request, grid)
    view = kept.shown(request.GET.get(VIEW, ""))
    return view.columns if view and view.columns else kept.columns


def save(*, person: Person, grid: str, name: str, query: QueryDict, columns: Sequence[str] = ()) -> SavedView:
    """
    Keep filters, search, order and columns under a name; the same name again is written over.

    :raises CannotSave: no name, nothing to keep, or too much of it
    """
    name = " ".join(name.split())
    kept = query.copy()
    for each in NOT_KEPT:
        kept.pop(each, None)
    if not name:
        raise CannotSave("Give the filters a name.")
    if len(name) > LONGEST_NAME:
        raise CannotSave(f"The name is longer than {LONGEST_NAME} characters.")
    if not kept and not columns:
        raise CannotSave("There is nothing to keep: no filter, search or order is on.")
    if len(kept.urlencode()) > LONGEST_QUERY:
        raise CannotSave("These filters are too long to be kept.")
    mine = SavedView.objects.filter(person=person, grid=grid).exclude(name="")
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise CannotSave(f"You keep {MOST} already. Delete one first.")
    facts = {"query": kept.urlencode(), "columns": list(columns)}
    return SavedView.objects.update_or_create(person=person, grid=grid, name=name, defaults=facts)[0]


def delete(*, person: Person, grid: str, pk: int) -> str:
    """Forget one of a person's views; return its name, empty where it was not theirs."""
    view = SavedView.objects.filter(person=person, grid=grid, pk=pk).exclude(name="").first()
    if view is None:
        return ""
    view.delete()
    return view.name


def choose_columns(*, person: Person, grid: str, columns: Sequence[str]) -> None:
    """Show a list with these columns from now on; without any it looks as it was made."""
    mine = SavedView.objects.filter(person=person, grid=grid, name="")
    if columns:
        SavedView.objects.update_or_create(
            person=person, grid=grid, name="", defaults={"columns": list(columns)}
        )
    else:
        mine.delete()
