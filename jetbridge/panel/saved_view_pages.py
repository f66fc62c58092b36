"""
Lists whose filters and columns people keep: a bar above the list, and the addresses that it posts to.

`saved_views = True` on a PanelModelAdmin switches it on. `extra_columns` names columns that may be shown besides
`list_display`, `fixed_columns` those that always are; links of rows always are, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import User as Person
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from unfold.admin import ModelAdmin

from jetbridge.panel import saved_views
from jetbridge.panel.pages import extra_page


@dataclass(frozen=True)
class Column:
    """A column that a person may show or hide."""

    name: str
    label: str
    shown: bool


@dataclass(frozen=True)
class Tab:
    """One of a person's saved views as the bar shows it."""

    name: str
    url: str
    delete_url: str
    current: bool


class SavedViewsAdmin(ModelAdmin):
    """A list with saved filters and a column chooser for each person."""

    saved_views = False
    extra_columns: Sequence[str] = ()
    fixed_columns: Sequence[str] = ()

    @property
    def grid_name(self) -> str:
        """The list's name in what people keep."""
        return str(self.opts.label_lower)

    def offered_columns(self) -> list[str]:
        """Return every column that a person may choose, in the list's own order."""
        return self._offered(list(self.list_display))

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns that this person chose, in the list's own order."""
        columns = super().get_list_display(request)
        if not self.saved_views:
            return columns
        chosen = set(saved_views.columns_now(request, self.grid_name))
        if not chosen:
            return columns
        return [name for name in self._offered(columns) if name in chosen or name in self._fixed(columns)]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list with the bar of what is kept."""
        bar = {"grid_bar": self._bar(request)} if self.saved_views else {}
        answer: HttpResponse = super().changelist_view(request, {**bar, **(extra_context or {})})
        return answer

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses that the bar posts to."""
        urls: list[URLPattern] = super().get_urls()
        if not self.saved_views:
            return urls
        # Everybody keeps views of what he may see.
        see = f"{self.opts.app_label}.view_{self.opts.model_name}"
        gate = partial(extra_page, self, permission=see, methods=["POST"])
        return [
            gate("views/save/", self.save_view, name="save_view"),
            gate("views/columns/", self.choose_columns, name="columns"),
            gate("views/<int:pk>/delete/", self.forget_view, name="delete_view"),
            *urls,
        ]

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep the filters of the list that the form stood on."""
        person, query = self._person(request), QueryDict(request.POST.get("query", "").lstrip("?"))
        try:
            view = saved_views.save(
                person=person,
                grid=self.grid_name,
                name=request.POST.get("name", ""),
                query=query,
                columns=saved_views.columns_now(request, self.grid_name),
            )
        except saved_views.CannotSave as problem:
            messages.error(request, str(problem))
            return redirect(self._list_url(query.urlencode()))
        messages.success(request, f"Kept as {view.name}.")
        return redirect(self._list_url(view.query, view.pk))

    def forget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forget one of the person's views."""
        name = saved_views.delete(person=self._person(request), grid=self.grid_name, pk=pk)
        if name:
            messages.info(request, f"{name} is deleted.")
        return redirect(self._list_url(""))

    def choose_columns(self, request: HttpRequest) -> HttpResponse:
        """Show the ticked columns from now on; "reset" brings back the list's own."""
        own = list(super().get_list_display(request))
        offered = self._offered(own)
        ticked = [name for name in offered if name in request.POST.getlist("columns")]
        chosen = [] if "reset" in request.POST or ticked == own else ticked
        person = self._person(request)
        saved_views.choose_columns(person=person, grid=self.grid_name, columns=chosen)
        query = QueryDict(request.POST.get("query", "").lstrip("?"), mutable=True)
        # Columns are counted in an order's address, and a view brings its own.
        for name in ("o", saved_views.VIEW):
            query.pop(name, None)
        return redirect(self._list_url(query.urlencode()))

    def _bar(self, request: HttpRequest) -> dict[str, Any]:
        kept = saved_views.kept_by(request, self.grid_name)
        current = kept.shown(request.GET.get(saved_views.VIEW, ""))
        own, now = list(super().get_list_display(request)), list(self.get_list_display(request))
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        columns = [
            Column(column, str(label_for_field(column, self.model, self)), column in now)
            for column in self._offered(own)
            if column not in self._fixed(own)
        ]
        tabs = [
            Tab(view.name, self._list_url(view.query, view.pk), reverse(f"{name}_delete_view", args=[view.pk]),
                view == current)
            for view in kept.views
        ]  # fmt: skip
        return {
            "tabs": tabs,
            "columns": columns,
            "fixed": self._fixed(own),
            "query": request.GET.urlencode(),
            "save_url": reverse(f"{name}_save_view"),
            "columns_url": reverse(f"{name}_columns"),
        }

    def _offered(self, own: Sequence[str]) -> list[str]:
        return [*own, *(name for name in self.extra_columns if name not in own)]

    def _fixed(self, own: Sequence[str]) -> list[str]:
        return [name for name in own if name in (*self.fixed_columns, *(self.list_display_links or ()))]

    def _list_url(self, query: str, view: int | None = None) -> str:
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        parts = [part for part in (query, f"{saved_views.VIEW}={view}" if view else "") if part]
        return f"{url}?{'&'.join(parts)}" if parts else url

    def _person(self, request: HttpRequest) -> Person:
        if not isinstance(request.user, Person):
            raise PermissionDenied
        return request.user
