"""The grid of returns: deadline first, what is asked, what became of it."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.db.models.lookups import IsNull
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jetbridge.core import configuration
from jetbridge.outbox.models import Answer
from jetbridge.panel import display
from jetbridge.panel.admin_base import ReadOnlyAdmin
from orders import filters as order_filters
from returns import texts
from returns.admin.filters import SendFilter
from returns.models import ReturnItem, ReturnRequest

ASKED = (
    F("items__asked_principal")
    + F("items__asked_tax")
    + F("items__asked_shipping")
    + F("items__asked_shipping_tax")
)


@admin.register(ReturnRequest)
class ReturnRequestAdmin(ReadOnlyAdmin):
    """Returns of the account that is switched on."""

    list_display = ("name", "deadline", "status_chip", "order_number", "contents", "asked", "opened")
    list_display_links = ("name",)
    list_filter = ("status", SendFilter, "opened_at")
    list_before_template = "returns/tools.html"
    list_select_related = ("order",)
    search_fields = ("jet_id",)
    search_help_text = "Return, order, buyer, city, ZIP, phone, SKU, product, tracking"
    saved_views = True
    fixed_columns = ("name",)
    sortable_by = ("name",)
    empty_title = "No returns"
    empty_text = (
        "Jet opens a return when a buyer sends goods back; they are fetched {often:returns.fetch_returns}."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnRequest]:
        """Returns of the active account with what is asked back."""
        rows = ReturnRequest.objects.filter(account=configuration.active_account()).defer("document")
        money = DecimalField(max_digits=12, decimal_places=2)
        return rows.annotate(asked_total=Sum(ASKED, output_field=money)).prefetch_related("items")

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """What waits for the merchant first, the nearest deadline on top; then what was completed last."""
        return (
            IsNull(F("completed_at"), True).desc(),
            F("completed_at").desc(),
            F("complete_by").asc(nulls_last=True),
            "-pk",
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ReturnRequest], search_term: str
    ) -> tuple[QuerySet[ReturnRequest], bool]:
        """Find by any name of the return; else as orders are found; else by a SKU of an order that is not here."""
        term = search_term.strip()
        if not term:
            return queryset, False
        named = Q(jet_id=term) | Q(reference_number=term) | Q(reference_order_id=term) | Q(jet_order_id=term)
        if queryset.filter(named | Q(tracking_number=term)).exists():
            return queryset.filter(named | Q(tracking_number=term)), False
        lines = ReturnItem.objects.filter(sku__in={term, term.upper()}).values("return_request")
        by_order = order_filters.of_orders(queryset, term)
        return (by_order if by_order.exists() else queryset.filter(pk__in=lines)), False

    @admin.display(description="Return", ordering="id")
    def name(self, row: ReturnRequest) -> str:
        return str(row)

    @admin.display(description="Deadline")
    def deadline(self, row: ReturnRequest) -> SafeString:
        """Until Jet completes it by itself, and what it then gives back."""
        if row.status != ReturnRequest.Status.CREATED or row.is_pending:
            return display.NOTHING
        total = getattr(row, "asked_total", None) or Decimal(0)
        then = f"then Jet gives back ${total:,.2f}"
        words = '<span class="jo-cell"><span>{}</span><span class="jb-faint">{}</span></span>'
        return format_html(words, texts.deadline(row.complete_by), then)

    @admin.display(description="Status")
    def status_chip(self, row: ReturnRequest) -> SafeString:
        """Status chip, with the answer's where it is on its way or refused."""
        chips = display.chip(row.get_status_display(), texts.RETURN_TONES[row.status])
        if row.is_pending or row.answer == Answer.REJECTED:
            state = display.chip(row.state.label, texts.SEND_TONES[row.state])
            chips = format_html("{} {}", chips, state)
        return chips

    @admin.display(description="Order")
    def order_number(self, row: ReturnRequest) -> str:
        return str(row.order) if row.order else row.reference_order_id

    @admin.display(description="Items")
    def contents(self, row: ReturnRequest) -> SafeString:
        named = ", ".join(f"{item.units_requested} x {item.sku}" for item in row.items.all()[:3])
        return format_html('<span class="jb-two-lines">{}</span>', named)

    @admin.display(description="Asked")
    def asked(self, row: ReturnRequest) -> SafeString:
        """What the buyer asks for in all."""
        total: Decimal | None = getattr(row, "asked_total", None)
        return display.money(total)

    @admin.display(description="Opened")
    def opened(self, row: ReturnRequest) -> SafeString:
        return display.ago(row.opened_at)
