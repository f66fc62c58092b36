"""The oversell report: what Jet sold that was not there, what it had been sent, and why."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jetbridge.core import configuration
from jetbridge.panel import display
from jetbridge.panel.admin_base import ReadOnlyAdmin
from orders import texts
from orders.models import Oversell

TONES: dict[str, display.Tone] = {
    Oversell.Cause.STOPPED: "red",
    Oversell.Cause.REFUSED: "red",
    Oversell.Cause.NOT_SENT: "red",
    Oversell.Cause.NEVER_SENT: "amber",
    Oversell.Cause.UNMANAGED: "amber",
    Oversell.Cause.ON_ITS_WAY: "blue",
    Oversell.Cause.JET: "dark",
}


@admin.register(Oversell)
class OversellAdmin(ReadOnlyAdmin):
    """Orders for more than there was, newest first, each with its cause."""

    list_display = ("sku_cell", "order_link", "units", "cause_chip", "why", "when", "now")
    list_display_links = None
    list_filter = ("cause",)
    list_select_related = ("order", "product")
    search_fields = ("sku",)
    search_help_text = "SKU"
    sortable_by = ()
    list_before_template = "orders/oversell_tools.html"
    empty_title = "Nothing was oversold"
    empty_text = "When Jet sells units that are not there, they are listed here with what Jet had been sent."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Oversell]:
        """Rows of the active account."""
        rows = Oversell.objects.filter(order__account=configuration.active_account())
        return rows.select_related("order", "product").defer("order__document")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Oversell], search_term: str
    ) -> tuple[QuerySet[Oversell], bool]:
        """Find by SKU, exactly."""
        term = search_term.strip()
        return (queryset.filter(sku__in={term, term.upper()}) if term else queryset), False

    @admin.display(description="SKU")
    def sku_cell(self, row: Oversell) -> SafeString:
        """The SKU, leading to its product."""
        if row.product_id is None:
            return display.sku_code(row.sku)
        return display.link(f"/admin/catalog/product/{row.product_id}/change/", row.sku)

    @admin.display(description="Order")
    def order_link(self, row: Oversell) -> SafeString:
        return display.link(f"/admin/orders/order/{row.order_id}/change/", row.order)

    @admin.display(description="Units")
    def units(self, row: Oversell) -> SafeString:
        """Ordered, available, and what had been sent to Jet."""
        said = "nothing" if row.quantity_sent is None else row.quantity_sent
        return format_html(
            '<span class="jo-cell">{} ordered, {} there<span class="jb-faint">Jet had {}</span></span>',
            row.ordered,
            row.available,
            said,
        )

    @admin.display(description="Cause")
    def cause_chip(self, row: Oversell) -> SafeString:
        return display.chip(row.get_cause_display(), TONES[row.cause])

    @admin.display(description="Why")
    def why(self, row: Oversell) -> SafeString:
        """The cause in a sentence or two."""
        return format_html(
            '<span class="jo-causes">{}</span>', display.explained(row.text, f"oversell.{row.cause}")
        )

    @admin.display(description="When")
    def when(self, row: Oversell) -> SafeString:
        return display.ago(row.at)

    @admin.display(description="Order now")
    def now(self, row: Oversell) -> SafeString:
        return display.chip(row.order.get_status_display(), texts.ORDER_TONES[row.order.status])
