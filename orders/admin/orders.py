"""The grid of orders: deadline first, what is in it, what it nets."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jetbridge.core import configuration, store_days
from jetbridge.panel import display
from jetbridge.panel.admin_base import ReadOnlyAdmin
from orders import deadlines, filters, texts
from orders.admin import actions, stages
from orders.fixes import fix_hints
from orders.models import Order

# More lines than this are counted, not named.
NAMED_LINES = 2


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders of the account that is switched on."""

    list_display = ("name", "deadline", "status_chip", "contents", "net", "answer")
    extra_columns = ("ship_until", "placed")
    list_display_links = ("name",)
    list_filter = (
        stages.StageFilter,
        stages.DeadlineFilter,
        stages.AssigneeFilter,
        stages.TagFilter,
        stages.HoldFilter,
        stages.PrintFilter,
        "placed_at",
    )
    list_before_template = "orders/stages.html"
    search_fields = ("number",)
    search_help_text = "Order, buyer, city, ZIP, phone, SKU, product, tracking"
    saved_views = True
    fixed_columns = ("name",)
    # What an index serves within any stage.
    sortable_by = ("name", "placed")
    empty_title = "No orders here"
    empty_text = "They come by themselves {often:orders.import_ready_orders}; Fetch orders brings them now."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """Orders of the active account with their lines, in a fixed number of queries."""
        rows = Order.objects.filter(account=configuration.active_account()).defer("document")
        if request.resolver_match and request.resolver_match.url_name == "orders_order_changelist":
            rows = stages.rows(request, rows).select_related("acknowledgement").prefetch_related("items")
        return rows

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return the mass actions that this person may start."""
        return actions.of_orders(request)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave the buttons out for those who may not answer Jet."""
        shown = super().get_list_display(request)
        if request.user.has_perm("orders.acknowledge") or request.user.has_perm("orders.reject"):
            return shown
        return [name for name in shown if name != "answer"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[stages.OrderChangeList]:
        """Return the grid that takes its count from the tabs."""
        return stages.OrderChangeList

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        """As the stage is worked through; the grid takes no order from a query."""
        return stages.ordering(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the grid under the tabs of the stages, and on top what breaks Jet's 15 minutes for certain."""
        account = configuration.active_account()
        clockwork = {
            "stages": list(stages.tabs(request, account)),
            "work": stages.work(request, account),
            "is_empty": not stages.counts(request, account)[filters.OPEN],
            "alarms": deadlines.alarms(account),
        }
        context = {**(extra_context or {}), **clockwork}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """Find by any of an order's names, else by a SKU in it."""
        return filters.search(queryset, search_term), False

    @admin.display(description="Deadline")
    def deadline(self, order: Order) -> SafeString:
        """What is due and how much time is left."""
        if order.due_at is None:
            return display.NOTHING
        left = texts.clock(order, configuration.current())
        return format_html('<span class="jb-nowrap">{} {}</span>', texts.deadline_word(order), left)

    @admin.display(description="Order", ordering="id")
    def name(self, order: Order) -> SafeString:
        """Our number, and beneath it the buyer; Jet's reference where no buyer is named."""
        buyer = order.recipient_name or order.reference_number
        return format_html(
            '<span class="jo-cell">{}<span class="jb-faint">{}</span></span>', str(order), buyer
        )

    @admin.display(description="Status")
    def status_chip(self, order: Order) -> SafeString:
        """Status chip, with the buyer's request to cancel where there is one."""
        chips = display.chip(order.get_status_display(), texts.ORDER_TONES[order.status])
        if getattr(order, "is_refused", False):
            said = getattr(order, "refusal", "")
            reason = format_html(' <span class="jb-faint">{}</span>', said) if said else ""
            chips = format_html("{} {}{}", display.chip("Refused by Jet", "red"), chips, reason)
        if order.status == Order.Status.HELD:
            causes = " ".join(str(cause["message"]) for cause in texts.causes_of(order)[:NAMED_LINES])
            chips = format_html('{} <span class="jb-faint">{}</span>', chips, causes)
        desk = getattr(order, "desk", None)
        if desk is not None and desk.is_on_hold and order.is_open:
            until = f"On hold until {store_days.text(desk.hold_until, '%b %-d')}"
            chips = format_html("{} {}", chips, display.chip(until, "amber"))
        if order.has_cancel_request and order.is_open:
            chips = format_html("{} {}", chips, display.chip("Cancel asked", "amber"))
        return chips

    @admin.display(description="Items")
    def contents(self, order: Order) -> SafeString:
        """The first lines by SKU and units."""
        lines = list(order.items.all())
        named = ", ".join(f"{line.units_ordered} x {line.sku}" for line in lines[:NAMED_LINES])
        more = f" and {len(lines) - NAMED_LINES} more" if len(lines) > NAMED_LINES else ""
        return format_html('<span class="jb-two-lines">{}{}</span>{}', named, more, _on_the_desk(order))

    @admin.display(description="Net")
    def net(self, order: Order) -> SafeString:
        return display.money(order.net_total)

    @admin.display(description="Ship by")
    def ship_until(self, order: Order) -> SafeString:
        return display.ago(order.ship_by)

    @admin.display(description="Placed", ordering="placed_at")
    def placed(self, order: Order) -> SafeString:
        return display.ago(order.placed_at)

    @admin.display(description="")
    def answer(self, order: Order) -> SafeString:
        """What fixes a held or refused order; Acknowledge and Reject, where nobody answers Jet by itself."""
        if order.status in Order.SHIPPABLE and getattr(order, "is_refused", False):
            page, words = reverse("admin:orders_order_change", args=[order.pk]), "send order"
            link = '<a class="jb-button jb-small" href="{}#ship" aria-label="Fix: {} {} again">Fix</a>'
            return format_html(link, page, words, order)
        if order.status not in Order.UNANSWERED or order.is_being_answered:
            return SafeString("")
        failure = getattr(order, "failure", None)
        hints = fix_hints(failure) if failure and order.status == Order.Status.HELD else []
        fix = next((hint for hint in hints if hint.url), None)
        return SafeString(render_to_string("orders/answer_actions.html", {"order": order, "fix": fix}))


def _on_the_desk(order: Order) -> SafeString:
    """Whose it is and its tags, where there are any."""
    desk = getattr(order, "desk", None)
    names = [f"@{desk.assignee.get_username()}"] if desk is not None and desk.assignee else []
    names += [f"#{each.tag}" for each in order.tags.all()] if stages.tags() else []
    return (
        format_html('<span class="jb-line jb-faint">{}</span>', " ".join(names)) if names else SafeString("")
    )
