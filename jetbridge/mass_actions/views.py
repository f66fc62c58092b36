"""Mass actions of any app in the browser: the plan before it, the run with its live progress, the list of runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.contrib import messages
from django.contrib.auth.models import User as Person
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jetbridge.mass_actions import groups
from jetbridge.mass_actions.hindrances import hindrances
from jetbridge.mass_actions.kinds import MassActions
from jetbridge.mass_actions.lifecycle import ITEMS_OF
from jetbridge.mass_actions.models import MassAction, MassActionItem
from jetbridge.mass_actions.plans import Action, figures_of
from jetbridge.mass_actions.progress import Progress, is_cancelled
from jetbridge.panel import cli_commands
from jetbridge.panel.display import Tone
from jetbridge.panel.pages import panel_page, render_page

PER_PAGE = 50
# Beyond this many the causes are not counted for each look at the page.
MOST_GROUPED = 100_000
Note = tuple[Tone, str]
STEPS = ("start", "pause", "resume", "cancel")
# Whether the members of a plan's groups come along.
SWITCH = ("whole", groups.ALONE)


@dataclass(frozen=True)
class RunPages:
    """
    The pages of one scope's mass actions. The addresses are `<scope>:runs`, `new_run`, `run`, `run_live`,
    `run_move` and `run_again`; `urls()` gives them.
    """

    scope: MassAction.Scope
    actions: Mapping[str, Action]
    services: MassActions
    # Who may look; starting needs the action's own permission.
    view_permission: str
    # Words: "product", "products", "SKU", the title of the list.
    thing: str
    things: str
    reference: str
    title: str
    # Admin addresses of one object (with its key) and of the grid.
    object_url: str
    grid_url: str
    # Names that the grid's address may carry into a run's filters, the search aside.
    filters: Callable[[], set[str]]
    # Cause code -> the permission with which what it stops may be sent all the same, as an option of its name.
    force: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    # Cause code -> the action that helps those it leaves out, and the words on its button.
    instead: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # What an app's run page shows beside the items: a template and its context.
    extra_template: str = ""
    context: Callable[[MassAction], dict[str, Any]] = lambda run: {}
    # What a plan asks before it starts: a form whose answers become options of the run, and what stands above it.
    plan_form: Callable[[MassAction, Mapping[str, Any] | None], Form | None] = lambda run, data: None
    plan_template: str = ""
    plan_context: Callable[[MassAction], dict[str, Any]] = lambda run: {}
    # What comes after a run that is over, as the words and the address of one button.
    following: Callable[[MassAction], tuple[str, str] | None] = lambda run: None
    # The management command behind the actions, and what it calls chosen objects by their keys.
    command: str = ""
    names: Callable[[MassAction], list[str]] = lambda run: []
    # What is going on in a run that is under way: each a tone and some words.
    notes: Callable[[MassAction], list[Note]] = lambda run: []
    # An item's reason in plain words.
    item_text: Callable[[str], str] = str

    def urls(self) -> list[URLPattern]:
        """Return the addresses, for an app's urlpatterns."""
        gate = panel_page(self.view_permission)
        return [
            path("runs/", gate(require_GET(self.runs)), name="runs"),
            path("runs/new/", gate(require_http_methods(["GET", "POST"])(self.new)), name="new_run"),
            path("runs/<int:pk>/", gate(require_GET(self.run)), name="run"),
            path("runs/<int:pk>/live/", gate(require_GET(self.live)), name="run_live"),
            path("runs/<int:pk>/<slug:step>/", gate(require_POST(self.move)), name="run_move"),
            path("runs/<int:pk>/again/<slug:step>/", gate(require_POST(self.again)), name="run_again"),
        ]

    def new(self, request: HttpRequest) -> HttpResponse:
        """Plan an action over all that match the grid's filters; posting starts it."""
        action = self._allowed(request, request.GET.get("action", ""))
        if action.needs_option:
            raise Http404(action.code)
        alone = {groups.ALONE: True} if request.GET.get(groups.ALONE) == "1" else {}
        chosen: dict[str, Any] = {
            "action": action.code,
            "filters": self.filters_of(request.GET),
            "options": {**self._options(request), **alone},
            "by": person(request),
        }
        if request.method == "POST":
            form = self.plan_form(self.services.sketch(**chosen), request.POST)
            if form is not None and not form.is_valid():
                return self._plan_page(request, self.services.sketch(**chosen), action, form)
            chosen["options"] |= form.cleaned_data if form else {}
            run = self.services.draft(**chosen)
            self.services.start(run)
            return redirect(self._name("run"), run.pk)
        return self._plan_page(request, self.services.sketch(**chosen), action)

    def run(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a run: its plan while it is a draft, then its progress and what became of each object."""
        found = self._find(pk)
        action = self.actions[found.action]
        if found.state == MassAction.State.DRAFT:
            return self._plan_page(request, self.services.plan(found), action)
        context = {**self._live(request, found), **self._items(request, found), **self.context(found)}
        return render_page(request, "panel/run.html", title=action.label, context=context)

    def live(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the moving part of a run's page; when the run is over, have the whole page read again."""
        context = self._live(request, self._find(pk))
        response = TemplateResponse(request, "panel/run_live.html", context)
        if not context["is_open"]:
            response["HX-Refresh"] = "true"
        return response

    def move(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Start, pause, resume or cancel a run."""
        found = self._find(pk)
        self._allowed(request, found.action)
        if step in SWITCH and found.state == MassAction.State.DRAFT:
            self.services.leave_members(found, alone=step == groups.ALONE)
            return redirect(self._name("run"), found.pk)
        if step not in STEPS:
            raise Http404(step)
        if step == "start":
            form = self.plan_form(found, request.POST)
            if form is not None and not form.is_valid() and found.state == MassAction.State.DRAFT:
                return self._plan_page(request, self.services.plan(found), self.actions[found.action], form)
            given = form.cleaned_data if form is not None and form.is_valid() else {}
            moved = self.services.start(found, {**found.options, **self._options(request), **given})
        else:
            moved = getattr(self.services, step)(found)
        if not moved:
            messages.warning(request, f"That came too late: the run is {found.sentence.lower()}.")
        return redirect(self._name("run"), found.pk)

    def again(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """Plan the failed ones once more, what a cancel left out, the way back, or what helps those left out."""
        found = self._find(pk)
        if step in self.instead and found.state == MassAction.State.DRAFT:
            return self._plan_instead(request, found, step)
        action = self._allowed(request, found.action)
        code, state = action.code, MassActionItem.State.FAILED
        if step == "undo" and action.undo:
            code, state = action.undo, MassActionItem.State.DONE
        elif step == "rest":
            state = MassActionItem.State.SKIPPED
        elif step != "retry":
            raise Http404(step)
        fresh = self.services.again(found, action=code, states=[state], by=person(request))
        return redirect(self._name("run"), fresh.pk)

    def _plan_instead(self, request: HttpRequest, found: MassAction, cause: str) -> HttpResponse:
        """Plan another action over what was chosen."""
        action = self._allowed(request, self.instead[cause][0])
        source = {ITEMS_OF: found.options[ITEMS_OF]} if ITEMS_OF in found.options else {}
        chosen = {"ids": found.ids, "filters": found.filters, "options": source, "by": person(request)}
        return redirect(self._name("run"), self.services.draft(action=action.code, **chosen).pk)

    def _insteads(self, request: HttpRequest, run: MassAction) -> list[tuple[str, str]]:
        """Return words and address of each other action that helps; an unsaved plan is over the grid's filters."""
        found = []
        for row in run.plan["left_out"]:
            code, words = self.instead.get(row["code"], ("", ""))
            if code and request.user.has_perm(self.actions[code].permission):
                query = urlencode({"action": code, **run.filters}, doseq=True)
                url = (
                    reverse(self._name("run_again"), args=[run.pk, row["code"]])
                    if run.pk
                    else f"{reverse(self._name('new_run'))}?{query}"
                )
                found.append((words, url))
        return found

    def runs(self, request: HttpRequest) -> HttpResponse:
        """List the mass actions, newest first."""
        found = MassAction.objects.filter(scope=self.scope).exclude(state=MassAction.State.DRAFT)
        rows = found.select_related("started_by").defer("ids", "plan")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
        of_groups = groups.by_state(list(page))
        context = {
            **self._words(),
            "rows": [
                (each, self.actions[each.action].label, Progress.of(each, of_groups.get(each.pk)))
                for each in page
            ],
            "page": page,
        }
        return render_page(request, "panel/runs.html", title=self.title, context=context)

    def filters_of(self, query: QueryDict) -> dict[str, list[str]]:
        """Return what an address says about which objects are meant: known filters and the search."""
        known = {*self.filters(), "q"}
        return {name: values for name, values in query.lists() if name in known and values[0]}

    def _plan_page(
        self, request: HttpRequest, run: MassAction, action: Action, form: Form | None = None
    ) -> HttpResponse:
        is_all = run.ids is None and not run.options.get(ITEMS_OF)
        left_out = _with_links(run, action, reverse(self.grid_url) if is_all else "", self.thing)
        stopped = {row["code"] for row in left_out}
        context = {
            **self._words(),
            "run": run,
            "action": action,
            "chosen": figures_of({**run.plan, "count": run.chosen}, prefix="chosen_").words(self.thing),
            "going": figures_of(run.plan, "will_go").words(self.thing),
            "switch": self._switch(run),
            **self.plan_context(run),
            "will_not": [row for row in left_out if not row["already"]],
            "already": [row for row in left_out if row["already"]],
            "forces": [
                (option, f"--{option.replace('_', '-')}", text)
                for code, (option, permission, text) in self.force.items()
                if code in stopped and request.user.has_perm(permission)
            ],
            "is_all": is_all,
            "filters": urlencode({**run.filters, "problems": []}, doseq=True) if is_all else "",
            "insteads": self._insteads(request, run),
            "form": form or self.plan_form(run, None),
            "plan_template": self.plan_template,
        }
        if self.command:
            line = cli_commands.of_plan(self.command, run, self.names(run))
            line += f" --{groups.ALONE}" if run.options.get(groups.ALONE) else ""
            context |= {"panel_commands": [], "as_command": line.removeprefix(cli_commands.PREFIX)}
        title, status = f"{action.label}: plan", 422 if form is not None else 200
        return render_page(request, "panel/run_plan.html", title=title, context=context, status=status)

    def _switch(self, run: MassAction) -> dict[str, Any] | None:
        """Return whether the members of groups come along and where that is turned; nothing where there are none."""
        if not (run.plan.get("chosen_groups") and self.services.may_bring_members(run)):
            return None
        alone = bool(run.options.get(groups.ALONE))
        if run.pk:
            url = reverse(self._name("run_move"), args=[run.pk, SWITCH[0] if alone else groups.ALONE])
            return {"is_on": not alone, "url": url, "posts": True}
        named = [(name, value) for name, values in run.filters.items() for value in values]
        query = [("action", run.action), *named, *([] if alone else [(groups.ALONE, "1")])]
        return {"is_on": not alone, "url": reverse(self._name("new_run")), "query": query}

    def _live(self, request: HttpRequest, run: MassAction) -> dict[str, Any]:
        action, notes = self.actions[run.action], hindrances(run)
        progress = Progress.of(run, groups.by_state([run]).get(run.pk), is_held_up=bool(notes))
        return {
            **self._words(),
            "run": run,
            "action": action,
            "progress": progress,
            "may": request.user.has_perm(action.permission),
            "can_undo": bool(action.undo) and run.done > 0 and run.finished_at is not None,
            "can_rest": is_cancelled(run) and run.listed and run.skipped > 0,
            "can_retry": run.failed > 0 and run.finished_at is not None,
            "is_open": run.finished_at is None and run.state != MassAction.State.FAILED,
            "is_broken": run.state == MassAction.State.FAILED,
            "is_ending": run.is_ending,
            "following": self.following(run) if run.finished_at is not None else None,
            "is_held_up": bool(notes),
            "notes": [*notes, *self.notes(run)] if run.finished_at is None else [],
        }

    def _items(self, request: HttpRequest, run: MassAction) -> dict[str, Any]:
        state, code = request.GET.get("state", ""), request.GET.get("code", "")
        items = run.items.order_by("pk")
        if state in MassActionItem.State.values:
            items = items.filter(state=state)
        elif run.failed:
            state = MassActionItem.State.FAILED
            items = items.filter(state=state)
        if code:
            items = items.filter(code=code)
        page = Paginator(items, PER_PAGE).get_page(request.GET.get("p"))
        of_groups = groups.among(run, [item.object_id for item in page])
        rows = [
            (
                item,
                reverse(self.object_url, args=[item.object_id]),
                self.item_text(item.reason),
                item.object_id in of_groups,
            )
            for item in page
        ]
        shown = {"state": state, "code": code, "extra": urlencode({"state": state, "code": code})}
        return {
            "page": page,
            "rows": rows,
            "causes": causes_of(run, self.thing),
            "extra_template": self.extra_template,
            **shown,
        }

    def _words(self) -> dict[str, Any]:
        names = ("runs", "run", "run_live", "run_move", "run_again")
        return {
            "thing": self.thing,
            "things": self.things,
            "reference": self.reference,
            "grid_url": reverse(self.grid_url),
            **{f"{name}_name": self._name(name) for name in names},
        }

    def _name(self, page: str) -> str:
        return f"{self.scope}:{page}"

    def _find(self, pk: int) -> MassAction:
        runs = MassAction.objects.select_related("account", "started_by")
        return get_object_or_404(runs, pk=pk, scope=self.scope)

    def _allowed(self, request: HttpRequest, code: str) -> Action:
        if code not in self.actions:
            raise Http404(code)
        action = self.actions[code]
        if not request.user.has_perm(action.permission):
            raise PermissionDenied(action.permission)
        return action

    def _options(self, request: HttpRequest) -> dict[str, Any]:
        """Read the choices to send what is stopped; each counts only for those who may."""
        return {
            option: True
            for option, permission, _ in self.force.values()
            if request.POST.get(option) == "1" and request.user.has_perm(permission)
        }


def _with_links(run: MassAction, action: Action, grid_url: str, thing: str) -> list[dict[str, Any]]:
    """Give each cause of a plan over filters the address of the grid that shows its objects."""
    where = {cause.code: cause.where for cause in action.causes}

    def url(code: str) -> str:
        if not (grid_url and where.get(code)):
            return ""
        return f"{grid_url}?{urlencode({**run.filters, **parse_qs(where[code])}, doseq=True)}"

    left_out = run.plan["left_out"]
    return [{**row, "url": url(row["code"]), "words": figures_of(row).words(thing)} for row in left_out]


def causes_of(run: MassAction, thing: str) -> list[dict[str, Any]]:
    """Return why objects were left out, or done in another way, with how many of each; the most first."""
    if run.skipped + run.done > MOST_GROUPED:
        return []
    with_reason = run.items.filter(
        state__in=[MassActionItem.State.SKIPPED, MassActionItem.State.DONE]
    ).exclude(reason="")
    of_groups = Count("pk", filter=groups.among_items(run))
    alike = (
        with_reason.order_by()
        .values("state", "code")
        .annotate(n=Count("pk"), groups=of_groups, one=Min("reason"), two=Max("reason"))
    )
    return [
        {
            **row,
            "words": groups.Figures(row["n"], row["groups"]).words(thing),
            "text": row["one"] if row["one"] == row["two"] else "Each for a reason of its own",
        }
        for row in alike.order_by("-n", "code")
    ]


def person(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None
