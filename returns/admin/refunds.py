"""The grid of refunds that the merchant began: what, how much, and what became of it at Jet."""

from typing import Any

from django.contrib import admin
from django.db.models import DecimalField, F, Prefetch, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from jetbridge.core import configuration, store_days
from jetbridge.outbox.models import Answer
from jetbridge.panel import attachments, display
from jetbridge.panel.admin_base import ReadOnlyAdmin
from jetbridge.panel.pages import extra_page
from orders import filters as order_filters
from returns import exports, texts
from returns.admin.filters import SendFilter
from returns.models import Refund, RefundItem

GIVEN = F("items__principal") + F("items__tax") + F("items__shipping") + F("items__shipping_tax")
SHOWN_LINES = 3


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Refunds of the account that is switched on, newest first."""

    list_display = ("name", "jet_number", "status_chip", "order_number", "contents", "units", "amount", "age")
    list_display_links = ("name",)
    list_filter = (("status", ChoicesDropdownFilter), SendFilter, "created_at")
    list_before_template = "returns/refund_tools.html"
    list_select_related = ("order",)
    search_fields = ("alt_refund_id",)
    search_help_text = "Refund, order, buyer, city, ZIP, phone, SKU, product, tracking"
    saved_views = True
    fixed_columns = ("name",)
    sortable_by = ("name",)
    empty_title = "No refunds"
    empty_text = "When a customer sent goods straight to you, without a return at Jet, pay them back here."
    empty_url_name = "returns:refund_add"
    empty_button = "Add New Refund"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        """Refunds of the active account with their sums."""
        money = DecimalField(max_digits=12, decimal_places=2)
        lines = RefundItem.objects.select_related("order_item").order_by("order_item__position")
        return (
            Refund.objects.filter(account=configuration.active_account())
            .defer("document")
            .annotate(given_total=Sum(GIVEN, output_field=money), units_total=Sum("items__units_refunded"))
            .prefetch_related(Prefetch("items", queryset=lines))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Refund], search_term: str
    ) -> tuple[QuerySet[Refund], bool]:
        """Find by any name of the refund, else as orders are found."""
        term = search_term.strip()
        if not term:
            return queryset, False
        named = queryset.filter(Q(alt_refund_id=term) | Q(jet_id=term))
        return (named if named.exists() else order_filters.of_orders(queryset, term)), False

    def get_urls(self) -> list[URLPattern]:
        """Add the export, which takes the grid's search and filters along."""
        export = extra_page(self, "export.csv", self.export, name="export", permission="returns.view_refund")
        return [export, *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse:
        """Hand out what the grid shows as CSV, a row per item."""
        shown = self.get_changelist_instance(request).get_queryset(request)
        return attachments.csv_stream(f"refunds-{store_days.today()}.csv", exports.rows(shown))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; its tools need the address's search and filters."""
        context = {"narrowed": request.GET.urlencode(), **(extra_context or {})}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    @admin.display(description="Refund", ordering="id")
    def name(self, row: Refund) -> str:
        return row.alt_refund_id

    @admin.display(description="Jet ID")
    def jet_number(self, row: Refund) -> SafeString:
        """Jet's number, once it has one."""
        return format_html('<span class="jb-code">{}</span>', row.jet_id) if row.jet_id else display.NOTHING

    @admin.display(description="Status")
    def status_chip(self, row: Refund) -> SafeString:
        """Status chip; until Jet took the refund, where it is on its way."""
        if row.is_pending or row.answer == Answer.REJECTED:
            return display.chip(row.state.label, texts.SEND_TONES[row.state])
        return display.chip(row.get_status_display(), texts.REFUND_TONES[row.status])

    @admin.display(description="Order")
    def order_number(self, row: Refund) -> str:
        return str(row.order)

    @admin.display(description="Items")
    def contents(self, row: Refund) -> SafeString:
        named = ", ".join(item.order_item.sku for item in row.items.all()[:SHOWN_LINES])
        return format_html('<span class="jb-two-lines">{}</span>', named)

    @admin.display(description="Units")
    def units(self, row: Refund) -> SafeString:
        return display.number(getattr(row, "units_total", None))

    @admin.display(description="Amount")
    def amount(self, row: Refund) -> SafeString:
        return display.money(getattr(row, "given_total", None))

    @admin.display(description="Age")
    def age(self, row: Refund) -> SafeString:
        return display.ago(row.created_at)
