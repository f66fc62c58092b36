"""The store's attributes and categories with what Jet makes of them, in place of the store's own pages."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.mapping.forms import AttributeMappingForm
from catalog.mapping.models import AttributeMapping
from catalog.mapping.services import attribute_mappings
from catalog.products.admin.attributes import AttributeAdmin
from catalog.products.admin.categories import StoreCategoryAdmin
from catalog.products.models import Attribute, StoreCategory
from jetbridge.panel.admin_base import PanelStackedInline
from jetbridge.panel.display import chip, link

# One table has one admin: the one that shows more takes the place of the store's own.
admin.site.unregister([Attribute, StoreCategory])


class AllCategoriesFormSet(BaseInlineFormSet):  # type: ignore[type-arg]  # generic only while checking
    """The one row of an attribute that counts in all categories."""

    @classmethod
    def get_default_prefix(cls) -> str:
        """Call the fields as they were called when an attribute had one mapping."""
        return "mapping"


class JetAttributeInline(PanelStackedInline):
    """The Jet attribute that it feeds in all categories, with ID, unit and words."""

    model = AttributeMapping
    form = AttributeMappingForm
    formset = AllCategoriesFormSet
    fields = ("jet_attribute_id", "unit", "vocabulary")
    max_num = 1
    verbose_name = "Jet attribute"
    verbose_name_plural = "Jet attribute"
    tab = True
    hide_title = True

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Offer the fields at once where nothing is mapped yet."""
        return int(not AttributeMapping.objects.filter(attribute=obj, category=None).exists())

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttributeMapping]:
        """Edit the row for all categories; those of single ones have the mapping page."""
        rows: QuerySet[AttributeMapping] = super().get_queryset(request)
        return rows.filter(category=None)


@admin.register(Attribute)
class MappedAttributeAdmin(AttributeAdmin):
    """All attributes with what Jet gets of them."""

    list_display = (*AttributeAdmin.list_display, "jet_attribute")
    inlines = (*AttributeAdmin.inlines, JetAttributeInline)

    class Media:
        css = {"all": ["mapping/mapping.css"]}

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[Any, ...]:
        """Offer the mapping once the attribute is stored: its options are compared with Jet's."""
        return self.inlines if obj else AttributeAdmin.inlines

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the mapping through its service."""
        if formset.model is not AttributeMapping:
            super().save_formset(request, form, formset, change)
            return
        for mapping in formset.save(commit=False):
            attribute_mappings.save_mapping(mapping=mapping)
        for mapping in formset.deleted_objects:
            attribute_mappings.remove_mapping(mapping=mapping)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attribute]:
        """Read the mapping along with each row."""
        rows = AttributeMapping.objects.select_related("jet_attribute", "category")
        return super().get_queryset(request).prefetch_related(Prefetch("mappings", rows))

    @display(description="Jet attribute")
    def jet_attribute(self, row: Attribute) -> SafeString:
        """Which of Jet's attributes it feeds, or where to map it."""
        links = [
            link(
                reverse("admin:mapping_attributemapping_change", args=[each.pk]),
                f"{each.jet_attribute.name} ({each.jet_attribute.jet_id})"
                + (f" in {each.category.name}" if each.category else ""),
            )
            for each in sorted(
                row.mappings.all(), key=lambda each: each.category.path if each.category else ""
            )
        ]
        if links:
            return format_html_join(SafeString("<br>"), "{}", ((each,) for each in links))
        url = f"{reverse('admin:mapping_attributemapping_add')}?attribute={row.pk}"
        return format_html('<a class="jb-link" href="{}">Map</a>', url)


@admin.register(StoreCategory)
class MappedCategoryAdmin(StoreCategoryAdmin):
    """The store's tree, each category with its Jet category."""

    list_display = (
        *StoreCategoryAdmin.list_display[:2],
        "jet_category",
        *StoreCategoryAdmin.list_display[2:],
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoreCategory]:
        """Read the mapping along with each row."""
        return super().get_queryset(request).select_related("mapping__jet_category")

    @display(description="Jet category")
    def jet_category(self, row: StoreCategory) -> SafeString:
        """What it is mapped to itself."""
        mapping = getattr(row, "mapping", None)
        place = mapping.jet_category.path if mapping else chip("No mapping of its own", "grey")
        url = f"{reverse('mapping:categories')}?category={row.pk}"
        return format_html('<a class="jb-link" href="{}">{}</a>', url, place)
