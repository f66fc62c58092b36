"""Mass actions of the products grid: the chosen rows, or all that match, go to a plan page; nothing is sent yet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from catalog.listings.mass_actions import steps
from catalog.listings.mass_actions.actions import ACTIONS
from catalog.listings.views.mass_actions import filters_of, person
from catalog.products.models import Product

# In the order of the menu.
MASS = (
    "upload",
    "bulk_upload",
    "sync",
    "status",
    "validate",
    "restore_zeros",
    "reset",
    "archive",
    "unarchive",
)
# Above the grid, for all that match its filters.
HEADER = {
    "bulk_upload": "Upload to Jet",
    "sync": "Sync inventory and price",
    "archive": "Bulk archive",
    "unarchive": "Bulk unarchive",
}

Door = Callable[[Any, HttpRequest, QuerySet[Product]], HttpResponse]


@dataclass(frozen=True)
class Button:
    """A button above the grid: an action over everything that the filters match."""

    code: str
    label: str
    url: str


def allowed(request: HttpRequest) -> dict[str, tuple[Door, str, str]]:
    """Return the mass actions that this person may start, as Django's grids take them."""
    return {
        code: (DOORS[code], code, ACTIONS[code].label)
        for code in MASS
        if request.user.has_perm(ACTIONS[code].permission)
    }


def buttons(request: HttpRequest) -> list[Button]:
    """Return the buttons above the grid that this person may press, each leading to the plan of its action."""
    found = []
    for code, label in HEADER.items():
        if request.user.has_perm(ACTIONS[code].permission):
            query = QueryDict(mutable=True)
            query["action"] = code
            for name, values in filters_of(request.GET).items():
                query.setlist(name, values)
            found.append(Button(code, label, f"{reverse('catalog:new_run')}?{query.urlencode()}"))
    return found


def _door(code: str) -> Door:
    """Make the grid action: the chosen rows, or with "select all that match" the filters themselves."""

    def draft(admin: Any, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponse:
        across = request.POST.get("select_across") == "1"
        chosen: dict[str, Any] = (
            {"filters": filters_of(request.GET)}
            if across
            else {"ids": list(queryset.order_by().values_list("pk", flat=True))}
        )
        return redirect("catalog:run", steps.draft(action=code, by=person(request), **chosen).pk)

    return draft


DOORS: dict[str, Door] = {code: _door(code) for code in MASS}
