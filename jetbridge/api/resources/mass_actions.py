"""Mass actions: plan one over many products or orders, start it, watch it."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.http.request import QueryDict
from ninja import Router, Schema
from pydantic import Field

from catalog.products.models import Product
from catalog.products.skus import known_as
from jetbridge.api import lists, page_forms, problems
from jetbridge.api.gate import reads, writes
from jetbridge.api.problems import ApiProblem
from jetbridge.api.shapes import Given
from jetbridge.core import configuration
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.scopes import SCOPES
from jetbridge.mass_actions.views import RunPages, person
from orders.models import Order

router = Router(tags=["mass actions"])

# Items of a mass action that are named where they failed or were left out.
NAMED = 100
# Objects that a mass action is asked for by name.
MOST = 10_000


class LeftOut(Schema):
    """Why some are left out; already: because what was asked for is so. Codes stand in the error book as run.CODE."""

    code: str
    text: str
    count: int
    already: bool


class ItemOut(Schema):
    """One object that failed or was left out."""

    name: str
    state: str
    code: str
    reason: str


class ActionOut(Schema):
    """A mass action: its plan while it is a draft, then how far it is."""

    id: str
    scope: str
    action: str
    label: str
    state: str
    chosen: int
    will_go: int
    left_out: list[LeftOut]
    done: int
    failed: int
    skipped: int
    message: str
    items: list[ItemOut]


class Plan(Given):
    """What shall be done to which: names (SKUs, or numbers of orders), filters as in the grid's address, or all."""

    scope: Literal["catalog", "orders"]
    action: Annotated[str, Field(max_length=40)]
    names: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=MOST)] | None = None
    filters: dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=500)]] | None = None
    all: bool = False


class Start(Given):
    """What the plan's page asks before it starts."""

    reason: Annotated[str, Field(max_length=300)] = ""
    spare_live: bool = True
    send_anyway: bool = False
    above_limit: bool = False


AS_PLANNED = Start()


@writes(
    router,
    "POST",
    "/mass-actions",
    permission="",
    response=ActionOut,
    status=201,
    staged=True,
    summary="Plan a mass action",
)
def plan(request: HttpRequest, body: Plan) -> Callable[[], Any]:
    """Count what an action would do; nothing is sent before it is started."""
    pages = SCOPES[body.scope].pages
    _allow(request, pages, body.action)
    run = pages.services.sketch(action=body.action, by=person(request), **_chosen(pages, body))

    def draft() -> dict[str, Any]:
        run.save()
        return _action(pages, run)

    return draft


@writes(
    router,
    "POST",
    "/mass-actions/{int:id}/start",
    permission="",
    response=ActionOut,
    status=202,
    staged=True,
    summary="Start a mass action",
)
def start(request: HttpRequest, id: int, body: Start = AS_PLANNED) -> Callable[[], Any]:
    """Let a planned action go, as its plan's page does."""
    run = _find(id)
    pages = SCOPES[run.scope].pages
    _allow(request, pages, run.action)
    if run.state != MassAction.State.DRAFT:
        raise ApiProblem(409, "api.not_possible", f"The action is {run.sentence.lower()}.")
    pages.services.count(run)
    run.options |= _options(request, pages, run, body)

    def go() -> dict[str, Any]:
        run.save(update_fields=["plan", "chosen", "options"])
        if not pages.services.start(run):
            raise ApiProblem(409, "api.not_possible", f"The action is {run.sentence.lower()}.")
        run.refresh_from_db()
        return _action(pages, run)

    return go


@reads(router, "/mass-actions/{int:id}", permission="", response=ActionOut, summary="One mass action")
def action(request: HttpRequest, id: int) -> dict[str, Any]:
    """How a mass action stands, with what failed or was left out."""
    run = _find(id)
    pages = SCOPES[run.scope].pages
    _need(request, pages.view_permission)
    return _action(pages, pages.services.plan(run) if run.state == MassAction.State.DRAFT else run)


def _allow(request: HttpRequest, pages: RunPages, code: str) -> None:
    if code not in pages.actions:
        raise problems.invalid("action", f"One of {', '.join(sorted(pages.actions))}.", "unknown_action")
    _need(request, pages.view_permission)
    _need(request, pages.actions[code].permission)


def _need(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise ApiProblem(403, "api.not_permitted", f"It needs the permission {permission}.")


def _find(key: int) -> MassAction:
    found = MassAction.objects.select_related("account", "started_by").filter(pk=key)
    run = found.first() if 0 < key <= lists.LAST_KEY else None
    if run is None:
        raise problems.not_found("mass action", key)
    return run


def _chosen(pages: RunPages, body: Plan) -> dict[str, Any]:
    """Return what is chosen, by keys or filters, as the services take it."""
    if sum((body.names is not None, body.filters is not None, body.all)) != 1:
        raise problems.invalid("names", "Choose by names, by filters, or all.", "one_of")
    if body.names is not None:
        return {"ids": _keys(pages, body.names)}
    query = QueryDict(mutable=True)
    query.update(body.filters or {})
    if strange := sorted(set(query) - {*pages.filters(), "q"}):
        raise problems.invalid(f"filters.{strange[0]}", "The grid has no such filter.", "unknown_filter")
    return {"filters": pages.filters_of(query)}


def _keys(pages: RunPages, names: list[str]) -> list[int]:
    asked = set(names)
    if pages.scope == MassAction.Scope.CATALOG:
        known = {sku: product.pk for sku, product in known_as(asked, Product.objects.all()).items()}
    else:
        rows = Order.objects.filter(account=configuration.active_account())
        known = {str(number): pk for number, pk in rows.filter(number__in=asked).values_list("number", "pk")}
        known |= dict(rows.filter(jet_id__in=asked).values_list("jet_id", "pk"))
    if strange := sorted(asked - known.keys()):
        raise problems.invalid("names", f"There is no {pages.thing} {strange[0]}.", "unknown_name")
    return [known[name] for name in asked]


def _options(request: HttpRequest, pages: RunPages, run: MassAction, body: Start) -> dict[str, Any]:
    """Return what the plan's page would store: its form's answers, and what may be forced."""
    found: dict[str, Any] = {}
    for option, permission, _ in pages.force.values():
        if getattr(body, option, False):
            _need(request, permission)
            found[option] = True
    blank = pages.plan_form(run, None)
    if blank is not None:
        values = {name: value for name, value in body.model_dump().items() if name in blank.fields}
        found |= page_forms.filled(lambda data: pages.plan_form(run, data) or blank, values).cleaned_data
    return found


def _action(pages: RunPages, run: MassAction) -> dict[str, Any]:
    bad = (MassActionItem.State.FAILED, MassActionItem.State.SKIPPED)
    items = run.items.filter(state__in=bad).order_by("pk")[:NAMED]
    return {
        "id": str(run.pk),
        "scope": run.scope,
        "action": run.action,
        "label": pages.actions[run.action].label,
        "state": run.state,
        "chosen": run.chosen,
        "will_go": run.plan.get("will_go", 0),
        "left_out": [
            {name: row[name] for name in ("code", "text", "count", "already")}
            for row in run.plan.get("left_out", ())
        ],
        "done": run.done,
        "failed": run.failed,
        "skipped": run.skipped,
        "message": run.message,
        "items": [
            {"name": item.reference, "state": item.state, "code": item.code, "reason": item.reason}
            for item in items
        ],
    }
