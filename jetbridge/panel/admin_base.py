"""What every list and form page of the panel starts from."""

from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import display

from jetbridge.core.texts import number_in, with_rhythms
from jetbridge.panel.admin_checks import PanelAdminChecks
from jetbridge.panel.changelist import PanelChangeList
from jetbridge.panel.paginator import CappedPaginator
from jetbridge.panel.saved_view_pages import SavedViewsAdmin

CHECKBOX = (
    '<input type="checkbox" name="{}" value="{}" class="action-select jb-pick" aria-label="Select this row">'
)


class PanelModelAdmin(SavedViewsAdmin):
    """Unfold's ModelAdmin with the panel's habits: 50 rows, a capped count, filters in a drawer."""

    checks_class = PanelAdminChecks
    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    list_filter_submit = True
    list_filter_sheet = True
    list_fullwidth = True
    # An object's own address is its page here, not one on another site.
    view_on_site = False
    save_on_top = False
    # Deleting rows in bulk is offered only where it is meant.
    allow_bulk_delete = False
    # The address of a row's page where that is not the admin's own.
    own_page = ""
    # What an empty list teaches: how it gets its first row, and the page where that is done.
    empty_title = ""
    empty_text = ""
    empty_url_name = ""
    empty_button = ""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a row, or lead those who may see it to the page that it has elsewhere."""
        if not self.own_page:
            answer: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
            return answer
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if number_in(object_id) is None:
            raise Http404(object_id)
        return redirect(self.own_page, object_id)

    def empty_words(self) -> tuple[str, str]:
        """Return an empty list's title and text."""
        return self.empty_title, with_rhythms(self.empty_text)

    @display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, obj: Model) -> str:
        """Return the box by which a row is chosen; the skin's has forty classes."""
        return format_html(CHECKBOX, ACTION_CHECKBOX_NAME, obj.pk)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PanelChangeList]:
        return PanelChangeList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the mass actions, without Django's own delete unless the page offers it."""
        actions: dict[str, Any] = super().get_actions(request)
        if not self.allow_bulk_delete:
            actions.pop("delete_selected", None)
        return actions


class PanelTabularInline(TabularInline):
    """Related rows as a table, without empty rows to fill in."""

    extra = 0
    show_change_link = False
    view_on_site = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Name every field for screen readers: in a table the label stands in the heading only."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = _with_names(formset.form)
        return formset


def _with_names(form: Any) -> Any:
    class Named(form):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            for field in self.fields.values():
                field.widget.attrs.setdefault("aria-label", str(field.label or ""))

    return Named


class PanelStackedInline(StackedInline):
    """Related rows as stacked forms, without empty ones to fill in."""

    extra = 0
    view_on_site = False


class ReadOnlyAdmin(PanelModelAdmin):
    """A log: rows are looked at, never written by hand."""

    actions: Any = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody writes a log by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody edits a log."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Logs are cleared by retention, not by hand."""
        return False
