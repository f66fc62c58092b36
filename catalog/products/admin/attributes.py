"""Attributes: the codes that products have values under, their kinds and options."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.mapping.forms import AttributeMappingForm
from catalog.mapping.models import AttributeMapping
from catalog.mapping.services import attribute_mappings
from catalog.products.forms.store_tables import AttributeForm
from catalog.products.models import Attribute, AttributeOption
from catalog.products.services import attributes
from jetbridge.panel.admin_base import PanelModelAdmin, PanelStackedInline, PanelTabularInline
from jetbridge.panel.display import link


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


class JetAttributeInline(PanelStackedInline):
    """The Jet attribute that it feeds, with ID, unit and words."""

    model = AttributeMapping
    form = AttributeMappingForm
    fields = ("jet_attribute_id", "unit", "vocabulary")
    max_num = 1
    verbose_name = "Jet attribute"
    verbose_name_plural = "Jet attribute"
    tab = True
    hide_title = True

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer the fields at once where nothing is mapped yet."""
        return int(not AttributeMapping.objects.filter(attribute=obj).exists())


@admin.register(Attribute)
class AttributeAdmin(PanelModelAdmin):
    """All attributes with what Jet gets of them."""

    form = AttributeForm
    list_display = ("code", "label", "kind", "option_count", "jet_attribute")
    list_display_links = ("code",)
    list_filter = ("kind",)
    search_fields = ("code", "label")
    search_help_text = "Code or label"
    ordering = ("code",)
    fields = ("code", "label", "kind")
    inlines = (OptionInline, JetAttributeInline)
    empty_title = "No attributes yet"
    empty_text = "An import brings the store's attributes along; they can be added by hand too."
    empty_url_name = "catalog:imports"
    empty_button = "Import products"

    class Media:
        css = {"all": ["mapping/mapping.css"]}

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        """Offer the mapping once the attribute is stored: its options are compared with Jet's."""
        return self.inlines if obj else (OptionInline,)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the mapping through its service."""
        if formset.model is not AttributeMapping:
            super().save_formset(request, form, formset, change)
            return
        for mapping in formset.save(commit=False):
            attribute_mappings.save_mapping(mapping=mapping)
        for mapping in formset.deleted_objects:
            attribute_mappings.remove_mapping(mapping=mapping)

    def delete_model(self, request: HttpRequest, obj: Attribute) -> None:
        """Delete through the service: the mapping goes with its history."""
        attributes.remove(attribute=obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attribute]:
        """Return attributes with what the columns show."""
        rows: QuerySet[Attribute] = super().get_queryset(request)
        return rows.select_related("mapping__jet_attribute").annotate(options_count=Count("options"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Keep the code of an attribute that products may have values under."""
        return ("code",) if obj else ()

    @display(description="Options", ordering="options_count")
    def option_count(self, row: Any) -> str:
        is_list = row.kind in (Attribute.Kind.SELECT, Attribute.Kind.MULTISELECT)
        return f"{row.options_count:,}" if is_list else ""

    @display(description="Jet attribute")
    def jet_attribute(self, row: Attribute) -> SafeString:
        """Which of Jet's attributes it feeds, or where to map it."""
        mapping = getattr(row, "mapping", None)
        if mapping:
            url = reverse("admin:mapping_attributemapping_change", args=[mapping.pk])
            return link(url, f"{mapping.jet_attribute.name} ({mapping.jet_attribute.jet_id})")
        url = f"{reverse('admin:mapping_attributemapping_add')}?attribute={row.pk}"
        return format_html('<a class="jb-link" href="{}">Map</a>', url)
