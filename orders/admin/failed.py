"""Failed / Pending: why an order was not imported, what fixes it, how much time is left."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jetbridge.core import configuration
from jetbridge.core.counts import count_all
from jetbridge.core.texts import number_in
from jetbridge.panel import display
from jetbridge.panel.admin_base import ReadOnlyAdmin
from jetbridge.panel.paginator import CAP, capped
from jetbridge.store import services as store
from orders import filters, fixes, selectors, texts
from orders.admin import actions
from orders.fixes import fix_hints
from orders.forms import RestockForm
from orders.models import FailedOrder
from orders.services import rejection_stops


@admin.register(FailedOrder)
class FailedOrderAdmin(ReadOnlyAdmin):
    """Held and failed orders; resolved ones stay as a trace."""

    list_display = ("name", "time_left", "state_chip", "cause", "row_actions")
    extra_columns = ("jets_names", "placed", "tried")
    list_display_links = ("name",)
    list_filter = ("state",)
    list_select_related = ("order",)
    search_fields = ("jet_id", "reference_number")
    search_help_text = "Order, buyer, city, ZIP, phone, SKU, product, tracking"
    saved_views = True
    fixed_columns = ("name",)
    sortable_by = ("name",)
    list_before_template = "orders/failed_tools.html"
    empty_title = "No failed orders"
    empty_text = "Orders that cannot be imported as they are, with the cause and what fixes it."

    def get_queryset(self, request: HttpRequest) -> QuerySet[FailedOrder]:
        """Failed orders of the active account."""
        rows = FailedOrder.objects.filter(account=configuration.active_account()).defer("document")
        rows = rows.prefetch_related("order__items")
        user = request.user
        rows = rows.annotate(  # what the person may do with a row, for the buttons in it
            may_retry=Value(user.has_perm("orders.retry")), may_reject=Value(user.has_perm("orders.reject"))
        )
        return rows

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say above the list what is rejected soon, what that costs, and what stands in the way of how many."""
        account, config = configuration.active_account(), configuration.current()
        rows = selectors.held(account)
        short = selectors.shortages(rows)
        over = FailedOrder.objects.filter(account=account, state=FailedOrder.State.REJECTED).order_by()
        unresolved, rejected = count_all([selectors.unresolved(account).order_by(), over], account, CAP)
        by_hand = request.user.has_perm("catalog.change_product") and not store.is_linked(config)
        context = {
            **(extra_context or {}),
            "rejecting": rejection_stops.forecast(account),
            "groups": fixes.groups(rows),
            "restock": RestockForm(short=short) if by_hand and short else None,
            "keeps_products": by_hand,
            "held_count": capped(unresolved),
            "rejected_count": capped(rejected),
            "shown_state": "&".join(request.GET.getlist("state__in") + request.GET.getlist("state__exact")),
        }
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the mass actions that this person may start."""
        return actions.of_failed(request)

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """Unresolved ones first, by the clock that each row shows; then what was resolved last."""
        clock = Coalesce("reject_at", "order__acknowledge_by")
        return (
            IsNull(F("resolved_at"), True).desc(),
            F("resolved_at").desc(),
            clock.asc(nulls_last=True),
            "-pk",
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[FailedOrder], search_term: str
    ) -> tuple[QuerySet[FailedOrder], bool]:
        """Find by Jet's names, exactly; else as orders are found."""
        term = search_term.strip()
        if not term:
            return queryset, False
        named = queryset.filter(jet_id=term) | queryset.filter(reference_number=term)
        found = named if named.exists() else filters.of_orders(queryset, term)
        return found, False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Lead to the order's own page; one that could not be read shows what is known of it."""
        failure = FailedOrder.objects.filter(pk=number_in(object_id) or 0).first()
        if failure is not None and failure.order_id and self.has_view_permission(request):
            return redirect("admin:orders_order_change", failure.order_id)
        response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return response

    @admin.display(description="Order", ordering="id")
    def name(self, failure: FailedOrder) -> SafeString:
        """Our number and the buyer; Jet's name for what was never imported."""
        return SafeString(render_to_string("orders/failed_name.html", {"failure": failure}))

    @admin.display(description="Jet's IDs")
    def jets_names(self, failure: FailedOrder) -> SafeString:
        """Jet's reference and its order ID, for who talks to Jet."""
        names = '<span class="jo-cell"><span class="jb-code">{}</span><span class="jb-code">{}</span></span>'
        return format_html(names, failure.reference_number, failure.jet_id)

    @admin.display(description="Status")
    def state_chip(self, failure: FailedOrder) -> SafeString:
        return display.chip(failure.get_state_display(), texts.FAILED_TONES[failure.state])

    @admin.display(description="Cause")
    def cause(self, failure: FailedOrder) -> SafeString:
        """Every cause in words with its fix."""
        context = {
            "failure": failure,
            "fixes": fix_hints(failure),
            "unresolved": failure.state in FailedOrder.UNRESOLVED,
        }
        return SafeString(render_to_string("orders/failed_causes.html", context))

    @admin.display(description="Time left")
    def time_left(self, failure: FailedOrder) -> SafeString:
        """Until we reject it, or Jet's own clock where we never do."""
        if failure.state not in FailedOrder.UNRESOLVED:
            return display.NOTHING
        rejected = texts.rejection_at(failure)
        if rejected is None and failure.order is not None:
            return display.countdown(failure.order.acknowledge_by)
        return display.countdown(rejected)

    @admin.display(description="Placed")
    def placed(self, failure: FailedOrder) -> SafeString:
        return display.ago(failure.placed_at)

    @admin.display(description="Last tried")
    def tried(self, failure: FailedOrder) -> SafeString:
        return display.ago(failure.last_tried_at)

    @admin.display(description="")
    def row_actions(self, failure: Any) -> SafeString:
        if failure.state not in FailedOrder.UNRESOLVED:
            return SafeString("")
        context = {"failure": failure, "may_retry": failure.may_retry, "may_reject": failure.may_reject}
        return SafeString(render_to_string("orders/failed_actions.html", context))
