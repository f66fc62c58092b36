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
from catalog.mapping.admin.filters import NON_TAXABLE, MappedFilter, RootFilter, TaxableFilter, TaxCodeFilter
from catalog.mapping.models import CategoryMapping, JetCategory, JetCategoryAttribute
from jetbridge.panel.admin_base import ReadOnlyAdmin
from jetbridge.panel.display import NOTHING, chip

# More names than this in one cell hide the row.
SHOWN = 4


@admin.register(JetCategory)
class JetCategoryAdmin(ReadOnlyAdmin):
    list_display = ("category", "ids", "level", "attribute_names", "tax", "mapped_to", "details")
    list_display_links = ("category",)
    list_filter = (RootFilter, "level", MappedFilter, TaxableFilter, TaxCodeFilter, "active")
    list_select_related = ("parent",)
    search_fields = ("path", "=jet_id", "tax_code", "mappings__store_category__full_path")
    search_help_text = "Name, path, ID, tax code or store category"
    ordering = ("path",)
    fields = ("path", "jet_id", "level", "tax_code", "active", "mapped_to", "needs")
    readonly_fields = ("mapped_to", "needs")
    actions_list = ["upload_csv", "map_categories", "jet_attributes"]
    empty_title = "No Jet categories yet"
    empty_text = "Import the CSV files that Jet gives its merchants, or load the taxonomy from Jet's API."
    empty_url_name = "mapping:taxonomy"
    empty_button = "Import categories"

    class Media:
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
        """Name with the path above it; what a later import retired says so."""
        above = row.path.rpartition(" > ")[0]
        return format_html(
            '<span class="map-cell"><strong>{}</strong> {}<br><span class="jb-faint">{}</span></span>',
            row.name,
            "" if row.active else chip("Retired", "dark"),
            above,
        )

    @display(description="Jet category ID", ordering="jet_id")
    def ids(self, row: JetCategory) -> SafeString:
        """Jet's number, over that of the category above."""
        above = f"in {row.parent.jet_id}" if row.parent else "main category"
        return format_html('{}<br><span class="jb-faint jb-nowrap">{}</span>', row.jet_id, above)

    @display(description="Attributes")
    def attribute_names(self, row: JetCategory) -> SafeString:
        """The first attributes by name, and how many more."""
        names = [link.attribute.name for link in row.attribute_links.all()]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        return format_html(
            '<span class="map-cell-narrow">{}</span>', ", ".join(names[:SHOWN]) + more or NOTHING
        )

    @display(description="Tax", ordering="tax_code")
    def tax(self, row: JetCategory) -> SafeString:
        """Whether its goods are taxed, over the tax code that Jet suggests."""
        word = "Not taxable" if row.tax_code == NON_TAXABLE else "Taxable"
        code = row.tax_code.strip() or "no tax code"
        return format_html('<span class="map-tax">{}<br><span class="jb-faint">{}</span></span>', word, code)

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

    @display(description="Details")
    def details(self, row: JetCategory) -> SafeString:
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
        return redirect("mapping:taxonomy")

    @action(description="Map categories", url_path="map", permissions=["mapping.map"], icon="conversion_path")
    def map_categories(self, request: HttpRequest) -> HttpResponse:
        return redirect("mapping:categories")

    @action(
        description="Jet attributes",
        url_path="attributes",
        permissions=["mapping.view_jetattribute"],
        icon="label",
    )
    def jet_attributes(self, request: HttpRequest) -> HttpResponse:
        """Go to the list of Jet's attributes."""
        return redirect("admin:mapping_jetattribute_changelist")
