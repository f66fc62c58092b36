"""Edits that people make in forms, in the panel's look, beside the history that services write."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jetbridge.core import log_search
from jetbridge.core.job_titles import who_acted
from jetbridge.panel import display
from jetbridge.panel.admin_base import ReadOnlyAdmin

admin.site.unregister(LogEntry)

_TONES: dict[int, display.Tone] = {
    LogEntry.Action.CREATE: "green",
    LogEntry.Action.UPDATE: "blue",
    LogEntry.Action.DELETE: "red",
}


@admin.register(LogEntry)
class EditAdmin(ReadOnlyAdmin):
    """Who created, changed or deleted what in a form, field by field."""

    list_display = ("when", "who", "edit", "target", "fields_changed")
    list_display_links = ("when", "edit")
    list_filter = ("action", "timestamp")
    list_select_related = ("content_type",)
    search_fields = ("object_repr",)
    search_help_text = "Request id, or words of the object's name"
    sortable_by = ()
    list_before_template = "core/history_tabs.html"
    empty_title = "No edits yet"
    empty_text = "What people change in forms is listed here, field by field."
    fields = ("timestamp", "who", "edit", "target", "changed", "cid")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may read the history may read the edits: they are one story in two tables."""
        return request.user.has_perm("core.view_event")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As for viewing."""
        return request.user.has_perm("core.view_event")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[LogEntry], search_term: str
    ) -> tuple[QuerySet[LogEntry], bool]:
        """Find by request first, then by words among the latest edits."""
        return log_search.edits(queryset, search_term), False

    @admin.display(description="When")
    def when(self, edit: LogEntry) -> SafeString:
        """Relative, exact on hover."""
        return display.ago(edit.timestamp)

    @admin.display(description="Who")
    def who(self, edit: LogEntry) -> str:
        """As they were called then; people are renamed and deleted."""
        return who_acted("", edit.actor_email or "")

    @admin.display(description="Edit")
    def edit(self, edit: LogEntry) -> SafeString:
        return display.chip(str(edit.get_action_display()).capitalize(), _TONES.get(edit.action, "grey"))

    @admin.display(description="What")
    def target(self, edit: LogEntry) -> SafeString:
        """The object, as a link while it exists in the panel."""
        kind = edit.content_type
        name = edit.object_repr[:120]
        try:
            url = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[edit.object_pk])
        except NoReverseMatch:
            return format_html("{}", name)
        return display.link(url, name)

    @admin.display(description="Fields")
    def fields_changed(self, edit: LogEntry) -> str:
        names = ", ".join(edit.changes_dict or {})
        return f"{names[:80]} …" if len(names) > 80 else names

    @admin.display(description="Changes")
    def changed(self, edit: LogEntry) -> SafeString:
        rows: list[list[Any]] = [
            [field, *pair] for field, pair in (edit.changes_dict or {}).items() if len(pair) == 2
        ]
        context = {"headers": ["Field", "Before", "After"], "rows": rows, "empty": "No fields were changed."}
        return SafeString(render_to_string("panel/table.html", context))
