"""Imported files in the admin's lists and searches; each opens on its own page."""

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.products.models import ImportFile
from jetbridge.panel.admin_base import ReadOnlyAdmin
from jetbridge.panel.display import ago, number


@admin.register(ImportFile)
class ImportFileAdmin(ReadOnlyAdmin):
    """The log of product imports, newest first."""

    list_display = (
        "name",
        "outcome",
        "created_count",
        "updated_count",
        "failed_count",
        "uploaded",
        "uploaded_by",
    )
    list_filter = ("state",)
    list_select_related = ("uploaded_by",)
    search_fields = ("name",)
    ordering = ("-id",)
    own_page = "catalog:import_file"

    @display(description="State", ordering="state")
    def outcome(self, row: ImportFile) -> str:
        return row.sentence

    @display(description="Created", ordering="created")
    def created_count(self, row: ImportFile) -> SafeString:
        return number(row.created)

    @display(description="Updated", ordering="updated")
    def updated_count(self, row: ImportFile) -> SafeString:
        return number(row.updated)

    @display(description="Bad rows", ordering="failed")
    def failed_count(self, row: ImportFile) -> SafeString:
        return number(row.failed)

    @display(description="Uploaded", ordering="created_at")
    def uploaded(self, row: ImportFile) -> SafeString:
        return ago(row.created_at)
