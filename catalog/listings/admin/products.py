"""Upload Products: the store's products in the admin, with what each one is to Jet."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.decorators import display

from catalog.listings.admin import product_actions
from catalog.listings.admin import product_cells as cells
from catalog.listings.admin import product_filters as drawer
from catalog.listings.admin.product_export import ProductExport
from catalog.listings.admin.product_lists import ProductChangeList
from catalog.listings.admin.product_pages import ProductFormPage
from catalog.listings.admin.product_row_menu import ProductRowMenu
from catalog.listings.grid import filters
from catalog.listings.grid import stages as product_stages
from catalog.listings.grid.grid_rows import value_cell
from catalog.products.models import Product
from jetbridge.panel.display import ago, number, sku_code

# What an address could filter by past our filters, by Django's own rules.
COLUMNS = {field.name for field in Product._meta.get_fields()}


@admin.register(Product)
class ProductAdmin(ProductRowMenu, ProductExport, ProductFormPage):
    """The grid of products and the page of one product."""

    list_display = (
        "thumbnail",
        "name_cell",
        "prices",
        "quantities",
        "jet_status",
        "problems",
    )
    # The name is the link; its cell holds more than that.
    list_display_links = None
    list_filter = (
        drawer.StatusFilter,
        drawer.ProblemsFilter,
        drawer.StageFilter,
        drawer.SendingFilter,
        drawer.DriftFilter,
        drawer.CategoryFilter,
        drawer.MappedFilter,
        drawer.KindFilter,
        drawer.EnabledFilter,
        drawer.StockFilter,
        drawer.PriceFilter,
        drawer.DemoFilter,
    )
    list_before_template = "catalog/product_funnel.html"
    saved_views = True
    extra_columns = (
        "product_id",
        "sku_cell",
        "kind_cell",
        "store_state",
        "visibility",
        "reserved_cell",
        "last_sent",
        "created",
        "changed",
    )
    fixed_columns = ("name_cell",)
    search_fields = ("sku",)
    search_help_text = "SKU, identifier or words of the name"
    ordering = ("-id",)
    # Counts beside every filter would walk the whole catalogue eleven times.
    show_facets = admin.ShowFacets.NEVER
    empty_title = "No products yet"
    empty_text = "Import the CSV file that your store exports, or add a product by hand."
    empty_url_name = "catalog:imports"
    empty_button = "Import products"

    class Media:
        css = {"all": ["catalog/products.css"]}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ProductChangeList]:
        """Return the grid whose rows know their listing."""
        return ProductChangeList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Take filters from an address by our own names only: plans and runs know no others."""
        return lookup in filters.FILTERS or lookup.split("__")[0] not in COLUMNS

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        """Find by SKU first, then by identifier, then by words of the name."""
        term = search_term.strip()
        return (filters.search(queryset, term) if term else queryset), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the grid with its buttons for everything that the filters match."""
        tabs = product_stages.tabs(request.GET.get("stage", ""))
        context = {"bulk_buttons": product_actions.buttons(request), "tabs": tabs, **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the mass actions that this person may start."""
        return product_actions.allowed(request)

    @display(description="Image")
    def thumbnail(self, product: Product) -> SafeString:
        return cells.image_tile(cells.row_of(product).image_url)

    @display(description="SKU", ordering="sku_key")
    def sku_cell(self, product: Product) -> SafeString:
        return sku_code(product.sku)

    @display(description="Name", ordering="name")
    def name_cell(self, product: Product) -> SafeString:
        """The name over the SKU."""
        return cells.name(product)

    @display(description="Price", ordering="price")
    def prices(self, product: Product) -> SafeString:
        return value_cell(product, cells.row_of(product), "price")

    @display(description="Quantity", ordering="quantity")
    def quantities(self, product: Product) -> SafeString:
        """What can be sold, over what Jet believes."""
        return value_cell(product, cells.row_of(product), "quantity")

    @display(description="Jet status")
    def jet_status(self, product: Product) -> SafeString:
        return cells.jet_status(product)

    @display(description="Problems")
    def problems(self, product: Product) -> SafeString:
        """How many, the worst in words, and Jet's last refusal."""
        return cells.problems(product)

    @display(description="Last sent")
    def last_sent(self, product: Product) -> SafeString:
        return ago(cells.row_of(product).last_sent_at)

    @display(description="ID", ordering="id")
    def product_id(self, product: Product) -> int:
        """The number under which the panel keeps it."""
        return product.pk

    @display(description="Type", ordering="kind")
    def kind_cell(self, product: Product) -> str:
        return str(product.get_kind_display())

    @display(description="Store state")
    def store_state(self, product: Product) -> SafeString:
        """On or off in the store, on or off Jet as the merchant chose."""
        return cells.store_state(product)

    @display(description="Reserved")
    def reserved_cell(self, product: Product) -> SafeString:
        return number(product.reserved)

    @display(description="Added")
    def created(self, product: Product) -> SafeString:
        return ago(product.created_at)

    @display(description="Changed")
    def changed(self, product: Product) -> SafeString:
        return ago(product.updated_at)
