"""Mass actions of the orders' grids: the chosen rows, or all that match, go to a plan page; nothing is sent yet."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from jetbridge.core import configuration
from orders.forms.fetches import MOST_IDS
from orders.mass_actions import steps
from orders.mass_actions.actions import ACTIONS
from orders.models import FailedOrder, Order
from orders.services import refreshes
from orders.views.mass_actions import filters_of, person

Door = Callable[[Any, HttpRequest, QuerySet[Any]], HttpResponse]
MASS = ("acknowledge", "confirm_cancel", "cancel", "retry")
PAPERS = {"pick_list": "Print Pick List", "packing_slips": "Print Packing Slips", "export": "Export as CSV"}
FAILED = {"retry": "Retry", "cancel": "Cancel Order"}


def of_orders(request: HttpRequest) -> dict[str, tuple[Door, str, str]]:
    """Return the mass actions on orders that this person may start, and what he may take out."""
    found = {
        code: (_planned(code), code, ACTIONS[code].label)
        for code in MASS
        if request.user.has_perm(ACTIONS[code].permission)
    }
    if request.user.has_perm("orders.import_orders"):
        found["sync"] = (_sync, "sync", "Sync with Jet")
    if request.user.has_perm("orders.export_buyers"):
        found |= {code: (_paper(code), code, label) for code, label in PAPERS.items()}
    return found


def of_failed(request: HttpRequest) -> dict[str, tuple[Door, str, str]]:
    """Return the mass actions on failed orders; those that were never stored have their own buttons."""
    return {
        code: (_planned_failed(code), code, label)
        for code, label in FAILED.items()
        if request.user.has_perm(ACTIONS[code].permission)
    }


def _planned(code: str) -> Door:
    def draft(admin: Any, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        chosen: dict[str, Any] = (
            {"filters": filters_of(request.GET)} if _is_across(request) else {"ids": _keys(queryset, "pk")}
        )
        return redirect("orders:run", steps.draft(action=code, by=person(request), **chosen).pk)

    return draft


def _planned_failed(code: str) -> Door:
    def draft(admin: Any, request: HttpRequest, queryset: QuerySet[FailedOrder]) -> HttpResponse:
        ids = _keys(queryset.filter(order__isnull=False), "order_id")
        return redirect("orders:run", steps.draft(action=code, ids=ids, by=person(request)).pk)

    return draft


def _paper(name: str) -> Door:
    def lead(admin: Any, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        query = (
            urlencode(filters_of(request.GET), doseq=True)
            if _is_across(request)
            else urlencode({"ids": ",".join(map(str, _keys(queryset, "pk")))})
        )
        return redirect(f"{reverse(f'orders:{name}')}?{query}")

    return lead


def _sync(admin: Any, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
    """Have the chosen orders read again, and lead to the page that shows what differed."""
    ids = list(queryset.order_by().values_list("jet_id", flat=True)[: MOST_IDS + 1])
    if len(ids) > MOST_IDS:
        messages.error(
            request, f"At most {MOST_IDS:,} orders at once; choose fewer, or days by “By ID or date…”."
        )
        return redirect(request.get_full_path())
    asked = refreshes.queue_fetch(account=configuration.active_account(), jet_ids=ids, user=person(request))
    return redirect("orders:chosen", asked.pk)


def _is_across(request: HttpRequest) -> bool:
    return request.POST.get("select_across") == "1"


def _keys(rows: QuerySet[Any], name: str) -> Sequence[int]:
    return list(rows.order_by().values_list(name, flat=True))
