"""The logs of the panel: calls to Jet, and history."""

import json
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, URLPattern, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from jetbridge.core import log_search
from jetbridge.core.differences import differences
from jetbridge.core.jet import documents, replay
from jetbridge.core.jet.client import open_client
from jetbridge.core.jet.errors import JetFailure
from jetbridge.core.job_titles import title_of, who_acted
from jetbridge.core.models import ApiCall, Event
from jetbridge.panel import display
from jetbridge.panel.admin_base import ReadOnlyAdmin
from jetbridge.panel.log_filters import (
    AnswerFilter,
    JobFilter,
    MethodFilter,
    PersonFilter,
    SideFilter,
    TouchedFilter,
)
from jetbridge.panel.pages import extra_page

# Where what a call is about stands in the panel, by a part of its path.
_RECORDS = (
    ("/merchant-skus/", "admin:catalog_product_changelist", "product"),
    ("/orders/", "admin:orders_order_changelist", "order"),
    ("/returns/", "admin:returns_returnrequest_changelist", "return"),
    ("/refunds/", "admin:returns_refund_changelist", "refund"),
    ("/files/", "admin:catalog_uploadfile_changelist", "file"),
)

_STORE_RECORDS = (("/V1/products/", "admin:catalog_product_changelist", "product"),)


def pretty(body: str) -> SafeString:
    """Return a logged body, indented when it is JSON, in a box of its own."""
    if not body:
        return display.NOTHING
    with suppress(documents.BadDocument):  # cut off or not JSON: shown as it was
        shown = documents.read(body, most_bytes=documents.MB)
        body = json.dumps(shown, indent=2, ensure_ascii=False)
    return format_html('<pre class="jb-pre" tabindex="0">{}</pre>', body)


@admin.register(ApiCall)
class ApiCallAdmin(ReadOnlyAdmin):
    """Every exchange with Jet and the merchant's store, secrets and buyers' data blacked out."""

    list_display = ("when", "call", "side", "answer", "took", "by", "subject")
    list_display_links = ("when", "call")
    list_filter = (SideFilter, AnswerFilter, JobFilter, PersonFilter, MethodFilter, "account", "at")
    change_form_outer_after_template = "core/call_again.html"
    list_select_related = ("account", "user", "job_run")
    # Long texts that a list does not show; the page of one call fetches its own.
    unread = ("request_body", "response_body", "job_run__items", "job_run__traceback")
    search_fields = ("reference",)
    search_help_text = "SKU, order, file or request id, an answer such as 404; else words of the path"
    saved_views = True
    extra_columns = ("reason",)
    sortable_by = ("when",)
    empty_title = "No call yet"
    empty_text = "Every request to Jet or the store stands here, with its answer, secrets blacked out."
    fieldsets = (
        (
            None,
            {"fields": ("call", "side", "answer", "at", "took", "attempt", "account", "subject", "record")},
        ),
        ("Why", {"fields": ("purpose", "run", "user", "request_id", "correlation_id")}),
        ("Sent", {"fields": ("request_bytes", "sent")}),
        ("Answered", {"fields": ("error", "response_bytes", "answered")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiCall]:
        """Return the calls without what makes them heavy."""
        calls: QuerySet[ApiCall] = super().get_queryset(request).select_related(*self.list_select_related)
        return calls.defer(*self.unread)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ApiCall], search_term: str
    ) -> tuple[QuerySet[ApiCall], bool]:
        """Find by exact keys first, then by words of the path among the latest calls."""
        return log_search.calls(queryset, search_term), False

    def get_urls(self) -> list[URLPattern]:
        """Add the address behind the button Send again."""
        again = extra_page(
            self, "<int:pk>/again/", self.send_again,
            name="again", permission="core.replay_call", methods=["POST"],
        )  # fmt: skip
        return [again, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one call, with its line for the shell, and whether it may be sent again."""
        call = self.get_object(request, object_id)
        shown = {**(extra_context or {}), **(_call_again(call) if call else {})}
        answer: HttpResponse = super().change_view(request, object_id, form_url, shown)
        return answer

    def send_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a reading call once more and lead to its new row."""
        call = get_object_or_404(ApiCall.objects.select_related("account"), pk=pk)
        try:
            with open_client(call.account, purpose=f"again #{call.pk}", timeouts=replay.PATIENCE) as client:
                replay.read_again(call, client=client)
        except (ValueError, JetFailure) as error:
            messages.error(request, f"{call} was not sent again: {error}")
            return redirect("admin:core_apicall_change", pk)
        found = ApiCall.objects.filter(purpose=f"again #{call.pk}").first()
        return redirect("admin:core_apicall_change", found.pk if found else pk)

    @admin.display(description="Purpose")
    def reason(self, call: ApiCall) -> str:
        return call.purpose

    @admin.display(description="When", ordering="id")
    def when(self, call: ApiCall) -> SafeString:
        """Relative, exact on hover."""
        return format_html('<span class="jb-nowrap">{}</span>', display.ago(call.at))

    @admin.display(description="Call")
    def call(self, call: ApiCall) -> SafeString:
        return format_html('<span class="jb-code jb-break">{} {}</span>', call.method, call.path)

    @admin.display(description="Sent to")
    def side(self, call: ApiCall) -> SafeString:
        """Jet, or which store."""
        return format_html('<span class="jb-break">{}</span>', call.store or "Jet")

    @admin.display(description="Answer")
    def answer(self, call: ApiCall) -> SafeString:
        if call.status is None:
            return display.chip("No answer", "red")
        if call.status < 400:
            return display.chip(f"{call.status} taken", "green")
        if call.status == HTTPStatus.NOT_FOUND and call.method == "GET":
            # An answer like any other: it was asked whether there is something.
            return display.chip("404 not there")
        return display.chip(f"{call.status} {'refused' if call.status < 500 else 'failed'}", "red")

    @admin.display(description="Took")
    def took(self, call: ApiCall) -> SafeString:
        """Duration, and which attempt it was when not the first."""
        again = f" (attempt {call.attempt})" if call.attempt > 1 else ""
        return format_html('<span class="jb-num">{} ms{}</span>', f"{call.duration_ms:,}", again)

    @admin.display(description="About")
    def subject(self, call: ApiCall) -> SafeString:
        """The SKU, order or file; long ids of Jet are cut on screen, not when copied."""
        return format_html(
            '<span class="jb-short" title="{}">{}</span>', call.reference, display.sku_code(call.reference)
        )

    @admin.display(description="By")
    def by(self, call: ApiCall) -> SafeString:
        """The job's run, the person, or what else it was for."""
        if call.job_run_id:
            return format_html('<span class="jb-nowrap">{}</span>', self.run(call))
        return format_html("{}", who_acted(call.name or call.purpose, ""))

    @admin.display(description="Find it")
    def record(self, call: ApiCall) -> SafeString:
        """The product, order, return, refund or file that the call is about."""
        for part, page, kind in _STORE_RECORDS if call.store else _RECORDS:
            if call.reference and part in call.path:
                url = f"{reverse(page)}?{urlencode({'q': call.reference})}"
                return display.link(
                    url + ("&stage=all" if kind == "order" else ""), f"The {kind} in the panel"
                )
        return display.NOTHING

    @admin.display(description="Job run")
    def run(self, call: ApiCall) -> SafeString:
        if call.job_run is None:
            return display.NOTHING
        name = f"{title_of(call.job_run.job)} #{call.job_run_id}"
        return display.link(reverse("desk:run", args=[call.job_run_id]), name)

    @admin.display(description="Body")
    def sent(self, call: ApiCall) -> SafeString:
        return pretty(call.request_body)

    @admin.display(description="Body")
    def answered(self, call: ApiCall) -> SafeString:
        return pretty(call.response_body)


def _call_again(call: ApiCall) -> dict[str, str]:
    return {"curl": replay.curl(call), "gaps": replay.gaps(call), "refusal": replay.refusal(call)}


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """Who or which job did what to which object."""

    list_display = ("when", "who", "action", "target", "message")
    list_display_links = ("when", "action")
    list_filter = (TouchedFilter, PersonFilter, "at")
    list_select_related = ("user",)
    search_fields = ("label",)
    search_help_text = "SKU, order number or request id; else words of the message"
    sortable_by = ()
    list_before_template = "core/history_tabs.html"
    empty_title = "No history yet"
    empty_text = "What people and jobs do to products, orders, returns and settings is listed here."
    fields = ("at", "who", "action", "target", "message", "note", "changes", "request_id", "calls")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """Find by request first, then by words among the latest events."""
        return log_search.events(queryset, search_term), False

    @admin.display(description="When")
    def when(self, event: Event) -> SafeString:
        """Relative, exact on hover."""
        return display.ago(event.at)

    @admin.display(description="Who")
    def who(self, event: Event) -> str:
        return who_acted(event.name, event.job)

    @admin.display(description="What")
    def target(self, event: Event) -> SafeString:
        """The object, as a link while it exists in the panel."""
        return object_link(event)

    @admin.display(description="Changes")
    def changes(self, event: Event) -> SafeString:
        before, after = event.before or {}, event.after or {}
        names = sorted({*before, *after})
        rows = [row for name in names for row in differences(name, before.get(name), after.get(name))]
        context = {"headers": ["Field", "Before", "After"], "rows": rows, "empty": "No fields were changed."}
        return SafeString(render_to_string("panel/table.html", context))

    @admin.display(description="Calls to Jet")
    def calls(self, event: Event) -> SafeString:
        """The API log of the same action."""
        if not event.request_id:
            return display.NOTHING
        url = f"{reverse('admin:core_apicall_changelist')}?q={event.request_id}"
        return display.link(url, "API calls of the same action")


def object_link(event: Event) -> SafeString:
    """Return an event's object as a link to its page, or its name where it has none."""
    try:
        meta = apps.get_model(event.kind)._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[event.object_id])
    except (LookupError, ValueError, NoReverseMatch):
        return format_html("{}", event.label)
    return display.link(url, event.label)
