"""Rejected Files: the list of upload files; one file opens on its own page."""

from typing import Any

from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from catalog.listings.badges import in_need
from catalog.listings.models import UploadFile
from catalog.listings.services import rejected_files
from catalog.listings.texts.files import FILE_TONES
from catalog.listings.views.mass_actions import person
from catalog.mapping.fields.error_texts import plain_error
from jetbridge.core import configuration
from jetbridge.core.texts import counted
from jetbridge.panel import action_reports
from jetbridge.panel.admin_base import PanelModelAdmin
from jetbridge.panel.display import ago, chip, explained, link, number
from jetbridge.panel.pages import render_page

# A page does not keep its person waiting for more files than this.
AT_ONCE = 100
# In the session: the last file that was gone through where more were chosen.
GONE_THROUGH = "resubmitted_up_to"


@admin.register(UploadFile)
class UploadFileAdmin(PanelModelAdmin):
    """All files of the active account, refused ones first; halves stand on the page of their parent."""

    list_display = ("file_name", "type", "state", "counts", "sent", "first_error", "open_link")
    list_display_links = None
    list_filter = (("status", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter))
    list_before_template = "catalog/file_tools.html"
    search_fields = ("name", "jet_file_id")
    search_help_text = "File name or Jet's file ID"
    saved_views = True
    fixed_columns = ("file_name",)
    ordering = (Case(When(status=UploadFile.Status.ERRORS, then=0), default=1), "-id")
    own_page = "catalog:file"
    actions = ("resubmit_chosen", "delete_chosen")
    empty_title = "No upload files"
    empty_text = "Bulk Product Upload sends products in files; those with refused products wait here."
    empty_url_name = "admin:catalog_product_changelist"
    empty_button = "Open the products"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, and whether a file of it needs somebody."""
        answer: HttpResponse = super().changelist_view(
            request, {"in_need": in_need(), **(extra_context or {})}
        )
        return answer

    def get_queryset(self, request: HttpRequest) -> QuerySet[UploadFile]:
        """Return the files of the account that is switched on."""
        rows: QuerySet[UploadFile] = super().get_queryset(request)
        return rows.filter(account=configuration.active_account(), parent=None, cleared_at=None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Files are made by uploads."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent is not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("catalog.delete_uploadfile"))

    def has_resubmit_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("catalog.resubmit"))

    @action(description="Resubmit corrected products", permissions=["resubmit"])
    def resubmit_chosen(self, request: HttpRequest, queryset: QuerySet[UploadFile]) -> None:
        """Send the corrected products of the chosen files again, as each file's page would."""
        refused = queryset.filter(status=UploadFile.Status.ERRORS)
        keys, left = _next_ones(request, list(refused.order_by("pk").values_list("pk", flat=True)))
        chosen = refused.filter(pk__in=keys).order_by("pk").select_related("account", "body")
        report = rejected_files.resubmit_all(chosen, by=person(request))
        if left:
            through = counted(len(keys), "file")
            report.note = f"{through} gone through, {left:,} still to go: choose them again."
        action_reports.show(
            request,
            report,
            done="being sent again; the new files appear in the list",
            thing="product",
            nothing="None of these files holds a product that is refused and was corrected since.",
        )

    @action(description="Delete chosen files", permissions=["delete"])
    def delete_chosen(self, request: HttpRequest, queryset: QuerySet[UploadFile]) -> HttpResponse | None:
        """Delete the chosen files that Jet is done with, after a question where refusals would go with them."""
        refused = queryset.filter(status=UploadFile.Status.ERRORS).count()
        if refused and request.POST.get("confirmed") != "1":
            return self._ask(request, queryset.count(), refused)
        report = rejected_files.clear_away(queryset)
        action_reports.show(request, report, done="deleted", thing="file")
        return None

    def _ask(self, request: HttpRequest, chosen: int, refused: int) -> HttpResponse:
        """Say what would go, and send the same choice again once that is confirmed."""
        kept = ("action", "select_across", "index", "_selected_action")
        context = {
            "lines": [
                f"Deleted from this list: {counted(chosen, 'file')}, "
                f"{refused:,} of them with refused products that nobody has resubmitted.",
                "The refusals stay with the products. Nothing changes on Jet. This cannot be undone.",
            ],
            "fields": [(name, value) for name in kept for value in request.POST.getlist(name)],
            "button": "Delete",
            "danger": True,
            "cancel_url": request.get_full_path(),
        }
        return render_page(request, "catalog/delete_files.html", title="Delete the files?", context=context)

    @display(description="File", ordering="id")
    def file_name(self, file: UploadFile) -> SafeString:
        """The name, leading to the file's page."""
        return link(f"/admin/catalog/files/{file.pk}/", file.name)

    @display(description="Type", ordering="kind")
    def type(self, file: UploadFile) -> str:
        return str(file.get_kind_display())

    @display(description="Status", ordering="status")
    def state(self, file: UploadFile) -> SafeString:
        """Jet's word, or ours until Jet has spoken."""
        state = chip(str(file.get_status_display()), FILE_TONES[file.status])
        if file.status != UploadFile.Status.NA or file.resubmitted_at is None:
            return state
        return format_html(
            '{}<span class="jb-line jb-faint">resubmitted {}</span>', state, ago(file.resubmitted_at)
        )

    @display(description="Products / errors")
    def counts(self, file: UploadFile) -> SafeString:
        """How many products it held and how many errors came back."""
        return format_html("{} / {}", number(file.product_count), number(file.error_count))

    @display(description="Sent", ordering="announced_at")
    def sent(self, file: UploadFile) -> SafeString:
        """When Jet said that it has it."""
        return ago(file.announced_at)

    @display(description="Error")
    def first_error(self, file: UploadFile) -> SafeString:
        text = plain_error(str(file.errors[0])) if file.errors else ""
        line = format_html('<span class="jb-two-lines" title="{0}">{0}</span>', text)
        return explained(line, file.errors[0], "400") if file.errors else line

    @display(description="")
    def open_link(self, file: UploadFile) -> SafeString:
        """View Errors & Resubmit, or just View."""
        word = "View errors & resubmit" if file.status == UploadFile.Status.ERRORS else "View"
        return link(f"/admin/catalog/files/{file.pk}/", word)


def _next_ones(request: HttpRequest, keys: list[int]) -> tuple[list[int], int]:
    """
    Return the files to go through now, and how many are left for the next time.

    Files without a corrected product stay in the list; the next time goes on behind those that were gone through.
    """
    last = request.session.pop(GONE_THROUGH, 0)
    if len(keys) <= AT_ONCE:
        return keys, 0
    upcoming = [key for key in keys if key > last] or keys
    left = max(len(upcoming) - AT_ONCE, 0)
    if left:
        request.session[GONE_THROUGH] = upcoming[AT_ONCE - 1]
    behind = [key for key in keys if key < upcoming[0]]
    return (upcoming + behind)[:AT_ONCE], left
