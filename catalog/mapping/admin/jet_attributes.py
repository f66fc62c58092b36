"""Jet Attribute Listing: every attribute of the taxonomy with its values, units and mapped store attribute."""

from django.contrib import admin
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.mapping import selectors
from catalog.mapping.admin.filters import MappedFilter
from catalog.mapping.models import AttributeMapping, JetAttribute, JetAttributeValue
from jetbridge.panel.admin_base import ReadOnlyAdmin
from jetbridge.panel.display import NOTHING, chip

SHOWN = 6


@admin.register(JetAttribute)
class JetAttributeAdmin(ReadOnlyAdmin):
    list_display = ("names", "jet_id", "how", "value_names", "units", "is_variant", "mapped_to", "category_count", "state")  # fmt: skip  # noqa: E501
    list_display_links = ("names",)
    list_filter = ("kind", "variant", MappedFilter, "retired")
    search_fields = ("name", "display_name", "=jet_id")
    search_help_text = "Search by name or Jet attribute ID"
    ordering = ("name",)
    fields = ("name", "display_name", "jet_id", "kind", "variant", "retired", "mapped_to", "allowed")
    readonly_fields = ("mapped_to", "allowed")
    empty_title = "No Jet attributes yet"
    empty_text = "They come with Jet's categories."
    empty_url_name = "mapping:taxonomy"
    empty_button = "Import categories"

    class Media:
        css = {"all": ["mapping/mapping.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[JetAttribute]:
        """Read values and mappings of a page in one query each; the links are counted."""
        values = JetAttributeValue.objects.filter(retired=False).order_by("value")
        in_force = Q(category_links__active=True, category_links__category__active=True)
        rows: QuerySet[JetAttribute] = super().get_queryset(request)
        return (
            rows
            .annotate(carriers=Count("category_links", filter=in_force))
            .prefetch_related(
                Prefetch("values", values),
                Prefetch("mappings", AttributeMapping.objects.select_related("attribute")),
            )
        )  # fmt: skip

    @display(description="Name and description", ordering="name")
    def names(self, row: JetAttribute) -> SafeString:
        """The name that buyers read, over Jet's own description where it differs."""
        shown = row.display_name or row.name
        own = row.name if row.name != shown else ""
        return format_html(
            '<span class="map-cell-narrow">{}<br><span class="jb-faint">{}</span></span>', shown, own
        )

    @display(description="Kind", ordering="kind")
    def how(self, row: JetAttribute) -> SafeString:
        """Whether it is free text, a number, or picked from a list."""
        return format_html('<span class="jb-nowrap">{}</span>', row.get_kind_display())

    @display(description="Values")
    def value_names(self, row: JetAttribute) -> SafeString:
        """The first allowed values, and how many more."""
        names = [each.value for each in row.values.all() if not each.unit]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        return format_html('<span class="map-cell">{}</span>', ", ".join(names[:SHOWN]) + more or NOTHING)

    @display(description="Units")
    def units(self, row: JetAttribute) -> str:
        return ", ".join(each.unit for each in row.values.all() if each.unit) or str(NOTHING)

    @display(description="Variant", ordering="variant")
    def is_variant(self, row: JetAttribute) -> SafeString:
        return chip("Variant", "blue") if row.variant else NOTHING

    @display(description="Mapped store attribute")
    def mapped_to(self, row: JetAttribute) -> SafeString:
        """The store attributes that feed it, or where to map one."""
        pairs = [
            (reverse("admin:mapping_attributemapping_change", args=[each.pk]), each.attribute.code)
            for each in row.mappings.all()
        ]
        if pairs:
            return format_html_join(SafeString(", "), '<a class="jb-link" href="{}">{}</a>', pairs)
        url = f"{reverse('admin:mapping_attributemapping_add')}?jet_attribute_id={row.jet_id}"
        return NOTHING if row.retired else format_html('<a class="jb-link" href="{}">Map</a>', url)

    @display(description="Categories", ordering="carriers")
    def category_count(self, row: JetAttribute) -> int:
        return int(getattr(row, "carriers", 0))

    @display(description="State", ordering="retired")
    def state(self, row: JetAttribute) -> SafeString:
        """In force, or retired by a later import."""
        return chip("Retired", "dark") if row.retired else chip("Active", "green")

    @display(description="Allowed values and units")
    def allowed(self, row: JetAttribute) -> SafeString:
        (needed,) = selectors.with_values([row])
        return SafeString(render_to_string("mapping/allowed_values.html", {"needed": needed}))
