"""The inbox as a list: what happened, what each person has read of it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action

from jetbridge.inbox import kinds, readings
from jetbridge.inbox.models import Notification
from jetbridge.panel import display
from jetbridge.panel.admin_base import ReadOnlyAdmin
from jetbridge.panel.pages import extra_page


class ReadFilter(SimpleListFilter):
    title = "read"
    parameter_name = "read"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        return [("no", "Unread"), ("yes", "Read")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notification]) -> QuerySet[Notification]:
        if not self.value():
            return queryset
        unread = readings.is_unread(request.user.pk or 0)
        return queryset.filter(unread if self.value() == "no" else ~unread)


class KindFilter(SimpleListFilter):
    title = "about"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: "ModelAdmin[Any]") -> list[tuple[str, str]]:
        """Return the kinds in words; those of the table are not collected."""
        return list(kinds.names().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """The inbox: what happened, once a line, until somebody read it."""

    list_display = ("importance", "subject", "text", "times", "when", "state")
    list_display_links = None
    list_filter = (ReadFilter, "severity", KindFilter)
    sortable_by = ()
    actions: Any = ("mark_read",)
    list_before_template = "core/inbox_tools.html"
    empty_title = "No notifications"
    empty_text = "New orders, new returns, rejected files and late jobs are announced here."

    _TONES: dict[str, display.Tone] = {"info": "blue", "warning": "amber", "error": "red"}

    def has_mark_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody marks for himself what he may see."""
        return bool(self.has_view_permission(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        """Return the lines that this person chose to see, with what he has read of each."""
        person = request.user.pk or 0
        lines: QuerySet[Notification] = super().get_queryset(request).filter(readings.is_shown(person))
        return readings.with_reading(lines, person)

    @admin.display(description="Importance")
    def importance(self, line: Notification) -> SafeString:
        return display.chip(line.get_severity_display(), self._TONES[line.severity])

    @admin.display(description="What")
    def subject(self, line: Notification) -> SafeString:
        """The title, leading to the page that it is about."""
        title = line.titled(self.times(line))
        return display.link(line.url, title) if line.url else format_html("{}", title)

    @admin.display(description="Count")
    def times(self, line: Any) -> int:
        """How often it happened since this person read it."""
        return int(line.count if self._is_read(line) else line.count - line.seen)

    @admin.display(description="When")
    def when(self, line: Notification) -> SafeString:
        return display.ago(line.updated_at)

    @admin.display(description="Read")
    def state(self, line: Any) -> SafeString:
        return display.ago(line.seen_at) if self._is_read(line) else display.chip("Unread", "amber")

    def _is_read(self, line: Any) -> bool:
        return line.read_at is not None or line.seen >= line.count

    @action(description="Mark as read", permissions=["mark"])
    def mark_read(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        self._mark(request, queryset)

    def get_urls(self) -> list[URLPattern]:
        """Add the address behind the button Mark all as read."""
        mark = extra_page(
            self, "mark-all-read/", self.mark_all_read,
            name="mark_all_read", permission="core.view_notification", methods=["POST"],
        )  # fmt: skip
        return [mark, *super().get_urls()]

    def mark_all_read(self, request: HttpRequest) -> HttpResponse:
        self._mark(request, Notification.objects.all())
        return redirect("admin:core_notification_changelist")

    def _mark(self, request: HttpRequest, lines: QuerySet[Notification]) -> None:
        count = readings.mark_read(lines=lines, by=request.user.pk or 0)
        what = "notification" if count == 1 else "notifications"
        messages.info(request, f"{count} {what} marked as read." if count else "All were read already.")
