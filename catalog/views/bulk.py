"""Mass actions on products: the plan before it, the run with its live progress, and the list of runs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog import product_filters
from catalog.run_progress import Progress
from catalog.services import bulk
from catalog.services.bulk_actions import ACTIONS, Action
from jetbridge.core import bulk as core_bulk
from jetbridge.core.models import BulkRun, BulkRunItem
from jetbridge.core.pages import panel_page, render_page

PER_PAGE = 50
# What may be done with a run, and what is said where it came too late.
MOVES = {"start": bulk.start, "pause": core_bulk.pause, "resume": bulk.resume, "cancel": bulk.cancel}


@panel_page("catalog.view_product")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan an action over all products that match the grid's filters; posting starts it."""
    action = _allowed(request, request.GET.get("action", ""))
    options = _options(request)
    filters = filters_of(request.GET)
    chosen: dict[str, Any] = {
        "action": action.code,
        "filters": filters,
        "options": options,
        "by": person(request),
    }
    if request.method == "POST":
        run = bulk.draft(**chosen)
        bulk.start(run)
        return redirect("catalog:run", run.pk)
    return _plan_page(request, bulk.sketch(**chosen), action)


@panel_page("catalog.view_product")
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run: its plan while it is a draft, then its progress and what became of each product."""
    found = _run(pk)
    action = ACTIONS[found.action]
    if found.state == BulkRun.State.DRAFT:
        return _plan_page(request, bulk.plan(found), action)
    context = {
        **_live(request, found),
        **_items(request, found),
        "files": found.files.filter(parent=None)[:50],
    }
    return render_page(request, "catalog/run.html", title=action.label, context=context)


@panel_page("catalog.view_product")
@require_GET
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the moving part of a run's page; when the run is over, have the whole page read again."""
    context = _live(request, _run(pk))
    response = TemplateResponse(request, "catalog/run_live.html", context)
    if not context["is_open"]:
        response["HX-Refresh"] = "true"
    return response


@panel_page("catalog.view_product")
@require_POST
def move(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Start, pause, resume or cancel a run."""
    found = _run(pk)
    _allowed(request, found.action)
    if step not in MOVES:
        raise Http404(step)
    if step == "start":
        found.options |= _options(request)
        found.save(update_fields=["options"])
    if not MOVES[step](found):
        messages.warning(request, f"That came too late: the run is {found.get_state_display().lower()}.")
    return redirect("catalog:run", found.pk)


@panel_page("catalog.view_product")
@require_POST
def again(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Plan the failed ones once more, or undo what was done."""
    found = _run(pk)
    action = _allowed(request, found.action)
    if step == "retry":
        fresh = bulk.again(found, states=[BulkRunItem.State.FAILED], by=person(request))
    elif step == "undo" and action.undo:
        fresh = bulk.again(found, action=action.undo, states=[BulkRunItem.State.DONE], by=person(request))
    else:
        raise Http404(step)
    return redirect("catalog:run", fresh.pk)


@panel_page("catalog.view_product")
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """List the mass actions on products, newest first."""
    found = BulkRun.objects.filter(scope=BulkRun.Scope.CATALOG).exclude(state=BulkRun.State.DRAFT)
    page = Paginator(found.select_related("started_by"), PER_PAGE).get_page(request.GET.get("p"))
    rows = [(each, ACTIONS[each.action].label, Progress.of(each)) for each in page]
    return render_page(
        request, "catalog/runs.html", title="Mass actions on products", context={"rows": rows, "page": page}
    )


def filters_of(query: QueryDict) -> dict[str, list[str]]:
    """Return what an address says about which products are meant: known filters and the search."""
    known = {*product_filters.FILTERS, "q"}
    return {name: values for name, values in query.lists() if name in known and values[0]}


def person(request: HttpRequest) -> Person | None:
    """Return who is logged in."""
    return request.user if isinstance(request.user, Person) else None


def _plan_page(request: HttpRequest, run: BulkRun, action: Action) -> HttpResponse:
    left_out = run.plan["left_out"]
    can_force = request.user.has_perm("catalog.send_anyway") and any(
        row["code"] == "invalid" for row in left_out
    )
    context = {
        "run": run,
        "action": action,
        "will_not": [row for row in left_out if not row["already"]],
        "already": [row for row in left_out if row["already"]],
        "can_force": can_force,
        "filters": run.filters,
        "is_all": run.ids is None,
    }
    return render_page(request, "catalog/run_plan.html", title=f"{action.label}: plan", context=context)


def _live(request: HttpRequest, run: BulkRun) -> dict[str, Any]:
    action = ACTIONS[run.action]
    return {
        "run": run,
        "action": action,
        "progress": Progress.of(run),
        "may": request.user.has_perm(action.permission),
        "can_undo": bool(action.undo) and run.done > 0 and run.finished_at is not None,
        "can_retry": run.failed > 0 and run.finished_at is not None,
        "is_open": run.state in (BulkRun.State.RUNNING, BulkRun.State.PAUSED),
    }


def _items(request: HttpRequest, run: BulkRun) -> dict[str, Any]:
    state = request.GET.get("state", "")
    items = run.items.order_by("pk")
    if state in BulkRunItem.State.values:
        items = items.filter(state=state)
    elif run.failed:
        state = BulkRunItem.State.FAILED
        items = items.filter(state=state)
    return {"page": Paginator(items, PER_PAGE).get_page(request.GET.get("p")), "state": state}


def _run(pk: int) -> BulkRun:
    return get_object_or_404(
        BulkRun.objects.select_related("account", "started_by"), pk=pk, scope=BulkRun.Scope.CATALOG
    )


def _allowed(request: HttpRequest, code: str) -> Action:
    if code not in ACTIONS:
        raise Http404(code)
    action = ACTIONS[code]
    if not request.user.has_perm(action.permission):
        raise PermissionDenied(action.permission)
    return action


def _options(request: HttpRequest) -> dict[str, Any]:
    """Read the choice to send what validation blocks; it counts only for those who may."""
    forced = request.POST.get("send_anyway") == "1" and request.user.has_perm("catalog.send_anyway")
    return {"send_anyway": True} if forced else {}
