"""Jet Categories: the imported tree as a grid, and each category with the attributes that it carries."""

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from catalog.mapping import coverage
from catalog.mapping.admin.filters import MappedFilter, RootFilter, TaxableFilter, TaxCodeFilter
from catalog.mapping.models import CategoryMapping, JetCategory, JetCategoryAttribute
from jetbridge.core.admin_base import ReadOnlyAdmin
from jetbridge.core.display import NOTHING, chip

# More names than this in one cell hide the row.
SHOWN = 4


@admin.register(JetCategory)
class JetCategoryAdmin(ReadOnlyAdmin):
    """The categories of Jet's taxonomy."""

    list_display = ("category", "jet_id", "parent_jet_id", "level", "attribute_names", "tax", "mapped_to", "state", "details")  # fmt: skip  # noqa: E501
    list_display_links = ("category",)
    list_filter = (RootFilter, "level", MappedFilter, TaxableFilter, TaxCodeFilter, "active")
    list_select_related = ("parent",)
    search_fields = ("path", "=jet_id")
    search_help_text = "Search by name, path or Jet category ID"
    ordering = ("path",)
    fields = ("path", "jet_id", "level", "tax_code", "active", "mapped_to", "needs")
    readonly_fields = ("mapped_to", "needs")
    actions_list = ["upload_csv", "map_categories", "jet_attributes"]
    empty_title = "No Jet categories yet"
    empty_text = "Import the CSV files that Jet gives its merchants, or load the taxonomy from Jet's API."
    empty_url_name = "mapping:taxonomy"
    empty_button = "Import categories"

    class Media:
        """The widths of the wide cells."""

        css = {"all": ["mapping/mapping.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[JetCategory]:
        """Read attributes and mappings of a page in one query each."""
        links = JetCategoryAttribute.objects.filter(active=True, attribute__retired=False)
        mappings = CategoryMapping.objects.select_related("store_category")
        rows: QuerySet[JetCategory] = super().get_queryset(request)
        return (
            rows
            .prefetch_related(
                Prefetch("attribute_links", links.select_related("attribute").order_by("attribute__name")),
                Prefetch("mappings", mappings.order_by("store_category__path")),
            )
        )  # fmt: skip

    @display(description="Category", ordering="path")
    def category(self, row: JetCategory) -> SafeString:
        """Name with the path above it."""
        above = row.path.rpartition(" > ")[0]
        return format_html(
            '<span class="map-cell"><strong>{}</strong><br><span class="jb-faint">{}</span></span>',
            row.name,
            above,
        )

    @display(description="Parent ID", ordering="parent__jet_id")
    def parent_jet_id(self, row: JetCategory) -> object:
        """Jet's number of the parent."""
        return row.parent.jet_id if row.parent else NOTHING

    @display(description="Attributes")
    def attribute_names(self, row: JetCategory) -> str:
        """The first attributes by name, and how many more."""
        names = [link.attribute.name for link in row.attribute_links.all()]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        return ", ".join(names[:SHOWN]) + more or str(NOTHING)

    @display(description="Tax code", ordering="tax_code")
    def tax(self, row: JetCategory) -> SafeString:
        """The tax code that Jet suggests."""
        return format_html('<span class="map-cell-narrow">{}</span>', row.tax_code.strip() or NOTHING)

    @display(description="Mapped store category")
    def mapped_to(self, row: JetCategory) -> SafeString:
        """Links to the mapping page, one a store category."""
        mappings = list(row.mappings.all())
        if not mappings:
            return NOTHING
        page = reverse("mapping:categories")
        pairs = ((page, each.store_category_id, each.store_category.full_path) for each in mappings[:SHOWN])
        links = format_html_join(SafeString("<br>"), '<a class="jb-link" href="{}?category={}">{}</a>', pairs)
        more = len(mappings) - SHOWN
        return format_html("{}<br>and {} more", links, more) if more > 0 else links

    @display(description="State", ordering="active")
    def state(self, row: JetCategory) -> SafeString:
        """In force, or retired by a later import."""
        return chip("Active", "green") if row.active else chip("Retired", "dark")

    @display(description="Details")
    def details(self, row: JetCategory) -> SafeString:
        """The link to the category's attributes."""
        url = reverse("admin:mapping_jetcategory_change", args=[row.pk])
        return format_html('<a class="jb-link jb-nowrap" href="{}">View details</a>', url)

    @display(description="Attributes")
    def needs(self, row: JetCategory) -> SafeString:
        """The category's attributes with kind, values, units, variant flag and mapped store attribute."""
        asked = coverage.asked_by(row)
        return SafeString(render_to_string("mapping/needed_attributes.html", {"asked": asked}))

    @action(
        description="Upload CSV",
        url_path="upload-csv",
        permissions=["mapping.import_taxonomy"],
        icon="upload_file",
    )
    def upload_csv(self, request: HttpRequest) -> HttpResponse:
        """Go to the import page."""
        return redirect("mapping:taxonomy")

    @action(description="Map categories", url_path="map", permissions=["mapping.map"], icon="conversion_path")
    def map_categories(self, request: HttpRequest) -> HttpResponse:
        """Go to the mapping page."""
        return redirect("mapping:categories")

    @action(description="Jet attributes", url_path="attributes", icon="label")
    def jet_attributes(self, request: HttpRequest) -> HttpResponse:
        """Go to the list of Jet's attributes."""
        return redirect("admin:mapping_jetattribute_changelist")
