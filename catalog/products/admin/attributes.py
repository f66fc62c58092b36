"""Attributes: the codes that products have values under, their kinds and options."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from catalog.products.forms.store_tables import AttributeForm
from catalog.products.models import Attribute, AttributeOption
from catalog.products.services import attributes
from jetbridge.panel.admin_base import PanelModelAdmin, PanelTabularInline


class OptionInline(PanelTabularInline):
    """The options of a select, in their order."""

    model = AttributeOption
    fields = ("value", "position")
    extra = 0
    verbose_name = "option"
    verbose_name_plural = "options"
    per_page = 50
    tab = True
    hide_title = True


@admin.register(Attribute)
class AttributeAdmin(PanelModelAdmin):
    """All attributes; rooms above register an heir that shows what they make of them."""

    form = AttributeForm
    list_display: tuple[str, ...] = ("code", "label", "kind", "option_count")
    list_display_links = ("code",)
    list_filter = ("kind",)
    search_fields = ("code", "label")
    search_help_text = "Code or label"
    ordering = ("code",)
    fields = ("code", "label", "kind")
    inlines: tuple[Any, ...] = (OptionInline,)
    empty_title = "No attributes yet"
    empty_text = "An import brings the store's attributes along; they can be added by hand too."
    empty_url_name = "catalog:imports"
    empty_button = "Import products"

    def delete_model(self, request: HttpRequest, obj: Attribute) -> None:
        """Delete through the service: the mapping goes with its history."""
        attributes.remove(attribute=obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attribute]:
        """Return attributes with what the columns show."""
        rows: QuerySet[Attribute] = super().get_queryset(request)
        return rows.annotate(options_count=Count("options"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code of an attribute that products may have values under."""
        return ("code",) if obj else ()

    @display(description="Options", ordering="options_count")
    def option_count(self, row: Any) -> str:
        is_list = row.kind in (Attribute.Kind.SELECT, Attribute.Kind.MULTISELECT)
        return f"{row.options_count:,}" if is_list else ""
